//! Removes what is older than `[store] keep`, a little at a time, so that nobody has to wait for it.

use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::store::Store;
use hookbell_model::timestamp::Timestamp;

/// Events removed in one transaction; some milliseconds of the writer's time.
const STEP: usize = 100;
/// Between steps, so that accepts go first.
const BREATH: Duration = Duration::from_millis(100);
/// Between rounds.
const ROUND: Duration = Duration::from_secs(600);

/// Runs until `shutdown` turns true. `keep` may change meanwhile; none = everything is kept.
pub async fn run(store: Store, mut keep: watch::Receiver<Option<Duration>>, mut shutdown: watch::Receiver<bool>) {
    let stopped = async move { drop(shutdown.wait_for(|stop| *stop).await) };
    let rounds = async {
        loop {
            let span = *keep.borrow_and_update();
            let removed = match span {
                Some(span) => round(&store, span).await,
                None => 0,
            };
            if removed > 0 {
                tracing::info!(removed, "old events removed");
            }
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                // Nobody is left to change it when this fails.
                Ok(()) = keep.changed() => {}
            }
        }
    };
    tokio::select! { () = stopped => {}, () = rounds => {} }
}

async fn round(store: &Store, keep: Duration) -> usize {
    let mut removed = 0;
    loop {
        match store.prune(now().before(keep), STEP).await {
            Ok(0) => return removed,
            Ok(count) => removed += count,
            Err(error) => {
                tracing::warn!(%error, "old events could not be removed");
                return removed;
            }
        }
        tokio::time::sleep(BREATH).await;
    }
}

fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
