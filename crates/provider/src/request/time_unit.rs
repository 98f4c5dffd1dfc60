//! The units of times that a provider file can name.

use hookbell_model::lenient_time;
use hookbell_model::timestamp::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    Seconds,
    Millis,
    Rfc3339,
    /// Seconds or milliseconds, as the number's length says.
    Unix,
}

impl TimeUnit {
    /// By their keywords; the first is the default.
    pub(crate) const KEYWORDS: [(&'static str, Self); 4] =
        [("s", Self::Seconds), ("ms", Self::Millis), ("rfc3339", Self::Rfc3339), ("unix", Self::Unix)];
    /// A number of seconds with more digits is beyond the year 5000, one of milliseconds with fewer before 1973.
    const SECONDS_DIGITS: usize = 11;

    /// Reads a signed time: digits alone (no sign, space or fraction), or strict RFC 3339.
    pub(crate) fn parse_strict(self, text: &str) -> Option<Timestamp> {
        if self == Self::Rfc3339 {
            return Timestamp::parse_rfc3339(text);
        }
        if !(1..=15).contains(&text.len()) || !is_digits(text) {
            return None;
        }
        let number: i64 = text.parse().ok()?;
        let seconds = self == Self::Seconds || (self == Self::Unix && text.len() <= Self::SECONDS_DIGITS);
        Some(if seconds { Timestamp::from_secs(number) } else { Timestamp(number) })
    }

    /// Reads the time of an event: a number, perhaps with a fraction, or a date and time in any common spelling.
    pub(crate) fn parse(self, text: &str) -> Option<Timestamp> {
        match self {
            Self::Seconds => parse_decimal(text, 1000),
            Self::Millis => parse_decimal(text, 1),
            Self::Rfc3339 => lenient_time::parse_date_time(text),
            Self::Unix => lenient_time::parse_unix(text),
        }
    }

    /// Reads the time of an event whose unit its spelling tells: a number by its size, or a date and time in any common
    /// spelling, that of mails and RSS too.
    pub(crate) fn guess(text: &str) -> Option<Timestamp> {
        let mail = || OffsetDateTime::parse(text, &Rfc2822).ok().map(|at| Timestamp::from_secs(at.unix_timestamp()));
        lenient_time::parse_unix(text).or_else(|| lenient_time::parse_date_time(text)).or_else(mail)
    }

    pub(crate) fn write(self, at: Timestamp) -> String {
        match self {
            Self::Seconds => at.secs().to_string(),
            Self::Millis | Self::Unix => at.0.to_string(),
            Self::Rfc3339 => at.to_rfc3339(),
        }
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Seconds => "whole seconds since 1970",
            Self::Millis => "whole milliseconds since 1970",
            Self::Rfc3339 => "RFC 3339",
            Self::Unix => "whole seconds or milliseconds since 1970",
        }
    }
}

/// A number of units of `millis` milliseconds, without going through a float.
fn parse_decimal(text: &str, millis: i64) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = whole.parse::<i64>().ok()?.checked_mul(millis)?;
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(Timestamp(whole.checked_add(thousandths.parse::<i64>().ok()? * millis / 1000)?))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_known_unit_are_read_exactly() {
        let at = Some(Timestamp(1_795_255_200_000));
        assert_eq!(TimeUnit::Seconds.parse("1795255200"), at);
        assert_eq!(TimeUnit::Millis.parse("1795255200000"), at);
        assert_eq!(TimeUnit::Seconds.parse("1795255200.250000"), Some(Timestamp(1_795_255_200_250)));
        for text in ["", "soon", "2026-11-21", "-1", "1e9"] {
            assert_eq!(TimeUnit::Seconds.parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_a_unit_is_told_by_its_spelling() {
        let at = Some(Timestamp(1_795_255_200_000));
        for text in [
            "1795255200",
            "1795255200000",
            "2026-11-21T10:00:00Z",
            "Sat, 21 Nov 2026 10:00:00 +0000",
            "Sat, 21 Nov 2026 10:00:00 GMT",
            "21 Nov 2026 11:00:00 +0100",
        ] {
            assert_eq!(TimeUnit::guess(text), at, "{text}");
        }
        assert_eq!(["", "soon", "Sat, 21 Nov", "Sat, 31 Feb 2026 10:00:00 GMT"].map(TimeUnit::guess), [None; 4]);
        assert_eq!(TimeUnit::Unix.parse_strict("1795255200"), at);
        assert_eq!(TimeUnit::Unix.parse_strict("1795255200000"), at);
        assert_eq!(TimeUnit::Unix.parse_strict("1795255200.5"), None);
    }
}
