//! How periodic work goes on after a round.

use std::time::Duration;

use tracing::warn;

use crate::store;

/// After an error of the store.
const PAUSE: Duration = Duration::from_secs(10);

/// How long to wait for the next round: `poll`, or longer where the store does not answer, so that `what` is still due.
pub(super) fn pause(round: store::Result<()>, poll: Duration, what: &str) -> Duration {
    match round {
        Ok(()) => poll,
        Err(error) => {
            warn!(%error, "{what} could not be made yet");
            PAUSE
        }
    }
}
