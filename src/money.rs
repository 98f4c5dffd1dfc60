//! Amounts in minor units as people write them.

/// The decimals of a currency's minor unit: ISO 4217, where it is not two.
fn decimals(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// `1234` and `USD` as `12.34 USD`.
pub fn money(minor: i64, currency: &str) -> String {
    let currency = currency.to_ascii_uppercase();
    let decimals = decimals(&currency);
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let point = if decimals == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{part} {currency}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn minor_units_have_the_currencys_decimals() {
        assert_eq!(money(1234, "usd"), "12.34 USD");
        assert_eq!(money(-5, "EUR"), "-0.05 EUR");
        assert_eq!(money(1234, "JPY"), "1234 JPY");
        assert_eq!(money(1, "KWD"), "0.001 KWD");
        assert_eq!(money(i64::MIN, "USD"), "-92233720368547758.08 USD");
    }
}
