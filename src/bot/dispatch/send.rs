//! Puts an answer on its way to Discord. Nothing here repeats an answer that may have arrived.

use std::time::Duration;

use serde_json::Value;
use serenity::http::{Http, LightMethod, Request, Route};

use super::call::Call;
use crate::bot::words::{status, words};

/// The first answer to an interaction. False when it did not arrive.
pub(super) async fn respond(http: &Http, call: &Call, body: &Value) -> bool {
    let route = Route::InteractionResponse { interaction_id: call.id, token: &call.token };
    let sent = put(http, route, LightMethod::Post, body).await;
    tell(call, &sent)
}

/// What "thinking…" becomes. An edit may be repeated, so it is, once.
pub(super) async fn edit(http: &Http, call: &Call, body: &Value) -> bool {
    let route = Route::WebhookOriginalInteractionResponse { application_id: call.application, token: &call.token };
    let mut sent = put(http, route, LightMethod::Patch, body).await;
    let passing = |error: &serenity::Error| !matches!(status(error), Some(400..=428 | 430..=499));
    if sent.as_ref().is_err_and(passing) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        sent = put(http, route, LightMethod::Patch, body).await;
    }
    tell(call, &sent)
}

async fn put(http: &Http, route: Route<'_>, method: LightMethod, body: &Value) -> serenity::Result<()> {
    let body = serde_json::to_vec(body)?;
    http.request(Request::new(route, method).body(Some(body))).await.map(drop)
}

fn tell(call: &Call, sent: &serenity::Result<()>) -> bool {
    if let Err(error) = sent {
        tracing::warn!(command = call.command, reason = %words(error), "the bot's answer did not reach Discord");
    }
    sent.is_ok()
}
