//! Amounts as senders write them, read digit by digit and converted to whole minor units (cents).

use super::currency::{self, Decimals};
use super::decimal::Decimal;

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AmountUnit {
    /// Cents; yen.
    #[default]
    Minor,
    /// `"398.00"`: dollars, with the currency's own number of decimals.
    Major,
    /// `4990`: thousandths of dollars, whatever the currency's decimals are.
    Milli,
    /// As a person would take it: a whole number is in cents, one with decimals, a sign or a code is in dollars.
    Written,
}

/// A word that is no [`AmountUnit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `minor` (cents), `major` (\"398.00\"), `milli` (398000) or `written` (398 cents, or 3.98)")]
pub struct UnknownAmountUnit;

/// An amount that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    pub minor: i64,
    /// By the sign or code that was written beside the number.
    pub currency: Option<String>,
}

impl AmountUnit {
    /// Their names.
    pub const WORDS: [&'static str; 4] = ["minor", "major", "milli", "written"];

    /// Reads one of [`AmountUnit::WORDS`].
    ///
    /// # Errors
    /// When it is none of them.
    pub fn parse(word: &str) -> Result<Self, UnknownAmountUnit> {
        match word {
            "minor" => Ok(Self::Minor),
            "major" => Ok(Self::Major),
            "milli" => Ok(Self::Milli),
            "written" => Ok(Self::Written),
            _ => Err(UnknownAmountUnit),
        }
    }

    /// Reads an amount, where `currency` (upper case) is known from elsewhere. None when the text is no amount, or cannot be shown exactly enough: a fraction of a cent where cents are sent, decimals
    /// of a currency that is not known, or so little that nothing would be left.
    pub fn read(self, text: &str, currency: Option<&str>, decimals: &Decimals) -> Option<Amount> {
        let text = text.trim();
        let number = Decimal::parse(text);
        let plain = |minor: Option<i64>| Some(Amount { minor: minor?, currency: None });
        match (self, number) {
            (Self::Minor, number) => plain(whole(&number?)),
            (Self::Major, number) => plain(minor_units(&number?, currency, decimals)),
            (Self::Milli, number) => {
                whole(&number?)?;
                plain(minor_units(&Decimal::parse(&format!("{text}e-3"))?, currency, decimals))
            }
            (Self::Written, Some(number)) if text.contains(['.', 'e', 'E']) => {
                plain(minor_units(&number, currency, decimals))
            }
            (Self::Written, Some(number)) => plain(whole(&number)),
            (Self::Written, None) => {
                let written = WrittenAmount::parse(text)?;
                let meant = written.currency_beside(currency)?;
                let minor = minor_units(&written.number, meant.or(currency), decimals)?;
                Some(Amount { minor, currency: meant.map(str::to_owned) })
            }
        }
    }
}

fn whole(number: &Decimal) -> Option<i64> {
    (number.decimals() == 0).then(|| number.rounded(0))??.try_into().ok()
}

/// More decimals than the currency has are rounded, a half away from zero.
fn minor_units(number: &Decimal, currency: Option<&str>, decimals: &Decimals) -> Option<i64> {
    let own = decimals.of(currency.unwrap_or_default());
    // Nobody knows how many decimals count.
    let is_unknown = currency.is_some_and(|code| !currency::is_known(code));
    if is_unknown && number.decimals() > own as usize {
        return None;
    }
    let minor = number.rounded(own)?;
    if minor == 0 && !number.is_zero() { None } else { minor.try_into().ok() }
}

/// `$49.00`, `49 EUR`, `1.234,56 €`.
struct WrittenAmount<'t> {
    number: Decimal,
    /// A code of ISO 4217.
    currency: Option<&'t str>,
    /// `$` alone, which several currencies use.
    is_dollar: bool,
}

impl<'t> WrittenAmount<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (first, last) = (text.find(|c: char| c.is_ascii_digit())?, text.rfind(|c: char| c.is_ascii_digit())?);
        let (before, number) = text.split_at(first);
        let (number, behind) = number.split_at(last - first + 1);
        let is_minus = |c: char| matches!(c, '-' | '−');
        let mark = before.trim_matches(|c: char| c.is_whitespace() || is_minus(c) || c == '+');
        let mark = match (mark, behind.trim()) {
            (mark, "") | ("", mark) => mark,
            _ => return None,
        };
        let currency = match mark {
            "" => None,
            mark => Some(currency::of_sign(mark).or_else(|| known(mark))?),
        };
        let minus = if before.chars().any(is_minus) { "-" } else { "" };
        let number = Decimal::parse(&format!("{minus}{}", ungrouped(number)?))?;
        Some(Self { number, currency, is_dollar: mark == "$" })
    }

    /// The currency that it says; none at all where another one is said beside it.
    fn currency_beside(&self, said: Option<&str>) -> Option<Option<&'t str>> {
        match (self.currency, said) {
            (Some(own), Some(said)) if own != said => self.is_dollar.then_some(None),
            (own, _) => Some(own),
        }
    }
}

/// A code of ISO 4217, in whatever case it is written.
fn known(mark: &str) -> Option<&'static str> {
    currency::known(&super::code(mark))
}

/// Without what divides thousands, and with a full stop before the decimals. One comma or full stop before three digits may
/// be either.
fn ungrouped(text: &str) -> Option<String> {
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '’' | '\'');
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, ',' | '.')).collect();
    let point = match marks.as_slice() {
        [] => None,
        [(at, mark)] => {
            let (whole, rest) = (text.get(..*at)?, text.get(at + 1..)?);
            let is_group = rest.len() == 3 && whole != "0" && !whole.contains(is_gap);
            if is_group {
                return None;
            }
            Some((*at, *mark))
        }
        [first, .., last] => (first.1 != last.1).then_some(*last),
    };
    let (whole, fraction) = point
        .map_or((text, ""), |(at, _)| (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()));
    let groups: Vec<&str> = whole.split(|c| is_gap(c) || matches!(c, ',' | '.')).collect();
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // India divides by two digits before the last three.
    let fits = |(at, group): (usize, &&str)| match (at, groups.len() - at) {
        (0, 1) => !group.is_empty(),
        (0, _) => (1..=3).contains(&group.len()),
        (_, 1) => group.len() == 3,
        _ => (2..=3).contains(&group.len()),
    };
    let is_amount = groups.iter().enumerate().all(fits) && groups.iter().all(|group| is_digits(group));
    let same = point.is_none_or(|(_, mark)| !whole.contains(mark));
    (is_amount && same && is_digits(fraction)).then(|| format!("{}.{fraction}", groups.concat()))
}

/// A currency's code in upper case: mostly ISO 4217, but also `USDT`. Its sign is taken, too.
pub fn read_currency(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(code) = currency::of_sign(text) {
        return Some(code.to_owned());
    }
    let fits = (2..=super::CODE).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    fits.then(|| text.to_ascii_uppercase())
}

#[cfg(test)]
mod tests;
