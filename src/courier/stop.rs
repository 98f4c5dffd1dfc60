//! The signal to stop, with its deadline.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

#[derive(Debug, Clone)]
pub(super) struct Stop {
    signal: watch::Receiver<bool>,
    drain: Duration,
    /// Fixed when the signal is first seen by anybody.
    deadline: Arc<OnceLock<Instant>>,
}

impl Stop {
    pub(super) fn new(signal: watch::Receiver<bool>, drain: Duration) -> Self {
        Self { signal, drain, deadline: Arc::default() }
    }

    pub(super) fn is_set(&self) -> bool {
        *self.signal.borrow() || self.signal.has_changed().is_err()
    }

    /// Returns once the signal was given. A sender that is gone counts as a signal.
    pub(super) async fn signalled(&self) {
        let mut signal = self.signal.clone();
        drop(signal.wait_for(|stop| *stop).await);
        self.deadline.get_or_init(|| Instant::now() + self.drain);
    }

    /// Returns when what was in flight has had its time to finish.
    pub(super) async fn drained(&self) {
        self.overdue(Duration::ZERO).await;
    }

    /// Returns that much later than [`Stop::drained`].
    pub(super) async fn overdue(&self, extra: Duration) {
        self.signalled().await;
        if let Some(deadline) = self.deadline.get() {
            tokio::time::sleep_until(*deadline + extra).await;
        }
    }

    /// Waits, but not beyond the signal to stop.
    pub(super) async fn sleep(&self, span: Duration) {
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            () = self.signalled() => {}
        }
    }
}
