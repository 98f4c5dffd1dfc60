//! The endpoints of the page: state, live events, commands, buttons, faults.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::client::{self, InteractionError};
use crate::discord::Discord;
use crate::fault::{Fault, FaultKind, FaultScope};
use crate::host::HostRequest;
use crate::interaction::InteractionResponse;
use crate::member::Member;
use crate::request_log::RecordedRequest;
use crate::response::ApiResponse;
use crate::spec::{ChannelKind, ThreadState};
use crate::state::{ChannelState, DiscordState};

/// The largest body that the page may send, in bytes.
const BODY: usize = 64 * 1024;
/// Requests shown on the page.
const SHOWN: usize = 60;

pub(super) fn router() -> Router<Arc<Discord>> {
    Router::new()
        .route("/_standin/state", get(state))
        .route("/_standin/events", get(events))
        .route("/_standin/command", post(command))
        .route("/_standin/complete", post(complete))
        .route("/_standin/press", post(press))
        .route("/_standin/choose", post(choose))
        .route("/_standin/dismiss", post(dismiss))
        .route("/_standin/fault", post(fault))
        .route("/_standin/host", post(host))
        .route("/_standin/explain", post(explain))
}

async fn state(Shared(discord): Shared<Arc<Discord>>) -> ApiResponse {
    let live = discord.sessions.stats().live;
    let buttons = discord
        .buttons
        .iter()
        .map(|button| json!({ "name": button.name, "label": button.label, "about": button.about }));
    let (buttons, explains): (Vec<Value>, bool) = (buttons.collect(), discord.host().is_some());
    let state = discord.state();
    let channels: Vec<Value> = state.channels.iter().map(|channel| channel_json(&state, channel)).collect();
    let hidden: Vec<&Value> = state.ephemeral.iter().map(|message| &message.object).collect();
    let skip = state.requests.iter().len().saturating_sub(SHOWN);
    let requests: Vec<Value> = state.requests.iter().skip(skip).map(RecordedRequest::to_json).collect();
    let webhooks: Vec<&String> = state.webhooks.iter().map(|webhook| &webhook.name).collect();
    ApiResponse::json(json!({
        "server": discord.identity.server, "application": discord.identity.application_name,
        "person": Member::default().user(), "channels": channels, "hidden": hidden, "requests": requests,
        "webhooks": webhooks, "counts": state.requests.totals(), "faults": state.faults.to_json(), "live": live,
        "buttons": buttons, "explains": explains,
    }))
}

fn channel_json(state: &DiscordState, channel: &ChannelState) -> Value {
    let spec = &channel.spec;
    let (forum, parent) = match &spec.kind {
        ChannelKind::Text => (false, None),
        ChannelKind::Forum(_) => (true, None),
        ChannelKind::ThreadOf(parent) => (false, Some(parent)),
    };
    let parent_kind = parent.and_then(|parent| state.channel(parent)).map(|parent| &parent.spec.kind);
    let known = if let Some(ChannelKind::Forum(forum)) = parent_kind { forum.tags.as_slice() } else { &[] };
    let tags: Vec<&String> = known.iter().filter(|(id, _)| spec.tags.contains(id)).map(|(_, name)| name).collect();
    let messages: Vec<&Value> = channel.messages.iter().map(|message| &message.object).collect();
    json!({
        "id": spec.channel, "name": spec.name, "guild": spec.guild, "parent": parent, "forum": forum, "tags": tags,
        "closed": channel.thread != ThreadState::Open, "messages": messages,
        "commands": state.commands.in_guild(&spec.guild),
    })
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

async fn read(request: Request) -> Value {
    let read = Limited::new(request.into_body(), BODY).collect().await;
    let bytes = read.map(|read| read.to_bytes()).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn text<'v>(body: &'v Value, key: &str) -> &'v str {
    body[key].as_str().unwrap_or_default()
}

async fn command(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let sent = client::send_command(&discord, &Member::default(), text(&body, "channel"), text(&body, "text"));
    outcome(&discord, sent).await
}

async fn complete(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let sent = client::send_autocomplete(&discord, &Member::default(), text(&body, "channel"), text(&body, "text"));
    outcome(&discord, sent).await
}

async fn press(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let sent = client::send_press(&discord, &Member::default(), text(&body, "message"), text(&body, "custom_id"));
    outcome(&discord, sent).await
}

async fn choose(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let choice = (text(&body, "custom_id"), text(&body, "value"));
    let sent = client::send_choice(&discord, &Member::default(), text(&body, "message"), choice);
    outcome(&discord, sent).await
}

/// The outcome of an interaction within the time for the first response. The page receives messages by its event
/// stream.
async fn outcome(discord: &Discord, sent: Result<String, InteractionError>) -> ApiResponse {
    let id = match sent {
        Ok(id) => id,
        Err(error) => return ApiResponse::json(json!({ "error": error.to_string() })),
    };
    ApiResponse::json(match client::response(discord, &id, Duration::ZERO).await {
        InteractionResponse::NoAnswer => json!({ "error": "The application did not respond" }),
        InteractionResponse::Choices(choices) => json!({ "choices": choices }),
        InteractionResponse::Modal(_) => json!({ "error": "The bot opened a form, which this page cannot show" }),
        InteractionResponse::Message(_) | InteractionResponse::Updated(_) | InteractionResponse::Thinking(_) => {
            json!({})
        }
    })
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
        "cloudflare-ban" => FaultKind::CloudflareBan(429),
        "unknown-webhook" => FaultKind::UnknownWebhook,
        "malformed-json" => FaultKind::MalformedJson,
        other => return ApiResponse::json(json!({ "error": format!("there is no fault `{other}`") })),
    };
    let scope = match text(&body, "webhook") {
        "" => FaultScope::Webhooks,
        name => FaultScope::Webhook(name.to_owned()),
    };
    discord.state().faults.toggle(Fault { kind, scope, method: None, times: None });
    discord.publish_faults();
    ApiResponse::json(json!({}))
}
