//! How long to wait between two sessions of the bot. Discord allows 1000 starts a day and then resets the token, so
//! a loop of failing starts must slow down.

use std::time::Duration;

use crate::bot::session_end::Restart;
use hookbell_model::delivery;

/// A refused token does not become valid by retrying, and every refusal counts against this address.
const SLOW: Duration = Duration::from_secs(600);
/// While Discord is not there.
const SOON: Duration = Duration::from_secs(4);
/// The doubling ends here: 256 seconds, less jitter.
const LAST_STEP: u32 = 9;
/// A session that was up this long resets the doubling.
const HEALTHY: Duration = Duration::from_secs(600);

#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after a session. `uptime` is zero when it never became ready; `jitter` is in 0..=1.
    pub(super) fn next(&mut self, restart: Restart, uptime: Duration, jitter: f64) -> Duration {
        if uptime >= HEALTHY {
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        match restart {
            Restart::After(pause) => pause,
            Restart::Soon => {
                self.failures = 0;
                SOON.mul_f64(1.0 + 0.5 * jitter)
            }
            Restart::Slow => SLOW.mul_f64(1.0 + 0.25 * jitter),
            Restart::Backoff => delivery::backoff(self.failures.min(LAST_STEP), jitter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER_READY: Duration = Duration::ZERO;

    #[test]
    fn failing_starts_slow_down_to_minutes_and_a_long_session_resets_that() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..12).map(|_| backoff.next(Restart::Backoff, NEVER_READY, 1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256]);
        assert_eq!(backoff.next(Restart::Backoff, HEALTHY, 1.0).as_secs(), 1);
        assert!(backoff.next(Restart::Backoff, NEVER_READY, 0.0) < Duration::from_secs(2));
    }

    #[test]
    fn a_refused_token_is_tried_every_ten_minutes_only() {
        let mut backoff = Backoff::default();
        assert!((0..5).all(|_| backoff.next(Restart::Slow, NEVER_READY, 0.0) >= SLOW));
        let hour = Duration::from_secs(3600);
        assert_eq!(backoff.next(Restart::After(hour), NEVER_READY, 0.5), hour);
    }
}
