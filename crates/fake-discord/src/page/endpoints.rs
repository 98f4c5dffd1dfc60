//! The endpoints of the page: state, live events, faults, and what is asked of the program.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use super::body::{read, text};
use super::{snapshot, using};
use crate::discord::Discord;
use crate::fault::{BOT_SCOPE, Fault, FaultKind, FaultScope};
use crate::host::HostRequest;
use crate::response::ApiResponse;

pub(super) fn router() -> Router<Arc<Discord>> {
    Router::new()
        .route("/_standin/state", get(state))
        .route("/_standin/events", get(events))
        .merge(using::router())
        .route("/_standin/dismiss", post(dismiss))
        .route("/_standin/fault", post(fault))
        .route("/_standin/host", post(host))
        .route("/_standin/explain", post(explain))
}

async fn state(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let query = request.uri().query().unwrap_or_default();
    let person = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "person");
    ApiResponse::json(snapshot::of(&discord, person.as_ref().map_or("", |(_, person)| person)))
}

async fn events(Shared(discord): Shared<Arc<Discord>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = stream::unfold(discord.page_events(), |mut events| async move {
        let event = match events.recv().await {
            Ok(event) => event,
            // Too many at once: the page loads everything anew.
            Err(RecvError::Lagged(_)) => json!({ "type": "reload" }),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(Event::default().data(event.to_string())), events))
    });
    let first = stream::once(async { Ok(Event::default().data(json!({ "type": "reload" }).to_string())) });
    let shutdown = discord.shutdown.clone();
    Sse::new(first.chain(events).take_until(Box::pin(shutdown.cancelled_owned()))).keep_alive(KeepAlive::new())
}

async fn dismiss(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let id = text(&body, "message");
    discord.state().ephemeral.retain(|message| message.id != id);
    discord.publish(json!({ "type": "delete", "id": id }));
    ApiResponse::json(json!({}))
}

/// Passes a press of a button on to the program.
async fn host(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let name = text(&body, "button");
    let known = discord.buttons.iter().any(|button| button.name == name);
    let sent = discord.host().filter(|_| known).map(|host| host.try_send(HostRequest::Pressed(name.to_owned())));
    ApiResponse::json(match sent {
        Some(Ok(())) => json!({}),
        Some(Err(_)) => json!({ "error": "Too much at once; try again in a moment" }),
        None => json!({ "error": "Nothing is behind this button" }),
    })
}

/// Why a message is in the channel, in the program's words.
async fn explain(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let (answer, explained) = oneshot::channel();
    let asked = HostRequest::Explain { message: text(&body, "message").to_owned(), answer };
    let sent = discord.host().is_some_and(|host| host.try_send(asked).is_ok());
    match explained.await {
        Ok(text) if sent => ApiResponse::json(json!({ "text": text })),
        _ => ApiResponse::json(json!({ "error": "There is no answer; try again in a moment" })),
    }
}

/// Switches a fault on or off, clears all (`clear`), or disconnects the bot (`disconnect-bot`).
async fn fault(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let kind = match text(&body, "fault") {
        "clear" => {
            discord.state().faults.0.clear();
            discord.publish_faults();
            mended(&discord).await;
            return ApiResponse::json(json!({}));
        }
        "disconnect-bot" => {
            discord.sessions.disconnect_for(Duration::from_secs(20));
            discord.publish_gateway();
            return ApiResponse::json(json!({}));
        }
        "status" => FaultKind::Status(503),
        "lost-response" => FaultKind::LostResponse,
        "slow" => FaultKind::Slow(Duration::from_secs(3)),
        // A real one lasts long: the page's ends soon after it is switched off.
        "cloudflare-ban" => FaultKind::BriefBan(Duration::from_secs(5)),
        "unknown-webhook" => FaultKind::UnknownWebhook,
        "malformed-json" => FaultKind::MalformedJson,
        other => return ApiResponse::json(json!({ "error": format!("there is no fault `{other}`") })),
    };
    let scope = match text(&body, "webhook") {
        "" => FaultScope::Webhooks,
        BOT_SCOPE => FaultScope::Interactions,
        name => FaultScope::Webhook(name.to_owned()),
    };
    let is_on = discord.state().faults.toggle(Fault { kind, scope, method: None, times: None });
    discord.publish_faults();
    if !is_on {
        mended(&discord).await;
    }
    ApiResponse::json(json!({}))
}

/// Tells the program that a fault is over.
async fn mended(discord: &Discord) {
    if let Some(host) = discord.host() {
        // One that has ended needs no telling.
        drop(host.send(HostRequest::Mended).await);
    }
}
