//! Access: the bearer of the token where one is set, open otherwise (the listener is on loopback then).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::state::WebState;

/// Of the header `Authorization`; its case does not matter.
const SCHEME: &[u8] = b"Bearer ";

pub(super) async fn check(State(state): State<Arc<WebState>>, request: Request, next: Next) -> Response {
    let token = state.token.borrow().clone();
    let Some(token) = token else { return next.run(request).await };
    if bearer(request.headers()).is_some_and(|given| token.matches(given)) {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    let body = "{\"error\":\"unauthorized\",\"reason\":\"expected `Authorization: Bearer` with the admin token\"}\n";
    (StatusCode::UNAUTHORIZED, challenge, body).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.as_bytes().split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(token)
}
