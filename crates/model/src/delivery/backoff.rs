//! How long to wait between two attempts.

use std::time::Duration;

/// The longest time between two attempts; an hour, and the jitter.
pub const LONGEST_BACKOFF: Duration = Duration::from_secs(3960);

/// The retry delay: how long after failed attempt number `attempt` (1 = the first) the next one is made.
///
/// Doubles from one second to one hour; `jitter` in 0..=1 picks a point in the upper half of the span, so
/// that lanes that failed together do not retry together.
pub fn backoff(attempt: u32, jitter: f64) -> Duration {
    let ceiling = (1u64 << attempt.saturating_sub(1).min(12)).min(3600);
    Duration::from_secs_f64(ceiling as f64 * (0.5 + 0.5 * jitter.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_to_an_hour_and_stays() {
        assert_eq!(backoff(1, 1.0), Duration::from_secs(1));
        assert_eq!(backoff(1, 0.0), Duration::from_millis(500));
        assert_eq!(backoff(4, 1.0), Duration::from_secs(8));
        assert_eq!(backoff(40, 1.0), Duration::from_secs(3600));
        assert_eq!(backoff(0, 7.0), Duration::from_secs(1));
    }
}
