//! A decimal number as it was written, digit for digit.

/// A sign, digits, and where among them the decimal point is. As many digits as were written: nothing is rounded before
/// [`Decimal::rounded`] is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// ASCII digits without leading zeros; empty for zero.
    digits: String,
    /// How many of the digits are behind the point; negative where zeros follow them.
    scale: i64,
}

/// A longer text is no number that anybody wrote, in bytes.
const LONGEST: usize = 400;
/// Exponents beyond are those of no amount.
const EXPONENT: i64 = 400;

impl Decimal {
    /// Reads `19.99`, `-5`, `+5` and, as JSON may have it, `1.5e3`. Digits are needed before a point.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse().ok()?),
            None => (unsigned, 0_i64),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || exponent.abs() > EXPONENT {
            return None;
        }
        let digits = format!("{whole}{fraction}").trim_start_matches('0').to_owned();
        let scale = i64::try_from(fraction.len()).ok()? - exponent;
        Some(Self { negative: negative && !digits.is_empty(), digits, scale })
    }

    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// How many decimals it needs: 1 for `2.50`, 0 for `300` and `1.0`.
    pub fn decimals(&self) -> usize {
        let zeros = self.digits.len() - self.digits.trim_end_matches('0').len();
        let needed = self.scale - i64::try_from(zeros).unwrap_or(i64::MAX);
        if self.is_zero() { 0 } else { usize::try_from(needed).unwrap_or(0) }
    }

    /// The number in units of the last of so many decimals: `19.99` with 2 is 1999. What is beyond them is rounded, a half
    /// away from zero. None where it does not fit.
    pub fn rounded(&self, decimals: u32) -> Option<i128> {
        let behind = self.scale - i64::from(decimals);
        let size = match usize::try_from(behind) {
            Ok(behind) => {
                let kept = self.digits.len().checked_sub(behind);
                let (whole, rest) = kept.map_or(("", ""), |kept| self.digits.split_at(kept));
                let up = rest.bytes().next().is_some_and(|digit| digit >= b'5');
                number(whole)?.checked_add(i128::from(up))?
            }
            Err(_) if self.is_zero() => 0,
            Err(_) => number(&format!("{}{}", self.digits, "0".repeat(usize::try_from(-behind).ok()?)))?,
        };
        Some(if self.negative { -size } else { size })
    }
}

fn number(digits: &str) -> Option<i128> {
    if digits.is_empty() { Some(0) } else { digits.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_rounded_by_its_digits() {
        for (text, decimals, units) in [
            ("19.99", 2, Some(1999)),
            ("12.990000000000002", 2, Some(1299)),
            ("12.995", 2, Some(1300)),
            ("-12.995", 2, Some(-1300)),
            ("12.994999999999999999999999999999999999999999999", 2, Some(1299)),
            ("0.005", 2, Some(1)),
            ("0.0049", 2, Some(0)),
            ("-0.001", 2, Some(0)),
            ("1200.50", 0, Some(1201)),
            ("49", 2, Some(4900)),
            ("+49.0", 2, Some(4900)),
            ("1.5e3", 2, Some(150_000)),
            ("15e-1", 0, Some(2)),
            ("00012.30", 2, Some(1230)),
            ("0", 3, Some(0)),
            ("9007199254740993.01", 2, Some(900_719_925_474_099_301)),
            ("1e60", 2, None),
            ("0e300", 2, Some(0)),
        ] {
            assert_eq!(Decimal::parse(text).expect(text).rounded(decimals), units, "{text}");
        }
        for wrong in ["", ".5", "1.2.3", "1,5", "--1", "1e", "e3", "$5", " 5", "NaN", "0x10", "1e9999", "٣"] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Decimal::parse(&"1".repeat(401)), None);
    }

    #[test]
    fn only_the_decimals_that_say_something_count() {
        for (text, decimals) in
            [("2.50", 1), ("300", 0), ("1.0", 0), ("0.00", 0), ("1e-3", 3), ("1.5e3", 0), ("0.125", 3)]
        {
            assert_eq!(Decimal::parse(text).expect(text).decimals(), decimals, "{text}");
        }
    }
}
