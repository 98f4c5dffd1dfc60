//! Access: the bearer of the token where one is set, open otherwise (the listener is on loopback then).

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::state::WebState;

/// Of the header `Authorization`; its case does not matter.
const SCHEME: &[u8] = b"Bearer ";

pub(super) async fn check(State(state): State<Arc<WebState>>, request: Request, next: Next) -> Response {
    let token = state.token.borrow().clone();
    let Some(token) = token else {
        return if is_meant(&request) { next.run(request).await } else { foreign_host() };
    };
    if bearer(request.headers()).is_some_and(|given| token.matches(given)) {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    let body = "{\"error\":\"unauthorized\",\"reason\":\"expected `Authorization: Bearer` with the admin token\"}\n";
    (StatusCode::UNAUTHORIZED, challenge, body).into_response()
}

/// Whether the request was made for this machine. A page of another host whose name leads here (DNS rebinding) can make
/// a browser on this machine ask, and its requests name that host.
fn is_meant(request: &Request) -> bool {
    let Some(host) = request.headers().get(header::HOST) else { return true };
    let authority = std::str::from_utf8(host.as_bytes()).ok().and_then(|host| host.parse::<Authority>().ok());
    let Some(authority) = authority else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok()
}

fn foreign_host() -> Response {
    let body = "{\"error\":\"forbidden\",\"reason\":\"without an admin token only requests to an address or to `localhost` are answered\"}\n";
    (StatusCode::FORBIDDEN, body).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.as_bytes().split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(token)
}
