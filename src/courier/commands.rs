//! Notices what operators have changed in the store: at once what this process wrote for them, within a second what was
//! written beside it.

use std::sync::Arc;
use std::time::Duration;

use tracing::debug;

use super::shared::Courier;
use super::stop::Stop;

/// Between two looks: a number is read.
const INTERVAL: Duration = Duration::from_secs(1);

/// Changes `commands` whenever a command has written to the store, until the signal to stop.
pub(super) async fn run(courier: Arc<Courier>, stop: Stop) {
    let (mut known, mut changes) = (None, courier.store.changes());
    while !stop.is_set() {
        match courier.store.command_count().await {
            Ok(count) if known.replace(count).is_some_and(|before| before != count) => {
                courier.commands.send_replace(());
            }
            Ok(_) => {}
            Err(error) => debug!(%error, "the store does not say whether there were commands"),
        }
        tokio::select! {
            () = changes.wait(INTERVAL) => {}
            () = stop.sleep(INTERVAL) => {}
        }
    }
}
