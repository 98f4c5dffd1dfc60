//! Rate limits as Discord is seen to have them: one bucket a webhook and kind of request, told in headers;
//! one a channel, told to nobody; one for everything.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tokio::time::Instant;

use super::answer::{Answer, Payload};

/// What may be sent, and how often. `None` switches a limit off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Per webhook and kind of request; in the headers.
    pub webhook: Option<Quota>,
    /// Posts to one channel by all its webhooks; in no header.
    pub channel: Option<Quota>,
    /// Everything from everybody, interactions excepted.
    pub global: Option<Quota>,
}

/// So many requests in so long, counted from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub requests: u32,
    pub per: Duration,
}

impl Quota {
    pub const fn new(requests: u32, per: Duration) -> Self {
        Self { requests, per }
    }
}

impl Default for RateLimits {
    /// The figures seen at Discord: 5 in 2 s a webhook, 30 in 60 s a channel, 50 a second in all.
    fn default() -> Self {
        Self {
            webhook: Some(Quota::new(5, Duration::from_secs(2))),
            channel: Some(Quota::new(30, Duration::from_secs(60))),
            global: Some(Quota::new(50, Duration::from_secs(1))),
        }
    }
}

impl RateLimits {
    /// No limit at all.
    pub const NONE: Self = Self { webhook: None, channel: None, global: None };
}

/// The windows that are open now.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    open: HashMap<String, Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    used: u32,
    ends: Instant,
}

/// Where a window stands after a request was counted, or refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) allowed: bool,
    remaining: u32,
    pub(crate) reset_after: Duration,
}

impl Rates {
    /// Counts one request against a window; a refused one is not counted.
    pub(crate) fn take(&mut self, key: &str, window: Quota, now: Instant) -> Standing {
        if self.open.len() > 1000 {
            self.open.retain(|_, open| open.ends > now);
        }
        let fresh = Open { used: 0, ends: now + window.per };
        let open = self.open.entry(key.to_owned()).or_insert(fresh);
        if open.ends <= now {
            *open = fresh;
        }
        let allowed = open.used < window.requests;
        open.used += u32::from(allowed);
        let remaining = window.requests.saturating_sub(open.used);
        Standing { allowed, remaining, reset_after: open.ends.saturating_duration_since(now) }
    }

    pub(crate) fn clear(&mut self) {
        self.open.clear();
    }
}

/// The headers of a bucket.
pub(crate) fn headers(bucket: &str, window: Quota, standing: Standing) -> Vec<(&'static str, String)> {
    let reset = SystemTime::now() + standing.reset_after;
    let reset = reset.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    vec![
        ("x-ratelimit-limit", window.requests.to_string()),
        ("x-ratelimit-remaining", standing.remaining.to_string()),
        ("x-ratelimit-reset", format!("{reset:.3}")),
        ("x-ratelimit-reset-after", format!("{:.3}", standing.reset_after.as_secs_f64())),
        ("x-ratelimit-bucket", bucket.to_owned()),
    ]
}

/// A 429: the body says the wait as a float, the header as whole seconds.
pub(crate) fn too_many(scope: &'static str, wait: Duration) -> Answer {
    let global = scope == "global";
    let seconds = (wait.as_secs_f64() * 1000.0).ceil() / 1000.0;
    let message = if scope == "shared" { "The resource is being rate limited." } else { "You are being rate limited." };
    let body = json!({ "message": message, "retry_after": seconds, "global": global });
    let mut answer = Answer::new(http::StatusCode::TOO_MANY_REQUESTS, Payload::Json(body))
        .with([("x-ratelimit-scope", scope.to_owned()), ("retry-after", format!("{}", seconds.ceil()))]);
    if global {
        answer = answer.with([("x-ratelimit-global", "true".to_owned())]);
    }
    answer
}
