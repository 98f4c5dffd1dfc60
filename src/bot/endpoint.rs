//! Interactions by HTTP instead of a gateway: Discord signs each request, and the answer to it is the first response. Several
//! nodes can share such an endpoint, and there is no session to lose.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::dispatch::Dispatcher;
use super::respond::{FirstResponse, respond};

/// Discord's number of the question whether somebody is there.
const PING: u64 = 1;

/// Answers requests with interactions, while the config names the key that they are signed with.
#[derive(Debug, Default)]
pub struct Endpoint(Mutex<Option<Arc<Dispatcher>>>);

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointReply {
    pub status: u16,
    /// None: the answer comes as a request of its own.
    pub body: Option<Value>,
}

impl Endpoint {
    pub(super) fn open(&self, dispatcher: Arc<Dispatcher>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(dispatcher);
    }

    pub(super) fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Answers a request. Its signature is checked before anything of it is read; `None` while no endpoint is open.
    pub async fn answer(&self, signature: &str, timestamp: &str, body: &[u8]) -> Option<EndpointReply> {
        let dispatcher = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let key = dispatcher.settings.borrow().as_ref().and_then(|settings| settings.config.public_key.clone())?;
        if !key.verifies(signature, timestamp, body) {
            dispatcher.state.metrics.forged();
            return Some(EndpointReply { status: 401, body: Some(json!({ "error": "unverified" })) });
        }
        let Ok(interaction) = serde_json::from_slice::<Value>(body) else {
            return Some(EndpointReply { status: 400, body: Some(json!({ "error": "unreadable" })) });
        };
        if interaction["type"].as_u64() == Some(PING) {
            return Some(EndpointReply { status: 200, body: Some(json!({ "type": 1 })) });
        }
        let (first, answered) = oneshot::channel();
        // Goes on when the request is gone: what follows a deferral comes later.
        tokio::spawn(async move { respond(&dispatcher, &interaction, FirstResponse::Inline(first)).await });
        Some(match answered.await {
            Ok(Some(body)) => EndpointReply { status: 200, body: Some(body) },
            _ => EndpointReply { status: 202, body: None },
        })
    }
}
