//! Everything under `/api`: which request goes where, the troubles and limits it meets on its way, and the
//! log of what was seen.

use std::sync::Arc;

use axum::extract::{Request, State as Given};
use axum::response::{IntoResponse, Response};
use http::{Method, header};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::answer::{self, Answer};
use super::call::Call;
use super::fault::FaultKind;
use super::rate::{self, too_many};
use super::shared::Shared;
use super::state::{RecordedRequest, State, now};
use super::{bot, commands, interactions, webhooks};

/// Answers one request.
pub(crate) async fn handle(Given(shared): Given<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = Call::read(parts, body).await;
    let webhook = webhook_name(&shared, &call);
    let trouble = shared.state().faults.meet(webhook.as_deref(), &call.method);
    let answer = match trouble.as_ref().and_then(FaultKind::instead) {
        Some(answer) => Ok((answer, Vec::new())),
        None => dispatch(&shared, &call),
    };
    let (answer, ignored) = answer.unwrap_or_else(|refused| (refused, Vec::new()));
    let answer = match &trouble {
        Some(trouble) => trouble.spoil(answer),
        None => answer,
    };
    if let Some(FaultKind::Slow(wait)) = trouble {
        sleep(wait).await;
    }
    log(&shared, &call, (webhook, trouble, ignored), &answer);
    answer.into_response()
}

/// An answer, and the keys of the body that were ignored.
pub(crate) type Handled = Result<(Answer, Vec<String>), Answer>;

fn dispatch(shared: &Shared, call: &Call) -> Handled {
    let steps: Vec<&str> = call.steps.iter().map(String::as_str).collect();
    let application = shared.about.application_id.as_str();
    let mut state = shared.state();
    // Interactions are not bound to the global limit. [D topics/rate-limits]
    let of_interaction = steps.first() == Some(&"interactions") || steps.get(1) == Some(&application);
    if !of_interaction {
        global_limit(&mut state)?;
    }
    match (call.method.as_str(), steps.as_slice()) {
        ("POST", ["interactions", id, token, "callback"]) => {
            interactions::callback(shared, &mut state, call, (*id, *token))
        }
        (_, ["webhooks", id, token, rest @ ..]) if *id == application => {
            interactions::follow_up(shared, &mut state, call, (*token, rest))
        }
        (_, ["webhooks", id, token, rest @ ..]) => webhooks::handle(shared, &mut state, call, (*id, *token, rest)),
        ("GET", ["gateway"]) => plain(json!({ "url": shared.gateway_url() })),
        _ => {
            bot::authorized(shared, call)?;
            match (call.method.as_str(), steps.as_slice()) {
                ("GET", ["gateway", "bot"]) => plain(bot::gateway(shared)),
                ("GET", ["users", "@me"]) => plain(bot::me(shared)),
                ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => plain(bot::application(shared)),
                (_, ["applications", id, "commands", rest @ ..]) if *id == application => {
                    commands::handle(shared, &mut state, call, (None, rest))
                }
                (_, ["applications", id, "guilds", guild, "commands", rest @ ..]) if *id == application => {
                    commands::handle(shared, &mut state, call, (Some(guild), rest))
                }
                _ => Err(answer::not_found()),
            }
        }
    }
}

fn plain(body: serde_json::Value) -> Handled {
    Ok((Answer::json(body), Vec::new()))
}

fn global_limit(state: &mut State) -> Result<(), Answer> {
    let Some(window) = state.limits.global else { return Ok(()) };
    let standing = state.rates.take("global", window, Instant::now());
    if standing.allowed { Ok(()) } else { Err(too_many("global", standing.reset_after)) }
}

/// Counts a request against its webhook's bucket; answers the headers that every answer then carries.
///
/// # Errors
/// The 429 of a bucket that is used up.
pub(crate) fn bucket(state: &mut State, webhook: &str, call: &Call) -> Result<Vec<(&'static str, String)>, Answer> {
    let Some(window) = state.limits.webhook else { return Ok(Vec::new()) };
    let bucket = match (&call.method, call.steps.len()) {
        (&Method::POST, _) => "3cd1f278bd0ecaf11e0d2391e5f7b9d6",
        (_, 3) => "9df5f5fd1c2d1a0d4a9b3c0c8f6d1e2a",
        (&Method::PATCH, _) => "c0f1f7a5e1b64a0c8a3df1b0a5d2c9e4",
        _ => "4f2a7b90d6e84c7fb2a1c3d5e6f70819",
    };
    let standing = state.rates.take(&format!("{bucket} {webhook}"), window, Instant::now());
    let headers = rate::headers(bucket, window, standing);
    if standing.allowed { Ok(headers) } else { Err(too_many("user", standing.reset_after).with(headers)) }
}

fn webhook_name(shared: &Shared, call: &Call) -> Option<String> {
    let [kind, id, ..] = call.steps.as_slice() else { return None };
    let state = shared.state();
    state.webhook(id).filter(|_| kind == "webhooks").map(|webhook| webhook.name.clone())
}

fn log(shared: &Shared, call: &Call, met: (Option<String>, Option<FaultKind>, Vec<String>), answer: &Answer) {
    let (webhook, trouble, ignored) = met;
    let seen = RecordedRequest {
        at: now(),
        method: call.method.to_string(),
        path: without_token(&call.steps),
        query: call.raw_query.clone(),
        webhook,
        status: (!answer.hang_up).then(|| answer.status.as_u16()),
        user_agent: call.header(header::USER_AGENT),
        content_type: call.header(header::CONTENT_TYPE),
        body: call.for_log(),
        ignored,
        fault: trouble.as_ref().map(FaultKind::name),
    };
    let shared_scope = answer.headers.iter().any(|(name, value)| *name == "x-ratelimit-scope" && value == "shared");
    let mut state = shared.state();
    let news = seen.to_json();
    state.log(seen, shared_scope);
    let counts = state.counts();
    let faults = state.faults.to_json();
    drop(state);
    shared.tell(json!({ "type": "request", "request": news, "counts": counts, "faults": faults }));
}

/// The path with its token, the third step of webhooks and interactions, blacked out.
fn without_token(steps: &[String]) -> String {
    let hides = matches!(steps.first().map(String::as_str), Some("webhooks" | "interactions"));
    let shown = steps.iter().enumerate().map(|(index, step)| if hides && index == 2 { "***" } else { step });
    shown.fold(String::new(), |path, step| path + "/" + step)
}
