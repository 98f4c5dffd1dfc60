//! Sends an answer to Discord. An answer that may have arrived is never sent again.

use std::time::Duration;

use serde_json::Value;
use serenity::http::{Http, LightMethod, Route};

use crate::bot::discord_error::DiscordError;
use crate::bot::http::send;
use crate::bot::interaction::Invocation;

const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// The first answer to an interaction. False when it did not arrive.
pub(super) async fn callback(http: &Http, invocation: &Invocation, body: &Value) -> bool {
    let route = Route::InteractionResponse { interaction_id: invocation.id, token: &invocation.token };
    let sent = send(http, route, LightMethod::Post, body).await;
    log_failure(invocation, &sent)
}

/// What replaces "thinking…". An edit may be repeated, so it is, once.
pub(super) async fn edit(http: &Http, invocation: &Invocation, body: &Value) -> bool {
    let route =
        Route::WebhookOriginalInteractionResponse { application_id: invocation.application, token: &invocation.token };
    let mut sent = send(http, route, LightMethod::Patch, body).await;
    if sent.as_ref().is_err_and(|error| !error.is_permanent()) {
        tokio::time::sleep(RETRY_PAUSE).await;
        sent = send(http, route, LightMethod::Patch, body).await;
    }
    log_failure(invocation, &sent)
}

fn log_failure(invocation: &Invocation, sent: &Result<(), DiscordError>) -> bool {
    if let Err(error) = sent {
        tracing::warn!(command = invocation.name(), reason = %error, "the bot's answer did not reach Discord");
    }
    sent.is_ok()
}
