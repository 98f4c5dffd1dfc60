//! Formats amounts in minor units; the only place that knows a currency's decimals.

use crate::locale::Locale;

/// Currencies without a minor unit, as Stripe counts them.
const ZERO: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Currencies of a thousand minor units.
const THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
/// Unambiguous currency signs; all other currencies are written with their code.
const SIGNS: [(&str, &str); 18] = [
    ("USD", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("INR", "₹"),
    ("KRW", "₩"),
    ("VND", "₫"),
    ("ILS", "₪"),
    ("PHP", "₱"),
    ("NGN", "₦"),
    ("UAH", "₴"),
    ("CAD", "CA$"),
    ("AUD", "A$"),
    ("NZD", "NZ$"),
    ("MXN", "MX$"),
    ("HKD", "HK$"),
    ("BRL", "R$"),
    ("TWD", "NT$"),
];

/// `1234, "usd"` → `$12.34`. Without a currency two decimals are assumed and no sign is shown.
pub fn money(minor: i128, currency: &str) -> String {
    money_in(minor, currency, Locale::default())
}

/// As [`money`], in the way the readers of `locale` write it: `12,34 €`.
pub fn money_in(minor: i128, currency: &str, locale: Locale) -> String {
    let code: String = currency.trim().chars().take(8).flat_map(char::to_uppercase).collect();
    let decimals = decimals(&code) as usize;
    let unit = 10u128.pow(decimals as u32);
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let minus = if minor < 0 { "-" } else { "" };
    let plain = match decimals {
        0 => format!("{minus}{whole}"),
        _ => format!("{minus}{whole}.{rest:0decimals$}"),
    };
    let everybody = || SIGNS.iter().find(|(known, _)| *known == code).map(|(_, sign)| *sign);
    locale.with_sign(&plain, locale.own_sign(&code).or_else(everybody).unwrap_or(&code))
}

/// How many decimals a currency (upper case) has, as Stripe counts them; two where it is not known.
pub fn decimals(currency: &str) -> u32 {
    if ZERO.contains(&currency) {
        0
    } else if THREE.contains(&currency) {
        3
    } else {
        2
    }
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
            (500, "isk", "ISK 5.00"),
            (500, "ugx", "UGX 5.00"),
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
