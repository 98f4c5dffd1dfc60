//! Rate limits as observed at Discord: a bucket for each webhook and kind of request, reported in headers; one
//! for each channel, reported nowhere; one for everything.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

/// What may be sent, and how often. `None` switches a limit off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Per webhook and kind of request; in the headers.
    pub webhook: Option<Quota>,
    /// Posts to one channel by all its webhooks; in no header.
    pub channel: Option<Quota>,
    /// All requests of all clients, interactions excepted.
    pub global: Option<Quota>,
}

/// A number of requests in a time window, which begins with the first of them.
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
    /// The limits observed at Discord: 5 in 2 s a webhook, 30 in 60 s a channel, 50 a second in all.
    fn default() -> Self {
        Self {
            webhook: Some(Quota::new(5, Duration::from_secs(2))),
            channel: Some(Quota::new(30, Duration::from_secs(60))),
            global: Some(Quota::new(50, Duration::from_secs(1))),
        }
    }
}

impl RateLimits {
    /// No limits.
    pub const NONE: Self = Self { webhook: None, channel: None, global: None };
}

/// The buckets whose window is open, by key.
#[derive(Debug, Default)]
pub(crate) struct RateBuckets {
    open: HashMap<String, OpenBucket>,
}

#[derive(Debug, Clone, Copy)]
struct OpenBucket {
    used: u32,
    ends: Instant,
}

/// What is left of a bucket after a request was counted, or refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BucketState {
    pub(crate) allowed: bool,
    pub(crate) remaining: u32,
    pub(crate) reset_after: Duration,
}

impl RateBuckets {
    /// Counts one request against a bucket; a refused one is not counted.
    pub(crate) fn take(&mut self, key: &str, quota: Quota, now: Instant) -> BucketState {
        if self.open.len() > 1000 {
            self.open.retain(|_, open| open.ends > now);
        }
        let fresh = OpenBucket { used: 0, ends: now + quota.per };
        let open = self.open.entry(key.to_owned()).or_insert(fresh);
        if open.ends <= now {
            *open = fresh;
        }
        let allowed = open.used < quota.requests;
        open.used += u32::from(allowed);
        let remaining = quota.requests.saturating_sub(open.used);
        BucketState { allowed, remaining, reset_after: open.ends.saturating_duration_since(now) }
    }

    pub(crate) fn clear(&mut self) {
        self.open.clear();
    }
}
