//! Looks up a webhook every few seconds while lanes wait for Discord; see [`Outage`](super::outage::Outage).

use std::sync::Arc;
use std::time::Duration;

use tracing::debug;

use super::lookup;
use super::shared::Courier;
use super::stop::Stop;

/// Between two look-ups, less jitter.
const PAUSE: Duration = Duration::from_secs(4);

/// Runs until the signal to stop.
pub(super) async fn run(courier: Arc<Courier>, stop: Stop) {
    while !stop.is_set() {
        tokio::select! { () = courier.outage.begun() => {}, () = stop.signalled() => return }
        stop.sleep(PAUSE.mul_f64(0.5 + 0.5 * fastrand::f64())).await;
        let Some(destination) = courier.outage.any_waiting() else { continue };
        match lookup::look_up(&courier, &destination, &stop).await {
            Some(answer) => courier.outage.looked_up(lookup::is_answered(&answer)),
            None => debug!("there was no permit to ask whether Discord answers"),
        }
    }
}
