//! The JSON bodies that the page sends.

use axum::extract::Request;
use http_body_util::{BodyExt, Limited};
use serde_json::Value;

/// The largest body that the page may send, in bytes.
const BODY: usize = 64 * 1024;

/// The body; `null` when it is none.
pub(super) async fn read(request: Request) -> Value {
    let read = Limited::new(request.into_body(), BODY).collect().await;
    let bytes = read.map(|read| read.to_bytes()).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

pub(super) fn text<'v>(body: &'v Value, key: &str) -> &'v str {
    body[key].as_str().unwrap_or_default()
}
