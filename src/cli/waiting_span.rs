//! How long a command waits for somebody.

use std::time::Duration;

use hookbell_model::timestamp::{ParseDurationError, parse_duration};

const LONGEST: Duration = Duration::from_secs(3600);

/// Why this is no time to wait.
#[derive(Debug, thiserror::Error)]
pub(super) enum SpanError {
    #[error(transparent)]
    Duration(#[from] ParseDurationError),
    #[error("expected at most `1h`")]
    OutOfRange,
}

/// At least a millisecond, at most an hour.
pub(super) fn waiting_span(text: &str) -> Result<Duration, SpanError> {
    let span = parse_duration(text)?;
    if (Duration::from_millis(1)..=LONGEST).contains(&span) { Ok(span) } else { Err(SpanError::OutOfRange) }
}
