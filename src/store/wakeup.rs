//! Tells waiting couriers, within this process, that something was kept for their destination.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Wakes when a delivery for its destination was kept. Take it before looking for work, so that nothing
/// kept in between is missed.
#[derive(Debug)]
pub struct Wakeup {
    bell: watch::Receiver<()>,
}

impl Wakeup {
    /// Returns when a delivery was kept since the last call (or since creation), or after `poll`, whichever
    /// comes first.
    pub async fn wait(&mut self, poll: Duration) {
        let rung = async {
            // The bells are gone when the store is: then only the poll is left, and nothing may spin.
            if self.bell.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        if tokio::time::timeout(poll, rung).await.is_err() {
            // The poll's turn: the caller looks either way.
        }
    }
}

/// One bell for each destination that somebody listens to.
#[derive(Debug, Clone, Default)]
pub(super) struct Wakeups(Arc<Mutex<HashMap<String, watch::Sender<()>>>>);

impl Wakeups {
    pub(super) fn listen(&self, destination: &str) -> Wakeup {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Wakeup { bell: bells.entry(destination.to_owned()).or_default().subscribe() }
    }

    pub(super) fn wake(&self, destination: &str) {
        if let Some(bell) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(destination) {
            bell.send_replace(());
        }
    }
}
