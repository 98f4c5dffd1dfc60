//! Counts requests against the rate limits and answers 429 when one is used up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;
use serde_json::json;
use tokio::time::Instant;

use super::request::ApiRequest;
use crate::rate_limit::{BucketState, Quota};
use crate::response::{ApiBody, ApiResponse};
use crate::state::DiscordState;

/// # Errors
/// The 429 of the limit over everything.
pub(crate) fn global(state: &mut DiscordState) -> Result<(), ApiResponse> {
    let Some(quota) = state.limits.global else { return Ok(()) };
    let bucket = state.buckets.take("global", quota, Instant::now());
    if bucket.allowed { Ok(()) } else { Err(too_many("global", bucket.reset_after)) }
}

/// Counts a request against its webhook's bucket and returns the headers that its response carries.
///
/// # Errors
/// The 429 of a bucket that is used up.
pub(crate) fn webhook(
    state: &mut DiscordState,
    id: &str,
    request: &ApiRequest,
) -> Result<Vec<(&'static str, String)>, ApiResponse> {
    let Some(quota) = state.limits.webhook else { return Ok(Vec::new()) };
    let bucket = match (&request.method, request.segments.len()) {
        (&Method::POST, _) => "3cd1f278bd0ecaf11e0d2391e5f7b9d6",
        (_, 3) => "9df5f5fd1c2d1a0d4a9b3c0c8f6d1e2a",
        (&Method::PATCH, _) => "c0f1f7a5e1b64a0c8a3df1b0a5d2c9e4",
        _ => "4f2a7b90d6e84c7fb2a1c3d5e6f70819",
    };
    let left = state.buckets.take(&format!("{bucket} {id}"), quota, Instant::now());
    let headers = headers(bucket, quota, left);
    if left.allowed { Ok(headers) } else { Err(too_many("user", left.reset_after).with(headers)) }
}

/// # Errors
/// The 429 of a channel whose hidden limit is used up.
pub(crate) fn channel(state: &mut DiscordState, id: &str) -> Result<(), ApiResponse> {
    let Some(quota) = state.limits.channel else { return Ok(()) };
    let bucket = state.buckets.take(&format!("channel {id}"), quota, Instant::now());
    if bucket.allowed { Ok(()) } else { Err(too_many("shared", bucket.reset_after)) }
}

/// The headers that report a bucket.
fn headers(bucket: &str, quota: Quota, state: BucketState) -> Vec<(&'static str, String)> {
    let reset = SystemTime::now() + state.reset_after;
    let reset = reset.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    vec![
        ("x-ratelimit-limit", quota.requests.to_string()),
        ("x-ratelimit-remaining", state.remaining.to_string()),
        ("x-ratelimit-reset", format!("{reset:.3}")),
        ("x-ratelimit-reset-after", format!("{:.3}", state.reset_after.as_secs_f64())),
        ("x-ratelimit-bucket", bucket.to_owned()),
    ]
}

/// A 429. Its body gives the wait in fractional seconds, its header in whole ones.
fn too_many(scope: &'static str, wait: Duration) -> ApiResponse {
    let global = scope == "global";
    let seconds = (wait.as_secs_f64() * 1000.0).ceil() / 1000.0;
    let message = if scope == "shared" { "The resource is being rate limited." } else { "You are being rate limited." };
    let body = json!({ "message": message, "retry_after": seconds, "global": global });
    let mut response = ApiResponse::new(http::StatusCode::TOO_MANY_REQUESTS, ApiBody::Json(body))
        .with([("x-ratelimit-scope", scope.to_owned()), ("retry-after", format!("{}", seconds.ceil()))]);
    if global {
        response = response.with([("x-ratelimit-global", "true".to_owned())]);
    }
    response
}
