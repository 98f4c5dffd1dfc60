//! The signal to stop, with its deadline.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone)]
pub(super) struct Stop {
    signal: CancellationToken,
    drain: Duration,
    /// Set when the first task sees the signal.
    deadline: Arc<OnceLock<Instant>>,
}

impl Stop {
    pub(super) fn new(signal: CancellationToken, drain: Duration) -> Self {
        Self { signal, drain, deadline: Arc::default() }
    }

    pub(super) fn is_set(&self) -> bool {
        self.signal.is_cancelled()
    }

    /// Returns once the signal was given.
    pub(super) async fn signalled(&self) {
        self.signal.cancelled().await;
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
