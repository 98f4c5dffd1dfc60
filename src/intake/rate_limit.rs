//! A source's own limit (`rate = "50/s"`): a token bucket that verified requests draw from. It goes by a clock that
//! nobody sets: after the system's clock was set back, a source may send as before.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hookbell_model::rate::Rate;

/// How many requests a source may make. Without a configured rate, any number.
#[derive(Debug, Default)]
pub(super) struct SourceRate(Option<Mutex<TokenBucket>>);

#[derive(Debug)]
struct TokenBucket {
    size: f64,
    per_milli: f64,
    level: f64,
    /// When the level was that; none = never drawn from.
    at: Option<Instant>,
}

impl SourceRate {
    pub(super) fn new(Rate { count, span }: Rate) -> Self {
        let size = f64::from(count);
        let per_milli = size / span.as_millis() as f64;
        Self(Some(Mutex::new(TokenBucket { size, per_milli, level: size, at: None })))
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
    pub(super) fn take(&self, now: Instant) -> Result<(), u64> {
        let Some(bucket) = &self.0 else { return Ok(()) };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = bucket.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        bucket.level = (bucket.level + passed.as_secs_f64() * 1000.0 * bucket.per_milli).min(bucket.size);
        bucket.at = bucket.at.max(Some(now));
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

    fn rate(text: &str) -> SourceRate {
        SourceRate::new(text.parse().expect("a rate"))
    }

    #[test]
    fn a_rate_allows_so_many_requests_and_says_when_the_next_is_allowed() {
        let anew = rate("2/10s");
        let rate = rate("2/10s");
        let start = Instant::now();
        assert_eq!((rate.take(start), rate.take(start)), (Ok(()), Ok(())));
        assert_eq!(rate.take(start), Err(5));
        assert_eq!(rate.take(start + Duration::from_secs(5)), Ok(()));
        assert_eq!(SourceRate::default().take(start), Ok(()));
        rate.take(start + Duration::from_secs(5)).expect_err("it is used up");
        anew.continue_from(&rate);
        assert_eq!(anew.take(start + Duration::from_secs(5)), Err(5), "a reload allows no more");
    }
}
