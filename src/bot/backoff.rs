//! How long to wait between two starts of the bot. Discord allows 1000 starts a day and then resets the
//! token, so a loop of failing starts must slow down.

use std::time::Duration;

use super::life::End;
use hookbell_model::delivery;

/// A refused token does not become right by asking often; and every refusal counts against this address.
const SLOW: Duration = Duration::from_secs(600);
/// The doubling ends here: 256 seconds, less jitter.
const LAST_STEP: u32 = 9;
/// Who lived this long starts from the beginning again.
const HEALTHY: Duration = Duration::from_secs(600);

#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// `jitter` in 0..=1.
    pub(super) fn next(&mut self, end: &End, lived: Duration, jitter: f64) -> Duration {
        if end.was_ready && lived >= HEALTHY {
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        if let Some(hold) = end.hold {
            return hold;
        }
        if end.fatal {
            return SLOW.mul_f64(1.0 + 0.25 * jitter);
        }
        delivery::backoff(self.failures.min(LAST_STEP), jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_secs(5);

    #[test]
    fn failing_starts_slow_down_to_minutes_and_a_long_life_forgives() {
        let mut backoff = Backoff::default();
        let end = End::failed("x");
        let waits: Vec<u64> = (0..12).map(|_| backoff.next(&end, SHORT, 1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256]);
        let good = End { was_ready: true, ..End::failed("x") };
        assert_eq!(backoff.next(&good, HEALTHY, 1.0).as_secs(), 1);
        assert!(backoff.next(&end, SHORT, 0.0) < Duration::from_secs(2));
    }

    #[test]
    fn a_refused_token_is_tried_every_ten_minutes_only() {
        let mut backoff = Backoff::default();
        let end = End::fatal("x");
        assert!((0..5).all(|_| backoff.next(&end, SHORT, 0.0) >= SLOW));
        let held = End { hold: Some(Duration::from_secs(3600)), ..End::failed("x") };
        assert_eq!(backoff.next(&held, SHORT, 0.5), Duration::from_secs(3600));
    }
}
