//! Finds out when Discord answers again, once for all lanes. While lanes wait because Discord was not there, the webhook
//! of one of them is looked up every few seconds; as soon as that is answered, all of them try at once. The look-up
//! changes nothing and is no attempt: attempts are still spaced by their backoff.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};
use tracing::info;

use super::settings::Destination;

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

    /// Returns when some lane waits.
    pub(super) async fn begun(&self) {
        let begun = self.begun.notified();
        if self.lock().waiting.is_empty() {
            begun.await;
        }
    }

    /// What a look-up found.
    pub(super) fn looked_up(&self, answers: bool) {
        let before = self.lock().answers.replace(answers);
        if answers && before != Some(true) {
            info!("Discord answers: lanes that waited for it try again");
            self.ended.send_replace(());
        }
    }

    /// One of the lanes that wait.
    pub(super) fn any_waiting(&self) -> Option<Destination> {
        let state = self.lock();
        let count = state.waiting.len();
        (count > 0).then(|| state.waiting.values().nth(fastrand::usize(..count)).cloned()).flatten()
    }

    fn lock(&self) -> MutexGuard<'_, OutageState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
