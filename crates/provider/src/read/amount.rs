//! Amounts as senders write them, converted to whole minor units (cents) without going through a float.

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum AmountUnit {
    /// Cents; yen.
    #[default]
    Minor,
    /// `"398.00"`: dollars, with the currency's own number of decimals.
    Major,
}

impl AmountUnit {
    pub(super) fn parse(word: &str) -> Result<Self, String> {
        match word {
            "minor" => Ok(Self::Minor),
            "major" => Ok(Self::Major),
            _ => Err("expected `minor` (cents) or `major` (\"398.00\")".to_owned()),
        }
    }
}

/// The amount in minor units; `None` when the text is not a number, or has more decimals than the currency.
/// An unknown currency counts as one with two decimals.
pub(super) fn minor_units(text: &str, unit: AmountUnit, currency: Option<&str>) -> Option<i64> {
    let text = text.trim();
    if unit == AmountUnit::Minor {
        return text.parse().ok();
    }
    let decimals = hookbell_model::money::decimals(currency.unwrap_or_default()) as usize;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return None;
    }
    let amount: i64 = format!("{whole}{fraction:0<decimals$}").parse().ok()?;
    Some(if negative { -amount } else { amount })
}

/// An ISO 4217 code in upper case.
pub(super) fn currency(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| text.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_shown_as_it_was_sent() {
        for (text, code, shown) in [
            ("500", "ISK", "ISK 500.00"),
            ("7", "UGX", "UGX 7.00"),
            ("500", "MGA", "MGA 500"),
            ("1.5", "KWD", "KWD 1.500"),
            ("9", "JPY", "¥9"),
        ] {
            let minor = minor_units(text, AmountUnit::Major, Some(code)).expect(text);
            assert_eq!(hookbell_model::money::money(minor.into(), code), shown);
        }
    }

    #[test]
    fn major_amounts_become_minor_ones_exactly() {
        for (text, currency, amount) in [
            ("398.00", Some("EUR"), Some(39_800)),
            ("398", Some("EUR"), Some(39_800)),
            ("0.1", None, Some(10)),
            ("-0.05", Some("USD"), Some(-5)),
            ("1200", Some("JPY"), Some(1200)),
            ("1200.00", Some("JPY"), Some(1200)),
            ("1.5", Some("KWD"), Some(1500)),
            ("19.999", Some("USD"), None),
            ("1e3", Some("USD"), None),
            ("", Some("USD"), None),
            (".5", Some("USD"), None),
            ("1.2.3", Some("USD"), None),
            ("99999999999999999999", Some("USD"), None),
        ] {
            assert_eq!(minor_units(text, AmountUnit::Major, currency), amount, "{text} {currency:?}");
        }
        assert_eq!(minor_units("1999", AmountUnit::Minor, Some("USD")), Some(1999));
        assert_eq!(minor_units("19.99", AmountUnit::Minor, Some("USD")), None);
        assert_eq!(currency("eur").as_deref(), Some("EUR"));
        assert_eq!(currency("euro"), None);
    }
}
