//! Wakes waiting lanes, within this process, when something was kept for their destination or changed by an operator.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Wakes when a delivery for its destination was kept, or an operator changed something. Take it before querying for work, so
/// that nothing kept in between is missed.
#[derive(Debug)]
pub struct Wakeup {
    wakes: watch::Receiver<()>,
}

impl Wakeup {
    /// Returns when something was kept or changed since the last call (or since creation), or after `poll`, whichever
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

/// Wakes those who follow what operators change.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes(Arc<watch::Sender<()>>);

impl Changes {
    pub(super) fn listen(&self) -> Wakeup {
        Wakeup { wakes: self.0.subscribe() }
    }

    pub(super) fn wake(&self) {
        self.0.send_replace(());
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

    pub(super) fn wake(&self, destination: &str) {
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(destination) {
            sender.send_replace(());
        }
    }
}
