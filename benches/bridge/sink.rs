//! Discord as far as a bench needs it: takes webhook posts, remembers when each event arrived. Sends no rate
//! limit headers, so nobody slows down.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use hyper::body::Bytes;
use tokio::sync::Notify;

#[derive(Clone)]
pub(crate) struct Sink {
    address: std::net::SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    arrivals: Mutex<HashMap<String, Instant>>,
    changed: Notify,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let seen = Arc::new(Seen::default());
        let router = Router::new()
            .route("/api/v10/webhooks/{id}/{token}", post(take).get(describe))
            .route("/api/v10/gateway", get(async || "{\"url\":\"ws://127.0.0.1:9/\"}"))
            .with_state(Arc::clone(&seen));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serving") });
        Self { address, seen }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// When the message that names this event arrived; waits for it.
    pub(crate) async fn arrival(&self, event: &str) -> Instant {
        loop {
            let changed = self.seen.changed.notified();
            if let Some(at) = self.seen.arrivals.lock().expect("the sink").remove(event) {
                return at;
            }
            changed.await;
        }
    }
}

async fn take(State(seen): State<Arc<Seen>>, body: Bytes) -> impl IntoResponse {
    let at = Instant::now();
    let text = String::from_utf8_lossy(&body);
    // The event's id stands somewhere in the message: in the link of the template, in the relay's content.
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if part.starts_with("benchevent") {
            seen.arrivals.lock().expect("the sink").insert(part.to_owned(), at);
        }
    }
    seen.changed.notify_waiters();
    ([("content-type", "application/json")], "{\"id\":\"1\",\"channel_id\":\"2\",\"content\":\"\"}")
}

async fn describe() -> impl IntoResponse {
    ([("content-type", "application/json")], "{\"id\":\"1\",\"type\":1,\"channel_id\":\"2\",\"guild_id\":\"3\"}")
}
