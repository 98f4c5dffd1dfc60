//! Decides when the next request may go out: buckets from the answers' headers, waits after a 429 or a ban,
//! a soft budget for each channel, the global limit, and a brake on invalid requests. A pure state machine:
//! time is passed in, nothing is sent and nothing sleeps here.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::window::{SlidingWindow, later};
use crate::discord::{Outcome, RateLimit, RateLimitScope, Response};
use hookbell_model::rate::Rate;
use hookbell_model::timestamp::Timestamp;

/// Discord's own figure for one address without a bot's token.
const GLOBAL: Rate = Rate { count: 50, span: Duration::from_secs(1) };
/// What look-ups and further attempts may take of it: many lanes that try again do not hold up one that has news.
const GLOBAL_FOR_RETRIES: Rate = Rate { count: 40, span: GLOBAL.span };
/// Discord blocks an address after 10,000 of these answers within ten minutes: slow down well before, and
/// stop while other programs on this address may still send.
const INVALID_SPAN: Duration = Duration::from_secs(600);
const INVALID_SLOW: usize = 1_000;
const INVALID_STOP: usize = 8_000;
const SLOW_GAP: Duration = Duration::from_secs(1);
/// How long a bucket that was just reset is used without an answer with newer headers.
const DEFAULT_RESET: Duration = Duration::from_secs(10);

/// What kind of request it is; Discord keeps a bucket for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RequestKind {
    Post,
    Edit,
    LookUp,
}

/// The permission to send one request. To be returned with the answer.
#[derive(Debug)]
#[must_use = "an answer that is never noted leaves the limits unknown"]
pub(super) struct Permit {
    kind: RequestKind,
    webhook: String,
    taken: Timestamp,
}

impl Permit {
    pub(super) fn kind(&self) -> RequestKind {
        self.kind
    }
}

/// An event that the operator has to see in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// Nothing is sent until then: this address is banned.
    Banned(Timestamp),
    /// So many invalid requests lately that sending is slowed down.
    Slowed(usize),
    /// So many that sending has stopped until some of them are ten minutes old.
    Stopped(usize),
}

#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    budget: Option<Rate>,
    /// Whether this server limits at all, as its answers show. A server without such headers is not slowed
    /// down.
    limits_seen: Option<bool>,
    /// Posts of an earlier run were recalled: until an answer shows otherwise, the server is taken to have limits.
    recalled: bool,
    global_until: Timestamp,
    /// Webhooks and channels that have to wait, by [`RateLimiter::channel`]'s names and webhook ids.
    held: HashMap<String, Timestamp>,
    global: SlidingWindow,
    channels: HashMap<String, SlidingWindow>,
    channel_of: HashMap<String, String>,
    bucket_of: HashMap<(RequestKind, String), String>,
    /// By bucket and webhook: Discord's bucket id leaves the webhook out.
    buckets: HashMap<(String, String), RateLimitBucket>,
    invalid: VecDeque<Timestamp>,
    slow_until: Timestamp,
}

#[derive(Debug)]
struct RateLimitBucket {
    limit: u32,
    /// As of the last answer.
    remaining: u32,
    /// Taken and not answered yet.
    in_flight: u32,
    reset: Timestamp,
}

impl RateLimiter {
    pub(super) fn new(budget: Option<Rate>) -> Self {
        Self { budget, ..Self::default() }
    }

    /// A permit that was not used.
    pub(super) fn give_back(&mut self, permit: &Permit) {
        if let Some(bucket) = self.bucket_mut(permit.kind, &permit.webhook) {
            bucket.in_flight = bucket.in_flight.saturating_sub(1);
        }
        self.global.restamp(permit.taken, permit.taken, false);
        let channel = self.channel(&permit.webhook);
        if let (RequestKind::Post, Some(window)) = (permit.kind, self.channels.get_mut(&channel)) {
            window.restamp(permit.taken, permit.taken, false);
        }
    }

    /// The permission to send now, or when to try again. An answer noted in between may make that earlier.
    pub(super) fn take(&mut self, kind: RequestKind, webhook: &str, now: Timestamp) -> Result<Permit, Timestamp> {
        let global = if kind == RequestKind::LookUp { GLOBAL_FOR_RETRIES } else { GLOBAL };
        self.take_within(global, kind, webhook, now)
    }

    /// As [`RateLimiter::take`], for what was tried before or can wait: it leaves a part of the global limit to others.
    pub(super) fn take_again(&mut self, kind: RequestKind, webhook: &str, now: Timestamp) -> Result<Permit, Timestamp> {
        self.take_within(GLOBAL_FOR_RETRIES, kind, webhook, now)
    }

    fn take_within(
        &mut self,
        global: Rate,
        kind: RequestKind,
        webhook: &str,
        now: Timestamp,
    ) -> Result<Permit, Timestamp> {
        let waits = [
            self.global_until,
            self.brake(now),
            self.hold(kind, webhook),
            self.bucket(kind, webhook, now),
            self.channel_window(kind, webhook, now),
            if self.limits() { self.global.free(global, now) } else { now },
        ];
        let at = waits.into_iter().max().unwrap_or(now);
        if at > now {
            return Err(at);
        }
        self.count(kind, webhook, now);
        Ok(Permit { kind, webhook: webhook.to_owned(), taken: now })
    }

    /// Updates the limits from the answer.
    pub(super) fn note(&mut self, permit: &Permit, answer: &Response, now: Timestamp) -> Option<Notice> {
        if answer.rate_limit.is_some() || answer.status == Some(429) {
            self.limits_seen = Some(true);
        } else if permit.kind == RequestKind::Post && matches!(answer.outcome, Outcome::Done(_)) {
            self.limits_seen = self.limits_seen.or(Some(false));
        }
        self.answered(permit, answer.rate_limit.as_ref(), now);
        self.restamp(permit, answer, now);
        self.apply_waits(permit, answer, now).or_else(|| self.count_invalid(answer, now))
    }

    /// Where a webhook posts; all webhooks of a channel share its budget.
    pub(super) fn place(&mut self, webhook: &str, channel: &str) {
        let before = self.channel(webhook);
        self.channel_of.insert(webhook.to_owned(), format!("channel {channel}"));
        let after = self.channel(webhook);
        if before != after
            && let Some(moved) = self.channels.remove(&before)
        {
            self.channels.entry(after).or_default().merge(moved);
        }
    }

    /// What an earlier run posted lately, so that a restart does not begin with an empty window.
    /// More posts than the budget allows show that the server has no such limit.
    pub(super) fn recall(&mut self, webhook: &str, posts: Vec<Timestamp>) {
        if self.budget.is_none_or(|budget| posts.len() > budget.count as usize) {
            return;
        }
        self.recalled |= !posts.is_empty();
        self.channels.entry(self.channel(webhook)).or_default().merge(SlidingWindow::from(posts));
    }

    pub(super) fn set_budget(&mut self, budget: Option<Rate>) {
        self.budget = budget;
    }

    pub(super) fn budget(&self) -> Option<Rate> {
        self.budget
    }

    fn limits(&self) -> bool {
        self.limits_seen.unwrap_or(self.recalled)
    }

    /// Whether the webhook is known to post into another channel than this one.
    pub(super) fn is_elsewhere(&self, webhook: &str, channel: &str) -> bool {
        self.channel_of.get(webhook).is_some_and(|known| *known != format!("channel {channel}"))
    }

    /// The channel's name here; a webhook whose channel is not known yet counts as a channel of its own.
    fn channel(&self, webhook: &str) -> String {
        self.channel_of.get(webhook).cloned().unwrap_or_else(|| format!("channel of webhook {webhook}"))
    }

    fn hold(&self, kind: RequestKind, webhook: &str) -> Timestamp {
        let held = |name: &str| self.held.get(name).copied().unwrap_or_default();
        let channel = if kind == RequestKind::Post { held(&self.channel(webhook)) } else { Timestamp::default() };
        held(webhook).max(channel)
    }

    fn bucket(&mut self, kind: RequestKind, webhook: &str, now: Timestamp) -> Timestamp {
        let Some(bucket) = self.bucket_mut(kind, webhook) else { return now };
        if now >= bucket.reset {
            bucket.remaining = bucket.limit.max(1);
            bucket.in_flight = 0;
            bucket.reset = now.after(DEFAULT_RESET);
        }
        if bucket.in_flight < bucket.remaining { now } else { bucket.reset }
    }

    fn bucket_mut(&mut self, kind: RequestKind, webhook: &str) -> Option<&mut RateLimitBucket> {
        let name = self.bucket_of.get(&(kind, webhook.to_owned()))?.clone();
        self.buckets.get_mut(&(name, webhook.to_owned()))
    }

    fn channel_window(&mut self, kind: RequestKind, webhook: &str, now: Timestamp) -> Timestamp {
        let (channel, limits) = (self.channel(webhook), self.limits());
        match (self.budget, self.channels.get_mut(&channel)) {
            (Some(budget), Some(window)) if kind == RequestKind::Post && limits => window.free(budget, now),
            _ => now,
        }
    }

    fn count(&mut self, kind: RequestKind, webhook: &str, now: Timestamp) {
        self.global.push(now, GLOBAL);
        if let Some(bucket) = self.bucket_mut(kind, webhook) {
            bucket.in_flight += 1;
        }
        if let (RequestKind::Post, Some(budget)) = (kind, self.budget) {
            self.channels.entry(self.channel(webhook)).or_default().push(now, budget);
        }
        if self.invalid.len() > INVALID_SLOW {
            self.slow_until = now.after(SLOW_GAP);
        }
    }

    fn answered(&mut self, permit: &Permit, headers: Option<&RateLimit>, now: Timestamp) {
        if let Some(bucket) = self.bucket_mut(permit.kind, &permit.webhook) {
            bucket.in_flight = bucket.in_flight.saturating_sub(1);
        }
        let Some(headers) = headers else { return };
        let webhook = &permit.webhook;
        let before = self.bucket_of.insert((permit.kind, webhook.clone()), headers.bucket.clone());
        if before.is_some_and(|name| name != headers.bucket) {
            let in_use: Vec<&String> =
                self.bucket_of.iter().filter(|((_, of), _)| of == webhook).map(|(_, name)| name).collect();
            self.buckets.retain(|(name, of), _| of != webhook || in_use.contains(&name));
        }
        let in_flight = self.bucket_mut(permit.kind, webhook).map_or(0, |bucket| bucket.in_flight);
        let reset = later(now, headers.reset_after);
        let bucket = RateLimitBucket { limit: headers.limit, remaining: headers.remaining, in_flight, reset };
        self.buckets.insert((headers.bucket.clone(), webhook.clone()), bucket);
    }

    /// Requests are dated by their answers, as a server may count them late; what never reached the channel does not count against it.
    fn restamp(&mut self, permit: &Permit, answer: &Response, now: Timestamp) {
        let counted = !matches!(answer.outcome, Outcome::Wait { .. } | Outcome::Banned { .. });
        // One that had no answer for long came in when it was sent. The channel's window is long: there it is dated as late
        // as it may have been.
        if answer.status.is_some() {
            self.global.restamp(permit.taken, now, true);
        }
        let channel = self.channel(&permit.webhook);
        if let (RequestKind::Post, Some(window)) = (permit.kind, self.channels.get_mut(&channel)) {
            window.restamp(permit.taken, now, counted);
        }
    }

    fn apply_waits(&mut self, permit: &Permit, answer: &Response, now: Timestamp) -> Option<Notice> {
        match &answer.outcome {
            Outcome::Banned { after, .. } => {
                self.global_until = self.global_until.max(later(now, *after));
                return Some(Notice::Banned(self.global_until));
            }
            Outcome::Wait { after, scope: RateLimitScope::Global, .. } => {
                self.global_until = self.global_until.max(later(now, *after));
            }
            Outcome::Wait { after, scope, .. } => {
                let until = later(now, *after);
                self.hold_until(permit.webhook.clone(), until);
                // A 429 while the bucket has requests left comes from the channel's hidden limit.
                let room = answer.rate_limit.as_ref().is_some_and(|headers| headers.remaining > 0);
                if *scope == RateLimitScope::Shared || room {
                    self.hold_until(self.channel(&permit.webhook), until);
                }
            }
            _ => {}
        }
        None
    }

    fn hold_until(&mut self, name: String, until: Timestamp) {
        let held = self.held.entry(name).or_default();
        *held = until.max(*held);
    }

    fn count_invalid(&mut self, answer: &Response, now: Timestamp) -> Option<Notice> {
        let shared = matches!(answer.outcome, Outcome::Wait { scope: RateLimitScope::Shared, .. });
        if shared || !matches!(answer.status, Some(401 | 403 | 429)) {
            return None;
        }
        self.invalid.push_back(now);
        // Reported when the threshold is crossed, not with every further one.
        match self.invalid.len() {
            len if len == INVALID_SLOW + 1 => Some(Notice::Slowed(len)),
            len if len == INVALID_STOP => Some(Notice::Stopped(len)),
            _ => None,
        }
    }

    fn brake(&mut self, now: Timestamp) -> Timestamp {
        while self.invalid.front().is_some_and(|oldest| oldest.after(INVALID_SPAN) <= now) {
            self.invalid.pop_front();
        }
        let over = self.invalid.len().checked_sub(INVALID_STOP);
        match over.and_then(|at| self.invalid.get(at)) {
            Some(oldest) => oldest.after(INVALID_SPAN),
            None if self.invalid.len() > INVALID_SLOW => self.slow_until,
            None => now,
        }
    }
}

#[cfg(test)]
mod tests;
