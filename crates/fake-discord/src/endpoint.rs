//! Interactions over HTTP: each is posted, signed, to the endpoint that the application registered; the response is the
//! first response to the interaction. [D interactions/overview "Setting Up an Endpoint"]

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::api;
use crate::discord::Discord;
use crate::endpoint_call::EndpointCall;
use crate::interaction::PING;
use crate::limits;

/// How long Discord waits for a response. [D interactions/receiving-and-responding]
const PATIENCE: Duration = Duration::from_secs(3);

/// Why Discord does not accept an address as an application's endpoint for interactions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("the endpoint does not answer: {0}")]
    Unreachable(String),
    #[error("the endpoint answers a PING with {status} and `{body}`, not with 200 and `{{\"type\":1}}`")]
    NoPong { status: u16, body: String },
    #[error("the endpoint answers a request with a wrong signature with {status}, not with 401")]
    AcceptsForgery { status: u16 },
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

/// Registers an endpoint: a PING must be answered, and one with a wrong signature refused.
///
/// # Errors
/// What the endpoint does wrong. The one registered before, if any, stays.
pub(crate) async fn register(discord: &Arc<Discord>, url: &str) -> Result<(), EndpointError> {
    let forged = probe(discord, url, &ping(discord)).await?;
    if forged != 401 {
        return Err(EndpointError::AcceptsForgery { status: forged });
    }
    let body = ping(discord).to_string();
    let answer = post(discord, url, &body, None).await.map_err(EndpointError::Unreachable)?;
    let pong: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    if answer.status != StatusCode::OK || pong["type"].as_i64() != Some(1) {
        let body = String::from_utf8_lossy(&answer.bytes).chars().take(200).collect();
        return Err(EndpointError::NoPong { status: answer.status.as_u16(), body });
    }
    discord.state().endpoint = Some(url.to_owned());
    Ok(())
}

/// Posts an event whose signature is wrong, as Discord does from time to time, and returns the status.
///
/// # Errors
/// When the endpoint does not answer.
pub(crate) async fn probe(discord: &Arc<Discord>, url: &str, event: &Value) -> Result<u16, EndpointError> {
    // A signature over another body: well formed, and wrong.
    let other = json!({ "type": PING, "forged": fastrand::u64(..) }).to_string();
    let answer = post(discord, url, &event.to_string(), Some(&other)).await.map_err(EndpointError::Unreachable)?;
    Ok(answer.status.as_u16())
}

fn ping(discord: &Discord) -> Value {
    let id = discord.state().ids.next();
    let (application, user) = (&discord.identity.application_id, crate::member::unknown_user("100000000000000001"));
    json!({ "application_id": application, "entitlements": [], "id": id, "token": "ping", "type": PING, "user": user, "version": 1 })
}

/// Posts an interaction and takes the response as its first one; 202 means that the callback follows by itself.
pub(crate) async fn interaction(discord: Arc<Discord>, url: String, event: Value) {
    let kind = event["type"].as_i64().unwrap_or_default();
    let sent = timeout(PATIENCE, post(&discord, &url, &event.to_string(), None)).await;
    let mut call = EndpointCall { kind, status: None, body: Value::Null, refused: None };
    if let Ok(Ok(answer)) = sent {
        call.status = Some(answer.status.as_u16());
        call.body = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        if answer.status == StatusCode::OK {
            let ids = (event["id"].as_str().unwrap_or_default(), event["token"].as_str().unwrap_or_default());
            let taken = api::inline_callback(&discord, ids, answer.headers, answer.bytes);
            call.refused = taken.err().map(|error| error.json_body());
        }
    }
    discord.state().endpoint_calls.push(call);
    discord.publish(json!({ "type": "endpoint" }));
}

/// Posts a body. `signed`: the text that the signature is made over instead.
async fn post(discord: &Discord, url: &str, body: &str, signed: Option<&str>) -> Result<Answer, String> {
    let url = url::Url::parse(url).map_err(|error| error.to_string())?;
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80));
    let timestamp = OffsetDateTime::now_utc().unix_timestamp().to_string();
    let signature = discord.keys.sign(&timestamp, signed.unwrap_or(body).as_bytes());
    let request = Request::builder()
        .method(Method::POST)
        .uri(url.path())
        .header(header::HOST, format!("{host}:{port}"))
        .header(header::USER_AGENT, "Discord-Interactions/1.0 (+https://discord.com)")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-signature-ed25519", signature)
        .header("x-signature-timestamp", timestamp)
        .body(Body::from(body.to_owned()))
        .map_err(|error| error.to_string())?;
    let stream = TcpStream::connect((host, port)).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    // Ends with the response, or with the endpoint's connection.
    tokio::spawn(async move { drop(connection.await) });
    let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
    let (parts, body) = response.into_parts();
    let read = Limited::new(body, limits::REQUEST_BYTES).collect().await.map_err(|error| error.to_string())?;
    Ok(Answer { status: parts.status, headers: parts.headers, bytes: read.to_bytes().to_vec() })
}
