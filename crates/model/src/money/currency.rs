//! Currencies: their codes, their signs, and how many decimals each has by ISO 4217 and for a provider.

use std::collections::BTreeMap;

/// The codes of ISO 4217 in use, without those of metals and tests.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD \
    LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR \
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD \
    TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";
/// Without a minor unit.
const ZERO: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// Of a thousand minor units.
const THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
/// Of ten thousand.
const FOUR: [&str; 2] = ["CLF", "UYW"];
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

/// How many decimals a currency (upper case) has by ISO 4217; two where it is not known.
pub fn decimals(currency: &str) -> u32 {
    if ZERO.contains(&currency) {
        0
    } else if THREE.contains(&currency) {
        3
    } else if FOUR.contains(&currency) {
        4
    } else {
        2
    }
}

/// The code (upper case) where ISO 4217 has it.
pub fn known(currency: &str) -> Option<&'static str> {
    CODES.split_ascii_whitespace().find(|code| *code == currency)
}

/// Whether ISO 4217 has this code (upper case).
pub fn is_known(currency: &str) -> bool {
    known(currency).is_some()
}

/// The sign that everybody understands for a currency (upper case).
pub fn sign(currency: &str) -> Option<&'static str> {
    SIGNS.iter().find(|(code, _)| *code == currency).map(|(_, sign)| *sign)
}

/// The currency that a sign means; `$` alone is the dollar of the United States.
pub fn of_sign(sign: &str) -> Option<&'static str> {
    SIGNS.iter().find(|(_, own)| *own == sign).map(|(code, _)| *code)
}

/// How many decimals a provider's minor unit has, where that differs from ISO 4217 or is worth saying. Codes in upper case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decimals(BTreeMap<String, u32>);

impl Decimals {
    /// As many decimals as an amount can have.
    pub const MOST: u32 = 8;

    pub fn new(decimals: impl IntoIterator<Item = (String, u32)>) -> Self {
        Self(decimals.into_iter().collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The decimals of a currency (upper case).
    pub fn of(&self, currency: &str) -> u32 {
        self.0.get(currency).copied().unwrap_or_else(|| decimals(currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_currency_has_a_code_of_iso_4217() {
        let listed = ZERO.iter().chain(&THREE).chain(&FOUR).chain(SIGNS.iter().map(|(code, _)| code));
        assert_eq!(listed.filter(|code| !is_known(code)).count(), 0);
        assert!(!is_known("BTC") && !is_known("") && !is_known("EURO") && !is_known("eur"));
    }

    #[test]
    fn what_a_provider_does_not_say_is_as_iso_has_it() {
        let own = Decimals::new([("CLP".to_owned(), 2), ("EUR".to_owned(), 2)]);
        assert_eq!((own.of("CLP"), own.of("EUR"), own.of("JPY"), own.of("XYZ")), (2, 2, 0, 2));
    }
}
