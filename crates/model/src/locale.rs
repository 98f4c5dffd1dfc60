//! How the readers of one destination write numbers, money and dates. A small table of facts, which the
//! filters use.

mod handling;
mod table;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::table::{Dates, Percent, ROWS, Row, Sign};
use crate::suggest::suggestion;

/// A language, with a region where its numbers are written differently there. English if not said.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Locale(&'static Row);

/// A tag of an unknown language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLocale {
    pub written: String,
}

impl fmt::Display for UnknownLocale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown language `{}`", self.written)?;
        let suggestion = suggestion(&self.written, ROWS.iter().map(|row| row.tag));
        suggestion.map_or(Ok(()), |suggestion| write!(f, ", {suggestion}"))
    }
}

impl std::error::Error for UnknownLocale {}

impl Locale {
    /// Reads a tag such as `de`, `de-AT`, `pt_BR` or `ja`. A region that is not known here is read as its language.
    ///
    /// # Errors
    /// When the language is not known, with the nearest that is.
    pub fn parse(tag: &str) -> Result<Self, UnknownLocale> {
        let written = tag.trim().replace('_', "-");
        let find = |tag: &str| ROWS.iter().find(|row| row.tag.eq_ignore_ascii_case(tag));
        if let Some(row) = find(&written) {
            return Ok(Self(row));
        }
        let (language, rest) = written.split_once('-').unwrap_or((&written, ""));
        // `zh-Hant-HK`, `de-LI`, `es-419`: letters and digits, as the tags are built.
        let fits = rest.split('-').all(|part| part.len() <= 8 && part.chars().all(|c| c.is_ascii_alphanumeric()));
        let dialect = if rest.to_ascii_lowercase().starts_with("hant") { find("zh-TW") } else { find(language) };
        match dialect {
            Some(row) if fits && (rest.is_empty() != written.contains('-')) => Ok(Self(row)),
            _ => Err(UnknownLocale { written }),
        }
    }

    /// The tag, as `pt-BR`.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// The language alone, as `pt`.
    pub fn language(self) -> &'static str {
        self.0.tag.split('-').next().unwrap_or(self.0.tag)
    }

    /// Every tag that is known by itself.
    pub fn tags() -> impl Iterator<Item = &'static str> {
        ROWS.iter().map(|row| row.tag)
    }

    /// Writes a plain decimal number (`-1234.50`: digits, at most one full stop, a minus) as its readers do. Any
    /// other text is returned unchanged.
    pub fn number(self, plain: &str) -> String {
        let (minus, rest) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return plain.to_owned();
        }
        let mut out = String::with_capacity(plain.len() + plain.len() / 2);
        out.push_str(minus);
        self.push_grouped(&mut out, whole);
        if !fraction.is_empty() {
            out.push(self.0.decimal);
            out.push_str(fraction);
        }
        out
    }

    fn push_grouped(self, out: &mut String, digits: &str) {
        // Some leave four digits together: `1234`, but `12.345`.
        let grouped = digits.len() >= 3 + usize::from(self.0.least);
        for (at, digit) in digits.chars().enumerate() {
            let left = digits.len() - at;
            let ends = match left {
                3 => true,
                _ if self.0.lakh => left > 3 && (left - 3).is_multiple_of(2),
                _ => left.is_multiple_of(3),
            };
            if grouped && at > 0 && ends {
                out.push(self.0.group);
            }
            out.push(digit);
        }
    }

    /// A number that is ready, as a percentage: `12.3` → `12.3%`.
    pub fn percent(self, number: &str) -> String {
        match self.0.percent {
            Percent::After => format!("{number}%"),
            Percent::AfterApart => format!("{number}\u{a0}%"),
            Percent::Before => format!("%{number}"),
        }
    }

    /// A plain number (as [`Locale::number`] takes it) with a currency's sign or code in its place.
    pub fn with_sign(self, plain: &str, sign: &str) -> String {
        let number = self.number(plain.trim_start_matches('-'));
        let minus = if plain.starts_with('-') { "-" } else { "" };
        let letters = sign.chars().next_back().is_some_and(char::is_alphabetic);
        match self.0.sign {
            _ if sign.is_empty() => format!("{minus}{number}"),
            Sign::AfterApart => format!("{minus}{number}\u{a0}{sign}"),
            Sign::BeforeApart => format!("{minus}{sign}\u{a0}{number}"),
            // `CHF 1.00`: a code is separated from the number.
            Sign::Before if letters => format!("{minus}{sign} {number}"),
            Sign::Before => format!("{minus}{sign}{number}"),
        }
    }

    /// The sign of a currency (upper case) in this locale, where it differs from the common one.
    pub fn own_sign(self, currency: &str) -> Option<&'static str> {
        self.0.signs.iter().find(|(code, _)| *code == currency).map(|(_, sign)| *sign)
    }

    /// A date of the calendar, written out in numbers.
    pub fn date(self, year: &str, month: &str, day: &str) -> String {
        match self.0.dates {
            Dates::Iso => format!("{year}-{month}-{day}"),
            Dates::DayFirst(between) => format!("{day}{between}{month}{between}{year}"),
            Dates::MonthFirst => format!("{month}/{day}/{year}"),
            Dates::YearFirst(between) => format!("{year}{between}{month}{between}{day}"),
        }
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self(&table::ENGLISH)
    }
}

impl PartialEq for Locale {
    fn eq(&self, other: &Self) -> bool {
        self.0.tag == other.0.tag
    }
}

impl Eq for Locale {}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locale({})", self.tag())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> Self {
        locale.tag().to_owned()
    }
}

impl TryFrom<String> for Locale {
    type Error = UnknownLocale;

    fn try_from(tag: String) -> Result<Self, UnknownLocale> {
        Self::parse(&tag)
    }
}

/// A whole number as hookbell's own reports write it, in English: `1234567` as `1,234,567`.
pub fn format_number(number: impl fmt::Display) -> String {
    Locale::default().number(&number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_people_write_them() {
        for (written, read) in [
            ("en", "en"),
            ("de", "de"),
            ("DE", "de"),
            ("de-DE", "de"),
            ("de_AT", "de-AT"),
            ("pt-BR", "pt-BR"),
            ("pt-br", "pt-BR"),
            ("es-ES", "es"),
            ("es-419", "es-419"),
            ("sv-SE", "sv"),
            ("zh-Hant", "zh-TW"),
            ("zh-Hant-HK", "zh-TW"),
            ("zh-Hans-CN", "zh"),
            (" ja ", "ja"),
        ] {
            let locale = Locale::parse(written).expect(written);
            assert_eq!(locale.tag(), read, "{written}");
            assert_eq!(serde_json::to_value(locale).expect("JSON"), read);
        }
        assert_eq!(Locale::parse("pt-BR").map(Locale::language), Ok("pt"));
        assert_eq!(Locale::default().tag(), "en");
    }

    #[test]
    fn an_unknown_language_is_reported_with_the_nearest() {
        for (written, hint) in
            [("jp", "did you mean `ja`?"), ("", "known here: "), ("de-", "unknown language"), ("xx", "")]
        {
            let why = Locale::parse(written).expect_err(written).to_string();
            assert!(why.contains(hint), "{why}");
        }
        for wrong in ["klingon", "de-Ö", "de-waytoolongaregion", "🇩🇪", "-"] {
            assert!(Locale::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_grouped_as_their_readers_do() {
        for (tag, number) in [
            ("en", "1,234,567.50"),
            ("de", "1.234.567,50"),
            ("de-CH", "1’234’567.50"),
            ("fr", "1\u{202f}234\u{202f}567,50"),
            ("sv", "1\u{a0}234\u{a0}567,50"),
            ("hi", "12,34,567.50"),
            ("ja", "1,234,567.50"),
            ("pt-BR", "1.234.567,50"),
        ] {
            assert_eq!(Locale::parse(tag).expect(tag).number("1234567.50"), number, "{tag}");
        }
        assert_eq!([0, 999, 1000, 1_234_567].map(format_number), ["0", "999", "1,000", "1,234,567"]);
        let spanish = Locale::parse("es").expect("Spanish");
        assert_eq!((spanish.number("1234"), spanish.number("12345")), ("1234".into(), "12.345".into()));
        for odd in ["", "-", "1e5", "NaN", "1.2.3", "١٢"] {
            assert_eq!(spanish.number(odd), odd);
        }
    }

    #[test]
    fn every_row_is_unique_and_found() {
        for tag in Locale::tags() {
            assert_eq!(Locale::parse(tag).map(Locale::tag), Ok(tag));
        }
        let all: std::collections::BTreeSet<_> = Locale::tags().collect();
        assert_eq!(all.len(), ROWS.len());
    }
}
