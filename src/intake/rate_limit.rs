//! A source's own limit (`rate = "50/s"`): a token bucket that verified requests draw from.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hookbell_model::timestamp::{Timestamp, parse_duration};

/// How many requests a source may make. Without a configured rate, any number.
#[derive(Debug, Default)]
pub(super) struct SourceRate(Option<Mutex<TokenBucket>>);

#[derive(Debug)]
struct TokenBucket {
    size: f64,
    per_milli: f64,
    level: f64,
    at: Timestamp,
}

impl SourceRate {
    /// Reads `"50/s"`, `"100/m"`, `"5/10s"`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let expected = || "expected a rate such as `50/s`, `100/m` or `5/10s`".to_owned();
        let (count, span) = text.split_once('/').ok_or_else(expected)?;
        let count: u32 = count.trim().parse().map_err(|_| expected())?;
        let span = if span.trim().starts_with(|c: char| c.is_ascii_digit()) {
            span.to_owned()
        } else {
            format!("1{}", span.trim())
        };
        let span = parse_duration(&span).map_err(|_| expected())?;
        if count == 0 || span.is_zero() {
            return Err(expected());
        }
        Ok(Self::new(count, span))
    }

    fn new(count: u32, span: Duration) -> Self {
        let size = f64::from(count);
        let per_milli = size / span.as_millis() as f64;
        Self(Some(Mutex::new(TokenBucket { size, per_milli, level: size, at: Timestamp(0) })))
    }

    /// Takes over the earlier limit's level, so that reloading the config allows no more requests.
    pub(super) fn continue_from(&self, earlier: &Self) {
        let (Some(bucket), Some(earlier)) = (&self.0, &earlier.0) else { return };
        let (level, at) = {
            let earlier = earlier.lock().unwrap_or_else(PoisonError::into_inner);
            (earlier.level, earlier.at)
        };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        (bucket.level, bucket.at) = (level.min(bucket.size), at);
    }

    /// Counts one request.
    ///
    /// # Errors
    /// With the whole seconds to wait, when it is over the rate.
    pub(super) fn take(&self, now: Timestamp) -> Result<(), u64> {
        let Some(bucket) = &self.0 else { return Ok(()) };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let gained = now.since(bucket.at).as_millis() as f64 * bucket.per_milli;
        bucket.level = (bucket.level + gained).min(bucket.size);
        bucket.at = bucket.at.max(now);
        if bucket.level >= 1.0 {
            bucket.level -= 1.0;
            return Ok(());
        }
        Err((((1.0 - bucket.level) / bucket.per_milli / 1000.0).ceil() as u64).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_allows_so_many_requests_and_says_when_the_next_is_allowed() {
        let rate = SourceRate::parse("2/10s").expect("a rate");
        let start = Timestamp(1_000_000);
        assert_eq!((rate.take(start), rate.take(start)), (Ok(()), Ok(())));
        assert_eq!(rate.take(start), Err(5));
        assert_eq!(rate.take(start.after(Duration::from_secs(5))), Ok(()));
        assert_eq!(SourceRate::default().take(start), Ok(()));
        let anew = SourceRate::parse("2/10s").expect("a rate");
        rate.take(start.after(Duration::from_secs(5))).expect_err("it is used up");
        anew.continue_from(&rate);
        assert_eq!(anew.take(start.after(Duration::from_secs(5))), Err(5), "a reload allows no more");
        for wrong in ["", "fast", "0/s", "5/0s", "-1/s", "5"] {
            assert!(SourceRate::parse(wrong).is_err(), "{wrong}");
        }
    }
}
