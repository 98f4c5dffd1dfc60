//! What is read as which amount, and that no digit is lost.

use proptest::prelude::*;

use super::*;
use crate::locale::Locale;
use crate::money::{major, money, money_with};

fn read(unit: AmountUnit, text: &str, currency: Option<&str>) -> Option<i64> {
    unit.read(text, currency, &Decimals::default()).map(|amount| amount.minor)
}

#[test]
fn an_amount_is_shown_as_it_was_sent() {
    for (text, code, shown) in [
        ("500", "ISK", "ISK 500"),
        ("7", "UGX", "UGX 7"),
        ("500", "MGA", "MGA 500.00"),
        ("1.5", "KWD", "KWD 1.500"),
        ("9", "JPY", "¥9"),
    ] {
        let minor = read(AmountUnit::Major, text, Some(code)).expect(text);
        assert_eq!(money(minor.into(), code), shown);
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
        ("1200.50", Some("JPY"), Some(1201)),
        ("1.5", Some("KWD"), Some(1500)),
        ("49.0000", Some("EUR"), Some(4900)),
        ("19.999", Some("USD"), Some(2000)),
        ("12.990000000000002", Some("USD"), Some(1299)),
        ("12.990000000000002", None, Some(1299)),
        ("1e3", Some("USD"), Some(100_000)),
        ("0.5", Some("USDT"), Some(50)),
        // Nobody can say what these are in cents.
        ("0.00012", Some("BTC"), None),
        ("0.001", Some("USD"), None),
        ("", Some("USD"), None),
        (".5", Some("USD"), None),
        ("1.2.3", Some("USD"), None),
        ("12,50", Some("USD"), None),
        ("99999999999999999999", Some("USD"), None),
    ] {
        assert_eq!(read(AmountUnit::Major, text, currency), amount, "{text} {currency:?}");
    }
    for (text, currency, amount) in [
        ("4990", "USD", Some(499)),
        ("100000", "JPY", Some(100)),
        ("1500", "KWD", Some(1500)),
        ("-4990", "EUR", Some(-499)),
        ("0", "EUR", Some(0)),
        ("4.99", "EUR", None),
        ("x", "EUR", None),
        ("1e3", "EUR", None),
    ] {
        assert_eq!(read(AmountUnit::Milli, text, Some(currency)), amount, "{text} {currency}");
    }
    for (text, amount) in [("1999", Some(1999)), ("-5", Some(-5)), ("1999.0", Some(1999)), ("19.99", None), ("x", None)]
    {
        assert_eq!(read(AmountUnit::Minor, text, Some("USD")), amount, "{text}");
    }
}

#[test]
fn what_people_write_is_read_or_left_alone() {
    for (text, said, amount) in [
        ("4900", Some("EUR"), Some((4900, None))),
        ("19.99", Some("EUR"), Some((1999, None))),
        ("49.0", Some("EUR"), Some((4900, None))),
        ("49.0", Some("JPY"), Some((49, None))),
        ("$49.00", None, Some((4900, Some("USD")))),
        ("$49", None, Some((4900, Some("USD")))),
        ("$49.00", Some("CAD"), Some((4900, None))),
        ("-$5.00", None, Some((-500, Some("USD")))),
        ("$-5.00", None, Some((-500, Some("USD")))),
        ("−5,00 €", None, Some((-500, Some("EUR")))),
        ("49 eur", None, Some((4900, Some("EUR")))),
        ("EUR 49", Some("EUR"), Some((4900, Some("EUR")))),
        ("¥1200", None, Some((1200, Some("JPY")))),
        ("12,50", Some("EUR"), Some((1250, None))),
        ("1,234.56", Some("USD"), Some((123_456, None))),
        ("1.234,56 €", None, Some((123_456, Some("EUR")))),
        ("1 234,56 €", None, Some((123_456, Some("EUR")))),
        ("CHF 1’234.50", None, Some((123_450, Some("CHF")))),
        ("₹12,34,567.00", None, Some((123_456_700, Some("INR")))),
        ("$1,234,567", None, Some((123_456_700, Some("USD")))),
        ("0.125 KWD", None, Some((125, Some("KWD")))),
        // A thousand, or one and a bit.
        ("$1,234", None, None),
        ("1.234 €", None, None),
        // Two currencies, or none that is known.
        ("€49", Some("USD"), None),
        ("49 credits", None, None),
        ("USD 49 EUR", None, None),
        ("1,2,3", Some("EUR"), None),
        ("1.2.3,4", Some("EUR"), None),
        ("12,", Some("EUR"), None),
        ("10-20", Some("EUR"), None),
        ("on request", None, None),
        ("true", None, None),
    ] {
        let found = AmountUnit::Written.read(text, said, &Decimals::default());
        let found = found.as_ref().map(|found| (found.minor, found.currency.as_deref()));
        assert_eq!(found, amount, "{text} {said:?}");
    }
}

#[test]
fn a_currency_is_a_code_or_a_sign() {
    for (text, code) in [
        ("eur", Some("EUR")),
        (" usdt ", Some("USDT")),
        ("€", Some("EUR")),
        ("US dollars", None),
        ("7", None),
        ("840", None),
    ] {
        assert_eq!(read_currency(text).as_deref(), code, "{text}");
    }
}

proptest! {
    /// Whatever is written with at most the currency's decimals comes out as it went in.
    #[test]
    fn no_digit_is_lost(
        minor in -99_999_999_999_999_999_i64..=99_999_999_999_999_999,
        code in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF", "ISK", "XXX"]),
        own in prop::option::of(0_u32..=4),
    ) {
        let decimals = Decimals::new(own.map(|own| (code.to_owned(), own)));
        let text = major(minor.into(), decimals.of(code));
        let read = AmountUnit::Major.read(&text, Some(code), &decimals).map(|amount| amount.minor);
        prop_assert_eq!(read, Some(minor), "{}", text);
        // Shown with all its decimals it can be read again, grouping and sign included.
        let shown = money_with(minor.into(), code, decimals.of(code), Locale::default());
        if currency::is_known(code) && decimals.of(code) != 3 && minor.unsigned_abs() >= 1_000_000_000 {
            let read = AmountUnit::Written.read(&shown, Some(code), &decimals).map(|amount| amount.minor);
            prop_assert_eq!(read, Some(minor), "{}", shown);
        }
    }

    /// What has more decimals is off by no more than half of the last one.
    #[test]
    fn rounding_is_to_the_nearest(whole in 0_u32.., fraction in "[0-9]{1,40}", code in prop::sample::select(vec!["EUR", "JPY", "KWD"])) {
        let text = format!("{whole}.{fraction}");
        let own = Decimals::default().of(code);
        let read = AmountUnit::Major.read(&text, Some(code), &Decimals::default()).map(|amount| amount.minor);
        // The first digits, and the one that decides, with integers alone.
        let digits: String = fraction.chars().chain("0000".chars()).take(own as usize + 1).collect();
        let units = i64::from(whole) * 10_i64.pow(own + 1) + digits.parse::<i64>().expect("digits");
        let nearest = (units + 5) / 10;
        let is_nothing = nearest == 0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        prop_assert_eq!(read, (!is_nothing).then_some(nearest), "{}", text);
    }

    /// Nothing panics, and what is read was made of digits.
    #[test]
    fn any_text_is_read_or_refused(text in "[-+−$€£0-9., eE'’a-z]{0,24}", said in prop::option::of("[A-Z]{3}")) {
        for unit in [AmountUnit::Minor, AmountUnit::Major, AmountUnit::Written] {
            if unit.read(&text, said.as_deref(), &Decimals::default()).is_some() {
                prop_assert!(text.bytes().any(|byte| byte.is_ascii_digit()), "{}", text);
            }
        }
    }
}
