//! Amounts in minor units, written as people read them; which currency has how many decimals stands here alone.

/// Currencies without a minor unit, as Stripe counts them.
const ZERO: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Currencies of a thousand minor units.
const THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
/// Signs that say by themselves which currency is meant; all others are written by their code.
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
    let code: String = currency.trim().chars().take(8).flat_map(char::to_uppercase).collect();
    let decimals = decimals(&code);
    let unit = 10u128.pow(decimals);
    let whole = grouped(minor.unsigned_abs() / unit);
    let minus = if minor < 0 { "-" } else { "" };
    let number = match decimals {
        0 => whole,
        _ => format!("{whole}.{:0width$}", minor.unsigned_abs() % unit, width = decimals as usize),
    };
    match SIGNS.iter().find(|(known, _)| *known == code) {
        _ if code.is_empty() => format!("{minus}{number}"),
        Some((_, sign)) => format!("{minus}{sign}{number}"),
        None => format!("{minus}{code} {number}"),
    }
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

/// A number with its thousands apart: `1234567` → `1,234,567`.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
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
}
