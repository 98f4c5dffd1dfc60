//! When the webhook of a parked lane is looked up.

use std::time::{Duration, Instant};

const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// Between two look-ups while no clear answer comes.
const LOOK_UP_AGAIN: Duration = Duration::from_secs(60);

/// When the webhook of a parked lane is looked up.
#[derive(Debug)]
pub(super) struct Revival {
    at: Instant,
    /// The next pause; it doubles, also when the webhook answers and then takes no message, until one was delivered.
    pause: Duration,
}

impl Revival {
    /// At once: the lane may have been parked by an earlier process.
    pub(super) fn at_start(first_pause: Duration) -> Self {
        Self { at: Instant::now(), pause: first_pause }
    }

    pub(super) fn at_once(&mut self) {
        self.at = Instant::now();
    }

    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// A message was delivered.
    pub(super) fn delivered(&mut self, first_pause: Duration) {
        self.pause = first_pause;
    }

    /// The webhook is dead. `jitter` in 0..=1.
    pub(super) fn dead(&mut self, jitter: f64) {
        self.at = Instant::now() + self.pause.mul_f64(1.0 + 0.1 * jitter);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    pub(super) fn no_clear_answer(&mut self) {
        self.at = Instant::now() + LOOK_UP_AGAIN.min(self.pause);
    }
}
