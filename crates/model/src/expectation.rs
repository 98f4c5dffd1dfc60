//! How often a source is expected to send something.

use std::str::FromStr;
use std::time::Duration;

use crate::timestamp::parse_duration;

/// `expect` of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// Something within this span, at any time.
    Within(Duration),
    /// As often as at the same time of the past weeks.
    Learned,
}

/// The text is no expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a span such as `\"1h\"`, or `\"auto\"`")]
pub struct ParseExpectationError;

impl FromStr for Expectation {
    type Err = ParseExpectationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim() == "auto" {
            return Ok(Self::Learned);
        }
        match parse_duration(text) {
            Ok(span) if !span.is_zero() => Ok(Self::Within(span)),
            _ => Err(ParseExpectationError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_is_a_span_or_learned() {
        assert_eq!("1h".parse(), Ok(Expectation::Within(Duration::from_secs(3600))));
        assert_eq!("auto".parse(), Ok(Expectation::Learned));
        for wrong in ["", "0s", "hourly", "-1h"] {
            assert_eq!(wrong.parse::<Expectation>(), Err(ParseExpectationError), "{wrong}");
        }
    }
}
