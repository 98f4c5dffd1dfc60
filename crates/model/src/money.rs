//! Formats amounts in minor units, and reads the amounts that senders write.

pub mod decimal;
pub mod currency;
pub mod amount;

use crate::locale::Locale;

/// `1234, "usd"` → `$12.34`. Without a currency two decimals are assumed and no sign is shown.
pub fn money(minor: i128, currency: &str) -> String {
    money_in(minor, currency, Locale::default())
}

/// As [`money`], in the way the readers of `locale` write it: `12,34 €`.
pub fn money_in(minor: i128, currency: &str, locale: Locale) -> String {
    money_with(minor, currency, currency::decimals(&code(currency)), locale)
}

/// As [`money_in`], where the minor unit has so many decimals, whatever ISO 4217 says.
pub fn money_with(minor: i128, currency: &str, decimals: u32, locale: Locale) -> String {
    let code = code(currency);
    locale.with_sign(&fixed(minor, decimals), locale.own_sign(&code).or_else(|| currency::sign(&code)).unwrap_or(&code))
}

/// The amount in major units, without zeros that say nothing: `-1234` with 2 decimals is `-12.34`, `1200` is `12`.
pub fn major(minor: i128, decimals: u32) -> String {
    let fixed = fixed(minor, decimals);
    if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').to_owned() } else { fixed }
}

/// A currency's code in upper case, not longer than any is.
pub fn code(currency: &str) -> String {
    currency.trim().chars().take(CODE).flat_map(char::to_uppercase).collect()
}

/// The most characters of a currency's code: `USDC.E` is one, a sentence is not.
pub const CODE: usize = 8;

fn fixed(minor: i128, decimals: u32) -> String {
    let places = decimals.min(currency::Decimals::MOST) as usize;
    let unit = 10u128.pow(places as u32);
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let minus = if minor < 0 { "-" } else { "" };
    if places == 0 { format!("{minus}{whole}") } else { format!("{minus}{whole}.{rest:0places$}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_read_it() {
        for (minor, currency, text) in [
            (123_456, "usd", "$1,234.56"),
            (900, "EUR", "€9.00"),
            (1200, "jpy", "¥1,200"),
            (1234, "KWD", "KWD 1.234"),
            (1200, "chf", "CHF 12.00"),
            (500, "isk", "ISK 500"),
            (500, "ugx", "UGX 500"),
            (500, "mga", "MGA 5.00"),
            (5, "gbp", "£0.05"),
            (-500, "usd", "-$5.00"),
            (0, "krw", "₩0"),
            (1234, "", "12.34"),
            (i128::MIN, "usd", "-$1,701,411,834,604,692,317,316,873,037,158,841,057.28"),
        ] {
            assert_eq!(money(minor, currency), text);
        }
    }

    #[test]
    fn a_minor_unit_may_have_other_decimals_than_iso_says() {
        let shown = |minor, code, decimals| money_with(minor, code, decimals, Locale::default());
        assert_eq!(shown(1_000_000, "clp", 2), "CLP 10,000.00");
        assert_eq!(shown(500, "cve", 0), "CVE 500");
        assert_eq!(
            (major(-1234, 2), major(1200, 2), major(1230, 2), major(0, 3), major(500, 0)),
            ("-12.34".into(), "12".into(), "12.3".into(), "0".into(), "500".into())
        );
    }

    #[test]
    fn money_is_written_as_its_readers_do() {
        for (tag, minor, currency, text) in [
            ("de", 123_456, "eur", "1.234,56\u{a0}€"),
            ("de-AT", 123_456, "eur", "€\u{a0}1.234,56"),
            ("de-CH", -123_450, "chf", "-CHF\u{a0}1’234.50"),
            ("fr", 123_456, "eur", "1\u{202f}234,56\u{a0}€"),
            ("es", 123_456, "eur", "1234,56\u{a0}€"),
            ("pt-BR", 123_456, "brl", "R$\u{a0}1.234,56"),
            ("ja", 1235, "jpy", "￥1,235"),
            ("zh", 123_456, "cny", "¥1,234.56"),
            ("pl", -1_234_500, "pln", "-12\u{a0}345,00\u{a0}zł"),
            ("hi", 12_345_678, "inr", "₹1,23,456.78"),
            ("tr", 5, "try", "₺0,05"),
            ("de", 1234, "", "12,34"),
            ("en-GB", 500, "chf", "CHF 5.00"),
        ] {
            assert_eq!(money_in(minor, currency, Locale::parse(tag).expect(tag)), text, "{tag}");
        }
    }
}
