//! What a session's client reports and its watchdog reads.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serenity::all::{ConnectionStage, ShardManager};
use tokio::sync::watch;
use tokio::time::timeout;

use super::watchdog::Observation;

/// Shared between the client's thread and the supervisor.
#[derive(Debug)]
pub(super) struct SessionState {
    /// READYs so far.
    ready_count: AtomicU32,
    manager: OnceLock<Arc<ShardManager>>,
    /// Interactions being answered.
    busy: watch::Sender<usize>,
}

impl SessionState {
    pub(super) fn new() -> Self {
        Self { ready_count: AtomicU32::new(0), manager: OnceLock::new(), busy: watch::Sender::new(0) }
    }

    pub(super) fn started(&self, manager: Arc<ShardManager>) {
        drop(self.manager.set(manager));
    }

    pub(super) fn ready(&self) {
        self.ready_count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn was_ready(&self) -> bool {
        self.ready_count.load(Ordering::Relaxed) > 0
    }

    pub(super) async fn observe(&self) -> Observation {
        let mut observation =
            Observation { ready_count: self.ready_count.load(Ordering::Relaxed), ..Observation::default() };
        let Some(manager) = self.manager.get() else { return observation };
        // When the lock cannot be taken, the client does not run.
        if let Ok(runners) = timeout(Duration::from_secs(1), manager.runners.lock()).await {
            for runner in runners.values() {
                observation.connected |= runner.stage == ConnectionStage::Connected;
                observation.latency = runner.latency;
            }
        }
        observation
    }

    /// Counts an interaction as being answered until the guard is dropped.
    pub(super) fn busy(&self) -> BusyGuard<'_> {
        self.busy.send_modify(|count| *count += 1);
        BusyGuard(&self.busy)
    }

    /// Closes the gateway connection, and waits for the answers in flight.
    pub(super) async fn shut_down(&self) {
        let mut busy = self.busy.subscribe();
        let leave = async {
            if let Some(manager) = self.manager.get() {
                manager.shutdown_all().await;
            }
        };
        let finish = async { drop(busy.wait_for(|count| *count == 0).await) };
        tokio::join!(leave, finish);
    }
}

pub(super) struct BusyGuard<'a>(&'a watch::Sender<usize>);

impl Drop for BusyGuard<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
