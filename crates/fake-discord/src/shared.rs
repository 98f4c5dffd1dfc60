//! What all parts of the look-alike hold together: the state behind its lock, and the two ways of telling
//! that something changed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use super::gateway::Gateway;
use super::state::State;

#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) gateway: Gateway,
    pub(crate) about: About,
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    /// Counts changes; tests wait on it.
    pub(crate) changed: watch::Sender<u64>,
    /// Tells the page what changed.
    pub(crate) news: broadcast::Sender<Value>,
    /// True when it is time to go; also when the sender is gone.
    pub(crate) closing: watch::Receiver<bool>,
}

/// Who the look-alike says it is.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) application_id: String,
    pub(crate) application_name: String,
    pub(crate) bot_token: String,
    pub(crate) server: String,
}

impl Shared {
    pub(crate) fn new(state: State, about: About, address: String, closing: watch::Receiver<bool>) -> Self {
        Self {
            state: Mutex::new(state),
            gateway: Gateway::default(),
            about,
            address,
            changed: watch::Sender::new(0),
            news: broadcast::channel(256).0,
            closing,
        }
    }

    /// The state. Held for moments only, never over an await.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that something changed: to the page what, to those who wait that.
    pub(crate) fn tell(&self, news: Value) {
        // Nobody watching the page is fine.
        drop(self.news.send(news));
        self.changed.send_modify(|count| *count += 1);
    }

    /// TemplatesConfig after every change until `look` finds something; `None` when the time is over.
    pub(crate) async fn wait_for<T>(&self, within: Duration, look: impl Fn(&State) -> Option<T>) -> Option<T> {
        let mut changed = self.changed.subscribe();
        let found = async {
            loop {
                changed.mark_unchanged();
                let found = look(&self.state());
                if found.is_some() {
                    return found;
                }
                changed.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, found).await.ok().flatten()
    }

    /// Tells the page which faults are on.
    pub(crate) fn tell_faults(&self) {
        let faults = self.state().faults.to_json();
        self.tell(json!({ "type": "faults", "faults": faults }));
    }

    /// Tells the page how the gateway stands.
    pub(crate) fn tell_gateway(&self) {
        self.tell(json!({ "type": "gateway", "live": self.gateway.state().live }));
    }

    pub(crate) fn gateway_url(&self) -> String {
        format!("ws://{}/gateway", self.address)
    }

    /// Returns when it is time to go.
    pub(crate) async fn closed(&self) {
        let mut closing = self.closing.clone();
        drop(closing.wait_for(|closing| *closing).await);
    }
}
