//! A point in time: whole milliseconds since 1970, UTC. Services and the app read the clock ([`Timestamp::now`]) and
//! pass the time down; a test of the program's sources fails where anything below them reads it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Milliseconds since the Unix epoch. Ordered, copyable, safe to store as an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The clock's time. Called by services, the app and tests alone: all other code takes the time as an
    /// argument, so that it can be tested at any time of day.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// From whole seconds since the epoch; saturates instead of overflowing.
    pub fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Whole seconds since the epoch, rounded down.
    pub fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads RFC 3339 text such as `2026-11-21T10:00:00.5Z`, also where the zone has no colon (`+0100`); `None` for
    /// anything else.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339)
            .or_else(|error| OffsetDateTime::parse(&with_colon(text).ok_or(error)?, &Rfc3339))
            .ok()?;
        i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }

    /// RFC 3339 in UTC. Years outside 0 to 9999 fall back to the epoch's text rather than failing.
    pub fn to_rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
    }

    /// This moment plus a span; saturates.
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This moment minus a span; saturates.
    pub fn before(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long from `earlier` to here; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// The system's clock as a service reads it. A test can set it ahead or back, for itself and its clones; so it shows what
/// a service does when an operator or NTP sets the clock. Waits within a run go by `Instant`, which nobody sets.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// In milliseconds.
    offset: Arc<AtomicI64>,
}

impl PartialEq for Clock {
    fn eq(&self, other: &Self) -> bool {
        self.offset.load(Ordering::Relaxed) == other.offset.load(Ordering::Relaxed)
    }
}

impl Eq for Clock {}

impl Clock {
    pub fn now(&self) -> Timestamp {
        Timestamp(Timestamp::now().0.saturating_add(self.offset.load(Ordering::Relaxed)))
    }

    /// How far it is ahead of the system's clock, in milliseconds; negative: behind it.
    pub fn set_offset(&self, millis: i64) {
        self.offset.store(millis, Ordering::Relaxed);
    }
}

/// Times before 1970 become the epoch.
impl From<SystemTime> for Timestamp {
    fn from(at: SystemTime) -> Self {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// Why a text is no span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseDurationError {
    #[error("expected a span such as `30s`, `10m`, `12h` or `90d`")]
    Malformed,
    #[error("expected a span such as `30s`, `10m`, `12h` or `90d`; did you mean `{number}{unit}`?")]
    Worded { number: u64, unit: &'static str },
    #[error("this span is too long")]
    TooLong,
}

/// Reads a span as written in the config: `500ms`, `30s`, `10m`, `12h`, `90d`.
///
/// # Errors
/// When the text is no span, or the span has no place in 64 bits of milliseconds.
pub fn parse_duration(text: &str) -> Result<Duration, ParseDurationError> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| ParseDurationError::Malformed)?;
    let millis = match unit.trim() {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        word => return Err(worded(number, word).unwrap_or(ParseDurationError::Malformed)),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or(ParseDurationError::TooLong)
}

/// The span that was meant by a unit in words.
fn worded(number: u64, word: &str) -> Option<ParseDurationError> {
    let (number, unit) = match word.to_lowercase().trim_end_matches('.') {
        "sec" | "secs" | "second" | "seconds" => (number, "s"),
        "mins" | "minute" | "minutes" => (number, "m"),
        "hr" | "hrs" | "hour" | "hours" => (number, "h"),
        "day" | "days" => (number, "d"),
        "w" | "week" | "weeks" => (number.checked_mul(7)?, "d"),
        "mo" | "month" | "months" => (number.checked_mul(30)?, "d"),
        "y" | "year" | "years" => (number.checked_mul(365)?, "d"),
        _ => return None,
    };
    Some(ParseDurationError::Worded { number, unit })
}

/// A span in short form, rounded down: `850ms`, `42s`, `3m 5s`, `2h 10m`, `4d 3h`.
pub fn format_duration(span: Duration) -> String {
    let secs = span.as_secs();
    match secs {
        0 => format!("{}ms", span.as_millis()),
        1..60 => format!("{secs}s"),
        60..3600 => two(secs / 60, "m", secs % 60, "s"),
        3600..86_400 => two(secs / 3600, "h", secs % 3600 / 60, "m"),
        _ => two(secs / 86_400, "d", secs % 86_400 / 3600, "h"),
    }
}

fn two(big: u64, big_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 { format!("{big}{big_unit}") } else { format!("{big}{big_unit} {small}{small_unit}") }
}

/// `…+0100` as `…+01:00`, the way several senders write zones.
fn with_colon(text: &str) -> Option<String> {
    let (rest, zone) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let (hours, minutes) = zone.split_at_checked(3)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let signed = hours.strip_prefix(['+', '-']).is_some_and(digits);
    (signed && digits(minutes)).then(|| format!("{rest}{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_may_be_without_its_colon() {
        let at = Timestamp::parse_rfc3339("2026-11-21T10:00:00Z");
        assert_eq!(Timestamp::parse_rfc3339("2026-11-21T11:30:00.000+0130"), at);
        assert_eq!(Timestamp::parse_rfc3339("2026-11-21T08:00:00-0200"), at);
        for wrong in ["", "+0100", "2026-11-21T10:00:00+01000", "2026-11-21T10:00:00 0100", "2026-11-21T10:00:00+é00"]
        {
            assert_eq!(Timestamp::parse_rfc3339(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn durations_are_read_and_written() {
        assert_eq!(parse_duration("90d"), Ok(Duration::from_secs(90 * 86_400)));
        assert_eq!(parse_duration(" 250 ms"), Ok(Duration::from_millis(250)));
        assert!(parse_duration("soon").is_err());
        assert!(parse_duration("99999999999999999d").is_err());
        assert_eq!(format_duration(Duration::from_secs(185)), "3m 5s");
        assert_eq!(format_duration(Duration::from_millis(850)), "850ms");
    }

    #[test]
    fn rfc3339_round_trips() {
        let at = Timestamp::parse_rfc3339("2026-11-21T10:00:00.5Z").expect("valid");
        assert_eq!(at.to_rfc3339(), "2026-11-21T10:00:00.5Z");
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), None);
    }
}
