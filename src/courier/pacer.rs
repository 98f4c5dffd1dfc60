//! The rate limiter that all lanes share: a lock around it, waiting for a permit, and the log lines about what
//! concerns all of them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tracing::{error, warn};

use super::rate_limiter::{Notice, Permit, RateLimiter, RequestKind};
use super::stop::Stop;
use crate::discord::Response;
use hookbell_model::rate::Rate;
use hookbell_model::secret::Webhook;
use hookbell_model::timestamp::{Timestamp, format_duration};

#[derive(Debug)]
pub(super) struct Pacer {
    pace: Mutex<RateLimiter>,
    /// The rate limiter's times count from here, by a clock that nobody sets.
    begun: Instant,
    /// An answer was noted: a permit may come earlier.
    noted: Notify,
}

impl Pacer {
    pub(super) fn new(budget: Option<Rate>) -> Self {
        Self { pace: Mutex::new(RateLimiter::new(budget)), begun: Instant::now(), noted: Notify::new() }
    }

    /// Another budget from now on; what was posted counts against it.
    pub(super) fn set_budget(&self, budget: Option<Rate>) {
        self.lock().set_budget(budget);
    }

    /// Waits for a permit, at most `longest`; `None` when there was none by then, or on the signal to stop.
    /// `is_retry`: it was tried before, or can wait.
    pub(super) async fn permit(
        &self,
        kind: RequestKind,
        is_retry: bool,
        webhook: &Webhook,
        longest: Duration,
        stop: &Stop,
    ) -> Option<Permit> {
        let last = self.now().after(longest);
        loop {
            let noted = self.noted.notified();
            let wait = match self.take(kind, is_retry, webhook) {
                _ if stop.is_set() => return None,
                Ok(permit) => return Some(permit),
                Err(at) => at.min(last).since(self.now()),
            };
            if self.now() >= last {
                return None;
            }
            tokio::select! {
                () = stop.sleep(wait.max(Duration::from_millis(1))) => {}
                () = noted => {}
            }
        }
    }

    /// A permit, where there is one now.
    pub(super) fn permit_now(&self, kind: RequestKind, is_retry: bool, webhook: &Webhook) -> Option<Permit> {
        self.take(kind, is_retry, webhook).ok()
    }

    /// A permit that was not used.
    pub(super) fn give_back(&self, permit: &Permit) {
        self.lock().give_back(permit);
        self.noted.notify_waiters();
    }

    /// Updates the limits from an answer, and logs what concerns all lanes.
    pub(super) fn note(&self, permit: &Permit, answer: &Response) {
        let now = self.now();
        let notice = self.lock().note(permit, answer, now);
        self.noted.notify_waiters();
        if let Some(notice) = notice {
            log(notice, now);
        }
    }

    pub(super) fn place(&self, webhook: &Webhook, channel: &str) {
        self.lock().place(webhook.id(), channel);
    }

    /// Whether the webhook was known to post into another channel than this one.
    pub(super) fn has_moved(&self, webhook: &Webhook, channel: &str) -> bool {
        self.lock().is_elsewhere(webhook.id(), channel)
    }

    /// What an earlier run posted lately, by the time of day `now`. What seems to come from the future, because the clock
    /// was set back since, counts as posted now.
    pub(super) fn recall(&self, webhook: &Webhook, posts: &[Timestamp], now: Timestamp) {
        let here = self.now();
        let posts = posts.iter().map(|post| here.before(now.since(*post))).collect();
        self.lock().recall(webhook.id(), posts);
    }

    /// How long posts count against a channel's budget; none where there is no budget.
    pub(super) fn memory(&self) -> Option<Rate> {
        self.lock().budget()
    }

    fn take(&self, kind: RequestKind, is_retry: bool, webhook: &Webhook) -> Result<Permit, Timestamp> {
        let (mut limiter, now) = (self.lock(), self.now());
        if is_retry { limiter.take_again(kind, webhook.id(), now) } else { limiter.take(kind, webhook.id(), now) }
    }

    fn now(&self) -> Timestamp {
        Timestamp::default().after(self.begun.elapsed())
    }

    fn lock(&self) -> MutexGuard<'_, RateLimiter> {
        // A panic elsewhere cannot leave the rate limiter in a state that matters.
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(notice: Notice, now: Timestamp) {
    match notice {
        Notice::Banned(until) => {
            let wait = format_duration(until.since(now));
            error!("Discord blocks this address: nothing is sent for {wait}; deliveries are kept meanwhile");
        }
        Notice::Slowed(count) => warn!(
            "Discord refused {count} requests within ten minutes (401, 403 or 429): \
             sending is slowed down to one a second, to stay clear of a ban"
        ),
        Notice::Stopped(count) => error!(
            "Discord refused {count} requests within ten minutes (401, 403 or 429): sending has stopped until \
             they are ten minutes old, because 10,000 lead to a ban; deliveries are kept meanwhile"
        ),
    }
}
