//! Finds out when Discord answers again, once for all lanes. While lanes wait because Discord was not there, the webhook
//! of one of them is looked up every few seconds; as soon as that is answered, all of them try at once. The look-up
//! changes nothing and is no attempt: attempts are still spaced by their backoff.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tracing::{debug, info};

use super::lookup;
use super::settings::Destination;
use super::shared::Courier;
use super::stop::Stop;

/// Between two look-ups, less jitter.
const PAUSE: Duration = Duration::from_secs(4);

#[derive(Debug, Default)]
pub(super) struct Outage {
    state: Mutex<OutageState>,
    begun: Notify,
    /// Changes when Discord was found to answer again.
    ended: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct OutageState {
    /// The lanes that wait, by name.
    waiting: BTreeMap<String, Destination>,
    /// What the last look-up found; none = there was none in this outage. Only a change to `true` wakes the lanes: while
    /// look-ups are answered and posts are not, the lanes keep to their backoff.
    answers: Option<bool>,
}

impl Outage {
    /// A receiver that changes when Discord was found to answer again.
    pub(super) fn ended(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    /// The lane waits because Discord was not there; `true` when it did not do so before.
    pub(super) fn lane_waits(&self, destination: &Destination) -> bool {
        let new = self.lock().waiting.insert(destination.name.clone(), destination.clone()).is_none();
        if new {
            self.begun.notify_one();
        }
        new
    }

    /// A request of the lane was answered: the others try too.
    pub(super) fn lane_was_answered(&self, destination: &str) {
        if self.lane_left(destination) && !self.lock().waiting.is_empty() {
            self.lock().answers = Some(true);
            self.ended.send_replace(());
        }
    }

    /// The lane has nothing to wait for any more; `true` when it was waiting.
    pub(super) fn lane_left(&self, destination: &str) -> bool {
        let mut state = self.lock();
        let left = state.waiting.remove(destination).is_some();
        if state.waiting.is_empty() {
            state.answers = None;
        }
        left
    }

    /// Looks up while lanes wait, until the signal to stop.
    pub(super) async fn run(courier: Arc<Courier>, stop: Stop) {
        while !stop.is_set() {
            let begun = courier.outage.begun.notified();
            if courier.outage.lock().waiting.is_empty() {
                tokio::select! { () = begun => {}, () = stop.signalled() => return }
            }
            stop.sleep(PAUSE.mul_f64(0.5 + 0.5 * fastrand::f64())).await;
            let Some(destination) = courier.outage.any_waiting() else { continue };
            match lookup::look_up(&courier, &destination, &stop).await {
                Some(answer) => courier.outage.looked_up(lookup::is_answered(&answer)),
                None => debug!("there was no permit to ask whether Discord answers"),
            }
        }
    }

    fn looked_up(&self, answers: bool) {
        let before = self.lock().answers.replace(answers);
        if answers && before != Some(true) {
            info!("Discord answers: lanes that waited for it try again");
            self.ended.send_replace(());
        }
    }

    fn any_waiting(&self) -> Option<Destination> {
        let state = self.lock();
        let count = state.waiting.len();
        (count > 0).then(|| state.waiting.values().nth(fastrand::usize(..count)).cloned()).flatten()
    }

    fn lock(&self) -> MutexGuard<'_, OutageState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
