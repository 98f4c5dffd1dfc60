//! The page that draws the channels, and the doors it uses: state, live news, commands, buttons, faults.
//! These doors open only for requests that were made to this machine by its own page.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Given};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderValue, header};
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::answer::{Answer, Payload};
use super::assets;
use super::fault::{Fault, FaultKind, FaultScope};
use super::person::{self, InteractionResponse, Member};
use super::shared::Shared;
use super::state::{ChannelKind, State, ThreadState};

const HTML: &str = include_str!("page.html");
const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What a page may send at most, in bytes.
const BODY: usize = 64 * 1024;
/// Requests shown on the page.
const SHOWN: usize = 60;

/// The doors under `/_standin`.
pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_standin/state", get(state))
        .route("/_standin/events", get(events))
        .route("/_standin/command", post(command))
        .route("/_standin/complete", post(complete))
        .route("/_standin/press", post(press))
        .route("/_standin/dismiss", post(dismiss))
        .route("/_standin/fault", post(fault))
        .layer(middleware::from_fn(guard))
}

/// The page: one file, nothing loaded from anywhere.
pub(crate) fn page() -> Response {
    let nonce = format!("{:016x}", fastrand::u64(..));
    let style = [assets::CSS, CSS].concat();
    let script = [assets::MARKDOWN, assets::MESSAGE, SCRIPT].concat();
    let html = HTML.replace("/*css*/", &style).replace("/*js*/", &script).replace("{nonce}", &nonce);
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        ("content-security-policy", policy),
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    Answer::new(http::StatusCode::OK, Payload::Html(html)).with(headers).into_response()
}

/// Turns away what a foreign page could send: another host's name (DNS rebinding) or another origin.
async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = text(headers, header::HOST);
    let origin = headers.get(header::ORIGIN).map(|_| text(headers, header::ORIGIN));
    let same = origin.is_none_or(|origin| origin == format!("http://{host}"));
    let json = text(headers, header::CONTENT_TYPE).starts_with("application/json");
    if !is_own_host(&host) || !same || (request.method() == http::Method::POST && !json) {
        return Answer::problem(403, 0, "This door opens only for the stand-in's own page").into_response();
    }
    next.run(request).await
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).map(HeaderValue::to_str).and_then(Result::ok).unwrap_or_default().to_owned()
}

/// `localhost` or an address; a name could be rebound by whoever owns it.
fn is_own_host(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

async fn state(Given(shared): Given<Arc<Shared>>) -> Answer {
    let live = shared.gateway.state().live;
    let state = shared.state();
    let channels: Vec<Value> = state.channels.iter().map(|channel| describe(&state, channel)).collect();
    let hidden: Vec<&Value> = state.hidden.iter().map(|message| &message.object).collect();
    let skip = state.requests.len().saturating_sub(SHOWN);
    let requests: Vec<Value> = state.requests.iter().skip(skip).map(super::state::RecordedRequest::to_json).collect();
    let webhooks: Vec<&String> = state.webhooks.iter().map(|webhook| &webhook.name).collect();
    Answer::json(json!({
        "server": shared.about.server, "application": shared.about.application_name,
        "person": Member::default().user(), "channels": channels, "hidden": hidden, "requests": requests,
        "webhooks": webhooks, "counts": state.counts(), "faults": state.faults.to_json(), "live": live,
    }))
}

fn describe(state: &State, channel: &super::state::Channel) -> Value {
    let spec = &channel.spec;
    let (forum, parent) = match &spec.kind {
        ChannelKind::Text => (false, None),
        ChannelKind::Forum(_) => (true, None),
        ChannelKind::ThreadOf(parent) => (false, Some(parent)),
    };
    let home = parent.and_then(|parent| state.channel(parent)).map(|home| &home.spec.kind);
    let known = if let Some(ChannelKind::Forum(forum)) = home { forum.tags.as_slice() } else { &[] };
    let tags: Vec<&String> = known.iter().filter(|(id, _)| spec.tags.contains(id)).map(|(_, name)| name).collect();
    let messages: Vec<&Value> = channel.messages.iter().map(|message| &message.object).collect();
    json!({
        "id": spec.channel, "name": spec.name, "guild": spec.guild, "parent": parent, "forum": forum, "tags": tags,
        "closed": channel.thread != ThreadState::Open, "messages": messages, "commands": state.commands.in_guild(&spec.guild),
    })
}

async fn events(Given(shared): Given<Arc<Shared>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = stream::unfold(shared.news.subscribe(), |mut news| async move {
        let next = match news.recv().await {
            Ok(next) => next,
            // Too much at once: the page asks for everything anew.
            Err(RecvError::Lagged(_)) => json!({ "type": "reload" }),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(Event::default().data(next.to_string())), news))
    });
    let hello = stream::once(async { Ok(Event::default().data(json!({ "type": "reload" }).to_string())) });
    let until = async move { shared.closed().await };
    Sse::new(hello.chain(news).take_until(Box::pin(until))).keep_alive(KeepAlive::new())
}

async fn read(request: Request) -> Value {
    let read = Limited::new(request.into_body(), BODY).collect().await;
    let bytes = read.map(|read| read.to_bytes()).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn given<'v>(body: &'v Value, key: &str) -> &'v str {
    body[key].as_str().unwrap_or_default()
}

async fn command(Given(shared): Given<Arc<Shared>>, request: Request) -> Answer {
    let body = read(request).await;
    let begun = person::begin_command(&shared, &Member::default(), given(&body, "channel"), given(&body, "text"));
    told(&shared, begun).await
}

async fn complete(Given(shared): Given<Arc<Shared>>, request: Request) -> Answer {
    let body = read(request).await;
    let begun = person::begin_autocomplete(&shared, &Member::default(), given(&body, "channel"), given(&body, "text"));
    told(&shared, begun).await
}

async fn press(Given(shared): Given<Arc<Shared>>, request: Request) -> Answer {
    let body = read(request).await;
    let begun = person::begin_press(&shared, &Member::default(), given(&body, "message"), given(&body, "custom_id"));
    told(&shared, begun).await
}

/// What became of an interaction within three seconds. Messages reach the page as news.
async fn told(shared: &Shared, begun: Result<String, String>) -> Answer {
    let id = match begun {
        Ok(id) => id,
        Err(why) => return Answer::json(json!({ "error": why })),
    };
    match person::reply(shared, &id, Duration::ZERO).await {
        InteractionResponse::NoAnswer => Answer::json(json!({ "error": "The application did not respond" })),
        InteractionResponse::Choices(choices) => Answer::json(json!({ "choices": choices })),
        InteractionResponse::Modal(_) => {
            Answer::json(json!({ "error": "The bot opened a form, which this page cannot draw" }))
        }
        InteractionResponse::Message(_) | InteractionResponse::Updated(_) | InteractionResponse::Thinking(_) => {
            Answer::json(json!({}))
        }
    }
}

async fn dismiss(Given(shared): Given<Arc<Shared>>, request: Request) -> Answer {
    let body = read(request).await;
    let id = given(&body, "message");
    shared.state().hidden.retain(|message| message.id != id);
    shared.tell(json!({ "type": "delete", "id": id }));
    Answer::json(json!({}))
}

async fn fault(Given(shared): Given<Arc<Shared>>, request: Request) -> Answer {
    let body = read(request).await;
    let kind = match given(&body, "fault") {
        "mend" => None,
        "kick" => {
            shared.gateway.away(Duration::from_secs(20));
            shared.tell_gateway();
            return Answer::json(json!({}));
        }
        "status" => Some(FaultKind::Status(503)),
        "lost-answer" => Some(FaultKind::LostResponse),
        "slow" => Some(FaultKind::Slow(Duration::from_secs(3))),
        "ban" => Some(FaultKind::CloudflareBan(429)),
        "gone" => Some(FaultKind::UnknownWebhook),
        "garbage" => Some(FaultKind::MalformedJson),
        other => return Answer::json(json!({ "error": format!("there is no fault `{other}`") })),
    };
    let mut state = shared.state();
    match kind {
        None => state.faults.0.clear(),
        Some(kind) => {
            let scope = match given(&body, "webhook") {
                "" => FaultScope::Webhooks,
                name => FaultScope::Webhook(name.to_owned()),
            };
            let same = |fault: &Fault| fault.kind == kind && fault.scope == scope;
            if state.faults.0.iter().any(same) {
                state.faults.0.retain(|fault| !same(fault));
            } else {
                state.faults.0.push(Fault { kind, scope, method: None, times: None });
            }
        }
    }
    drop(state);
    shared.tell_faults();
    Answer::json(json!({}))
}
