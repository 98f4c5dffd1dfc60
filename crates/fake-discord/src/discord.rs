//! What the HTTP API, the gateway and the page of one stand-in share: the state behind its lock, the gateway's
//! sessions, and the two notifications of changes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::gateway::sessions::GatewaySessions;
use crate::host::{HostButton, HostRequest};
use crate::member::user_object;
use crate::signing::SigningKeys;
use crate::state::DiscordState;

/// How many events the page may lag behind before it loads everything anew.
const PAGE_EVENTS: usize = 256;
/// Requests of the page that may wait for the program; further ones are refused.
const HOST_REQUESTS: usize = 16;

#[derive(Debug)]
pub(crate) struct Discord {
    state: Mutex<DiscordState>,
    pub(crate) sessions: GatewaySessions,
    pub(crate) identity: Identity,
    /// Signs the interactions that are posted to an endpoint.
    pub(crate) keys: SigningKeys,
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    /// Counts changes; tasks that wait for one subscribe.
    changes: watch::Sender<u64>,
    /// What changed, for the page.
    page_events: broadcast::Sender<Value>,
    pub(crate) buttons: Vec<HostButton>,
    /// Where requests to the program that runs the stand-in go; `None` until it takes them.
    host: Mutex<Option<mpsc::Sender<HostRequest>>>,
    pub(crate) shutdown: CancellationToken,
}

/// The application.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) application_id: String,
    pub(crate) application_name: String,
    pub(crate) bot_token: String,
    pub(crate) client_secret: String,
    pub(crate) redirects: Vec<String>,
}

impl Discord {
    pub(crate) fn new(
        state: DiscordState,
        identity: Identity,
        buttons: Vec<HostButton>,
        address: String,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            state: Mutex::new(state),
            sessions: GatewaySessions::default(),
            identity,
            keys: SigningKeys::new(),
            address,
            changes: watch::Sender::new(0),
            page_events: broadcast::channel(PAGE_EVENTS).0,
            buttons,
            host: Mutex::new(None),
            shutdown,
        }
    }

    /// The state. Locked for moments only, never over an await.
    pub(crate) fn state(&self) -> MutexGuard<'_, DiscordState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports a change to the page, and to tasks that wait for one.
    pub(crate) fn publish(&self, event: Value) {
        // Fails without an open page, which is fine.
        drop(self.page_events.send(event));
        self.changes.send_modify(|count| *count += 1);
    }

    /// Reports which faults are on.
    pub(crate) fn publish_faults(&self) {
        let faults = self.state().faults.to_json();
        self.publish(json!({ "type": "faults", "faults": faults }));
    }

    /// Reports how many bots are connected.
    pub(crate) fn publish_gateway(&self) {
        self.publish(json!({ "type": "gateway", "live": self.sessions.stats().live }));
    }

    /// What changes from here on, for the page.
    pub(crate) fn page_events(&self) -> broadcast::Receiver<Value> {
        self.page_events.subscribe()
    }

    /// Evaluates `condition` now and after every change until it gives a value; `None` when the time is over.
    pub(crate) async fn wait_for<T>(&self, within: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
        let mut changes = self.changes.subscribe();
        let holds = async {
            loop {
                // Before the look, so that no change in between is missed.
                changes.mark_unchanged();
                if let Some(value) = condition() {
                    return Some(value);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, holds).await.ok().flatten()
    }

    /// What the page asks of the program from here on.
    pub(crate) fn host_requests(&self) -> mpsc::Receiver<HostRequest> {
        let (sender, requests) = mpsc::channel(HOST_REQUESTS);
        *self.host.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        self.publish(json!({ "type": "reload" }));
        requests
    }

    /// Where the page's requests to the program go, while it takes them.
    pub(crate) fn host(&self) -> Option<mpsc::Sender<HostRequest>> {
        let host = self.host.lock().unwrap_or_else(PoisonError::into_inner);
        host.clone().filter(|sender| !sender.is_closed())
    }

    pub(crate) fn gateway_url(&self) -> String {
        format!("ws://{}/gateway", self.address)
    }

    /// The bot as a user of Discord. Its id is its application's, as with every bot made in the last years.
    pub(crate) fn bot_user(&self) -> Value {
        user_object(&self.identity.application_id, &self.identity.application_name, true)
    }

    /// The bot's own user object, with the fields that other users do not get.
    pub(crate) fn current_user(&self) -> Value {
        let mut user = self.bot_user();
        user["mfa_enabled"] = json!(false);
        user["locale"] = json!("en-US");
        user["verified"] = json!(true);
        user["email"] = Value::Null;
        user
    }
}
