//! Whether the store accepts writes, found out beside the requests: a `GET` writes nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::store::{self, Store};

/// Between two probes; each is a small commit.
const INTERVAL: Duration = Duration::from_secs(15);
/// The same while the store fails, so that its recovery is seen soon.
const FAILING_INTERVAL: Duration = Duration::from_secs(1);

/// Writes to the store now and then.
#[derive(Debug)]
pub struct StoreProbe {
    store: Store,
    last: Mutex<ProbeResult>,
}

#[derive(Debug, Clone)]
pub(super) struct ProbeResult {
    /// When it began.
    pub(super) at: Instant,
    pub(super) writable: store::Result<()>,
}

impl StoreProbe {
    /// Of a store that was opened just now, and so accepts writes.
    pub fn new(store: Store) -> Self {
        Self { store, last: Mutex::new(ProbeResult { at: Instant::now(), writable: Ok(()) }) }
    }

    /// What the last probe found. An event that could not be stored after that, as the caller knows, is an answer too.
    pub(super) fn state(&self, last_failure: Option<Instant>) -> store::Result<()> {
        let ProbeResult { at, writable } = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match last_failure {
            Some(failure) if failure >= at => {
                writable.and_then(|()| Err(store::Error::Unavailable("an event could not be stored".to_owned())))
            }
            _ => writable,
        }
    }

    /// Probes until `shutdown` is cancelled; `last_failure` is when an event could not be stored.
    pub(super) async fn run(&self, last_failure: impl Fn() -> Option<Instant>, shutdown: CancellationToken) {
        let mut ticks = tokio::time::interval(FAILING_INTERVAL);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = shutdown.cancelled() => return,
            }
            let at = Instant::now();
            let due =
                at.saturating_duration_since(self.last.lock().unwrap_or_else(PoisonError::into_inner).at) >= INTERVAL;
            if due || self.state(last_failure()).is_err() {
                let writable = self.store.check_writable().await;
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = ProbeResult { at, writable };
            }
        }
    }
}
