//! The HTTP API: which request goes to which handler, the faults and limits that apply on its way, and its record.

mod access;
mod bot;
mod channels;
mod commands;
mod context;
mod guilds;
mod interactions;
mod limits;
mod modify_thread;
mod multipart;
mod oauth;
mod request;
mod responses;
mod threads;
mod webhook_object;
mod webhooks;

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use serde_json::json;
use time::OffsetDateTime;

use self::context::RequestContext;
use self::request::ApiRequest;
use crate::discord::Discord;
use crate::fault::{FaultKind, RequestTarget};
use crate::request_log::RecordedRequest;
use crate::response::{self, ApiResponse, ApiResult};

/// Answers one request under `/api`.
pub(crate) async fn handle(Shared(discord): Shared<Arc<Discord>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request = ApiRequest::read(parts, body).await;
    let goes_to = target(&discord, &request);
    let fault = discord.state().faults.apply(&goes_to, &request.method);
    let webhook = if let RequestTarget::Webhook(name) = goes_to { Some(name) } else { None };
    let response = match fault.as_ref().and_then(FaultKind::replacement) {
        Some(response) => response,
        None => dispatch(&discord, &request).unwrap_or_else(|error| error),
    };
    let response = match &fault {
        Some(fault) => fault.alter(response),
        None => response,
    };
    if let Some(FaultKind::Slow(wait)) = fault {
        tokio::time::sleep(wait).await;
    }
    record(&discord, &request, (webhook, fault), &response);
    response.into_response()
}

/// Takes the response to an interaction that was posted to an endpoint as its first response.
///
/// # Errors
/// Discord's response to a callback that it does not accept.
pub(crate) fn inline_callback(
    discord: &Discord,
    (id, token): (&str, &str),
    headers: HeaderMap,
    body: Vec<u8>,
) -> ApiResult {
    let request = ApiRequest::of_response(headers, body);
    let mut state = discord.state();
    interactions::callback(&mut RequestContext { discord, state: &mut state, request: &request }, id, token)
}

fn dispatch(discord: &Discord, request: &ApiRequest) -> ApiResult {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let application = discord.identity.application_id.as_str();
    let mut state = discord.state();
    // The global limit does not apply to interactions. [D topics/rate-limits]
    let of_interaction = segments.first() == Some(&"interactions") || segments.get(1) == Some(&application);
    if !of_interaction {
        limits::global(&mut state)?;
    }
    let mut cx = RequestContext { discord, state: &mut state, request };
    match (request.method.as_str(), segments.as_slice()) {
        ("POST", ["interactions", id, token, "callback"]) => interactions::callback(&mut cx, id, token),
        (_, ["webhooks", id, token, rest @ ..]) if *id == application => interactions::follow_up(&mut cx, token, rest),
        (_, ["webhooks", id, token, rest @ ..]) => webhooks::handle(&mut cx, id, token, rest),
        ("POST", ["oauth2", "token"]) => oauth::token(&mut cx),
        ("GET", ["gateway"]) => Ok(ApiResponse::json(json!({ "url": discord.gateway_url() }))),
        _ => {
            bot::authorize(discord, request)?;
            match (request.method.as_str(), segments.as_slice()) {
                ("GET", ["gateway", "bot"]) => Ok(ApiResponse::json(bot::gateway(discord))),
                ("GET", ["channels", channel]) => channels::channel(&cx, channel),
                ("PATCH", ["channels", channel]) => modify_thread::modify(&mut cx, channel),
                ("GET", ["channels", channel, "messages"]) => channels::messages(&cx, channel),
                ("POST", ["channels", channel, "messages"]) => channels::post(&mut cx, channel),
                (_, ["channels", channel, "messages", message]) => channels::message(&mut cx, channel, message),
                ("GET", ["channels", channel, "webhooks"]) => channels::webhooks(&cx, channel),
                ("POST", ["channels", channel, "webhooks"]) => webhook_object::create(&mut cx, channel),
                (_, ["webhooks", id]) => webhook_object::by_bot(&mut cx, id),
                ("GET", ["guilds", guild]) => guilds::guild(&cx, guild),
                ("GET", ["guilds", guild, "members", user]) => guilds::member(&cx, guild, user),
                ("GET", ["guilds", guild, "channels"]) => guilds::channels(&cx, guild),
                ("GET", ["users", "@me"]) => Ok(ApiResponse::json(discord.current_user())),
                ("GET", ["users", "@me", "guilds"]) => guilds::own(&cx),
                ("POST", ["users", "@me", "channels"]) => guilds::direct_channel(&mut cx),
                ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
                    Ok(ApiResponse::json(bot::application(discord, cx.state.endpoint.as_deref())))
                }
                (_, ["applications", id, "commands", rest @ ..]) if *id == application => {
                    commands::handle(&mut cx, None, rest)
                }
                (_, ["applications", id, "guilds", guild, "commands", rest @ ..]) if *id == application => {
                    commands::handle(&mut cx, Some(guild), rest)
                }
                _ => Err(response::not_found()),
            }
        }
    }
}

/// What a request goes to.
fn target(discord: &Discord, request: &ApiRequest) -> RequestTarget {
    let [first, id, ..] = request.segments.as_slice() else { return RequestTarget::Other };
    match first.as_str() {
        "interactions" => RequestTarget::Callback,
        "channels" => RequestTarget::Channel,
        "applications" => match request.segments.as_slice() {
            [_, _, guilds, guild, ..] if guilds == "guilds" => RequestTarget::Commands(guild.clone()),
            _ => RequestTarget::Other,
        },
        "webhooks" if *id == discord.identity.application_id => RequestTarget::FollowUp,
        "webhooks" => {
            let state = discord.state();
            let webhook = state.webhook(id).map(|webhook| RequestTarget::Webhook(webhook.name.clone()));
            webhook.unwrap_or(RequestTarget::Other)
        }
        _ => RequestTarget::Other,
    }
}

fn record(
    discord: &Discord,
    request: &ApiRequest,
    (webhook, fault): (Option<String>, Option<FaultKind>),
    response: &ApiResponse,
) {
    let recorded = RecordedRequest {
        at: OffsetDateTime::now_utc(),
        method: request.method.to_string(),
        path: without_token(&request.segments),
        query: request.raw_query.clone(),
        webhook,
        status: (!response.aborts).then(|| response.status.as_u16()),
        user_agent: request.header(header::USER_AGENT),
        content_type: request.header(header::CONTENT_TYPE),
        body: if is_of_oauth(&request.segments) { None } else { request.json() },
        ignored: response.ignored.clone(),
        fault: fault.as_ref().map(FaultKind::name),
    };
    let is_shared = |(name, value): &(&str, String)| *name == "x-ratelimit-scope" && value == "shared";
    let shared = response.headers.iter().any(is_shared);
    let mut state = discord.state();
    let shown = recorded.to_json();
    state.requests.push(recorded, shared);
    let counts = state.requests.totals();
    let faults = state.faults.to_json();
    drop(state);
    discord.publish(json!({ "type": "request", "request": shown, "counts": counts, "faults": faults }));
}

/// Bodies there hold a code and may hold the client's secret.
fn is_of_oauth(segments: &[String]) -> bool {
    segments.first().is_some_and(|segment| segment == "oauth2")
}

/// The path with the token of webhooks and interactions, their third segment, replaced.
fn without_token(segments: &[String]) -> String {
    let has_token = matches!(segments.first().map(String::as_str), Some("webhooks" | "interactions"));
    let shown = segments.iter().enumerate();
    let shown = shown.map(|(index, segment)| if has_token && index == 2 { "***" } else { segment });
    shown.fold(String::new(), |path, segment| path + "/" + segment)
}
