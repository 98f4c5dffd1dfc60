//! Wakes the lanes for what other processes have written, such as `hookbell events replay`.

use std::sync::Arc;
use std::time::Duration;

use tracing::debug;

use super::shared::Courier;
use super::stop::Stop;

/// Between two looks; one takes a few microseconds.
const EVERY: Duration = Duration::from_secs(1);

/// Looks until the signal to stop.
pub(super) async fn watch(courier: Arc<Courier>, stop: Stop) {
    while !stop.is_set() {
        if let Err(error) = courier.store.wake_for_others().await {
            debug!(%error, "what other processes have written is not known; each lane looks for itself, less often");
        }
        stop.sleep(EVERY).await;
    }
}
