//! Removes events that are older than `[store] keep`, and statistics that are older than 400 days, a little at a time, so that
//! no request has to wait for it. The space that they took goes back to the disk in the same way.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::store::{Keep, Store};
use hookbell_model::timestamp::Timestamp;

/// Events removed in one transaction; some milliseconds of the writer's time.
const STEP: usize = 100;
/// Between steps, so that accepts go first.
const BREATH: Duration = Duration::from_millis(100);
/// Between rounds.
const ROUND: Duration = Duration::from_secs(600);
/// How long statistics are kept, whatever is kept of events.
const STATISTICS: Duration = Duration::from_secs(400 * 86_400);

/// Runs until `shutdown` is cancelled. `keep` may change meanwhile.
pub async fn run(store: Store, mut keep: watch::Receiver<Keep>, shutdown: CancellationToken) {
    let rounds = async {
        loop {
            let span = keep.borrow_and_update().clone();
            let removed = round(&store, &span).await;
            if removed > 0 {
                tracing::info!(removed, "old events removed");
            }
            if let Err(error) = store.prune_statistics(Timestamp::now().before(STATISTICS)).await {
                tracing::warn!(%error, "old statistics could not be removed");
            }
            shrink(&store).await;
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                // Only fails when the sender is gone: then it never changes.
                Ok(()) = keep.changed() => {}
            }
        }
    };
    tokio::select! { () = shutdown.cancelled() => {}, () = rounds => {} }
}

async fn round(store: &Store, keep: &Keep) -> usize {
    let mut removed = 0;
    loop {
        match store.prune(keep.expiry(Timestamp::now()), STEP).await {
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

/// Gives back what old events took.
async fn shrink(store: &Store) {
    loop {
        match store.shrink().await {
            Ok(true) => tokio::time::sleep(BREATH).await,
            Ok(false) => return,
            Err(error) => return tracing::warn!(%error, "unused space could not be given back to the disk"),
        }
    }
}
