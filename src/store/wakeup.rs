//! Wakes waiting lanes, within this process, when something was kept for their destination.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Wakes when a delivery for its destination was kept. Take it before querying for work, so that nothing
/// kept in between is missed.
#[derive(Debug)]
pub struct Wakeup {
    wakes: watch::Receiver<()>,
}

impl Wakeup {
    /// Returns when a delivery was kept since the last call (or since creation), or after `poll`, whichever
    /// comes first.
    pub async fn wait(&mut self, poll: Duration) {
        let woken = async {
            // The senders are gone when the store is: then only the poll is left, and nothing may spin.
            if self.wakes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        if tokio::time::timeout(poll, woken).await.is_err() {
            // The poll is due: the caller queries either way.
        }
    }
}

/// One channel for each destination that has a lane.
#[derive(Debug, Clone, Default)]
pub(super) struct Wakeups(Arc<Mutex<HashMap<String, watch::Sender<()>>>>);

impl Wakeups {
    pub(super) fn listen(&self, destination: &str) -> Wakeup {
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Wakeup { wakes: senders.entry(destination.to_owned()).or_default().subscribe() }
    }

    pub(super) fn wake_all(&self) {
        let senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in senders.values() {
            sender.send_replace(());
        }
    }

    pub(super) fn wake(&self, destination: &str) {
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(destination) {
            sender.send_replace(());
        }
    }
}
