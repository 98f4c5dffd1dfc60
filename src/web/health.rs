//! `/readyz`: whether the store takes writes, how each lane stands, how the bot is.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Web, now};
use crate::store::LaneState;
use crate::timestamp::Timestamp;

/// How the bot is: a word and, where there is one, a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    pub state: String,
    pub reason: Option<String>,
}

/// 200 while events can be kept, 503 when not. Lanes and bot are told, but do not make hookbell unready:
/// taking events is what a sender needs, and a dead webhook must not stop it.
pub(super) async fn ready(web: &Web) -> Response {
    let store = web.store.check_writable().await;
    let lanes = web.store.lanes().await.unwrap_or_default();
    let bot = (web.bot)();
    let status = if store.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "ready": store.is_ok(),
        "store": match &store { Ok(()) => json!({ "state": "writable" }), Err(why) => json!({ "state": "failing", "reason": why.to_string() }) },
        "lanes": lanes.iter().map(|lane| tell(lane, now())).collect::<Vec<_>>(),
        "bot": { "state": bot.state, "reason": bot.reason },
    });
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body:#}\n")).into_response()
}

fn tell(lane: &LaneState, now: Timestamp) -> Value {
    let state = match (&lane.parked, lane.depth) {
        (Some(_), _) => "parked",
        (None, 0) => "idle",
        (None, _) => "working",
    };
    json!({
        "destination": lane.destination,
        "state": state,
        "reason": lane.parked.as_ref().map(|parked| &parked.reason),
        "waiting": lane.depth,
        "oldest_seconds": lane.oldest.map(|oldest| now.since(oldest).as_secs()),
    })
}
