//! Rates as people write them: so many in a span.

use std::str::FromStr;
use std::time::Duration;

use crate::timestamp::parse_duration;

/// So many in a span; neither is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub count: u32,
    pub span: Duration,
}

/// The text is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a rate such as `50/s`, `100/m` or `5/10s`")]
pub struct ParseRateError;

impl FromStr for Rate {
    type Err = ParseRateError;

    /// Reads `50/s`, `100/m`, `5/10s`: a unit without a number is one of it.
    fn from_str(text: &str) -> Result<Self, ParseRateError> {
        let (count, span) = text.split_once('/').ok_or(ParseRateError)?;
        let one = if span.trim().starts_with(|c: char| c.is_ascii_digit()) { "" } else { "1" };
        let span = parse_duration(&format!("{one}{}", span.trim())).map_err(|_| ParseRateError)?;
        let count = count.trim().parse().map_err(|_| ParseRateError)?;
        if count == 0 || span.is_zero() { Err(ParseRateError) } else { Ok(Self { count, span }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        for (text, count, seconds) in [("50/s", 50, 1), ("100 / m", 100, 60), ("5/10s", 5, 10)] {
            assert_eq!(text.parse(), Ok(Rate { count, span: Duration::from_secs(seconds) }), "{text}");
        }
        for wrong in ["", "50", "0/s", "5/0s", "-1/s", "1/x", "1/"] {
            assert_eq!(wrong.parse::<Rate>(), Err(ParseRateError), "{wrong}");
        }
    }
}
