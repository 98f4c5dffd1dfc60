//! What follows from an outcome: settle, wait, try again, park. Pure; the lane carries it out. All words that
//! a person reads about a delivery's fate are made here.

use std::time::Duration;

use super::config::Config;
use super::forum::{ForumState, ThreadTarget};
use crate::discord::Outcome;
use crate::store::{Postponement, SentMessage, Settlement};
use hookbell_model::delivery::{Attempt, Delivery, MessageRef, Status, backoff};
use hookbell_model::note::Note;
use hookbell_model::timestamp::{Timestamp, format_duration};

/// A webhook without access is dead only after so many 403 in a row: permissions are sometimes edited.
const FORBIDDEN_TO_PARK: u32 = 3;
/// From the second lost answer on: a copy too many is better than a loss, but never a hammering.
const LOST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// Old age alone does not end a delivery that waited behind an outage; it gets this many tries first.
const LEAST_ATTEMPTS: u32 = 3;

/// What a lane remembers of the delivery at its head from try to try. Ends with the process; the store keeps
/// what must outlive it.
#[derive(Debug, Default)]
pub(super) struct HeadState {
    delivery: i64,
    /// Answers that did not come back.
    pub(super) losses: u32,
    /// Times Discord was asked in vain whether it answers again.
    unanswered: u32,
    /// Why Discord refused the rendered message; the plain one is tried instead.
    pub(super) refusal: Option<String>,
    /// The message to edit is gone.
    pub(super) gone: bool,
    /// An earlier process ended while this may have been under way.
    pub(super) left_open: bool,
    /// Of the channel as well: what is known of that stays.
    pub(super) forum: ForumState,
    forbidden: u32,
}

/// SendMode the message was to get there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SendMode {
    Post,
    Edit(MessageRef),
    PostAnew,
}

/// One try, made.
#[derive(Debug)]
pub(super) struct Attempted<'t> {
    pub(super) delivery: &'t Delivery,
    pub(super) mode: &'t SendMode,
    pub(super) target: &'t ThreadTarget,
    pub(super) sent: &'t SentMessage,
    /// What was done differently from what the template says.
    pub(super) notes: &'t [Note],
    /// The destination has a tag for forums that ask for one.
    pub(super) has_spare_tag: bool,
    pub(super) at: Timestamp,
    pub(super) took: Duration,
    pub(super) status: Option<u16>,
}

#[derive(Debug)]
pub(super) enum Decision {
    Settle(Settlement),
    Postpone(Postponement),
    /// The webhook is dead: the lane stands still until another one is configured.
    Park {
        why: String,
        postponed: Postponement,
    },
    /// Once more, differently, at once.
    AtOnce,
}

impl HeadState {
    /// Begins anew when another delivery has come to the head.
    pub(super) fn turn_to(&mut self, delivery: &Delivery) {
        if self.delivery != delivery.id {
            let losses = u32::from(delivery.possible_repeat);
            let (forum, forbidden) = (self.forum.for_next_message(), self.forbidden);
            *self = Self { delivery: delivery.id, losses, forum, forbidden, ..Self::default() };
        }
    }

    /// Another webhook is used from now on; what the old one said of itself says nothing about it.
    pub(super) fn turn_to_webhook(&mut self) {
        (self.forbidden, self.gone) = (0, false);
    }

    /// Whether Discord must be seen to answer before the message is sent once more.
    pub(super) fn must_ask(&self) -> bool {
        self.losses >= 2
    }

    fn possible_repeat(&self, tried: &Attempted<'_>) -> bool {
        let open = self.left_open && !matches!(tried.mode, SendMode::Edit(_));
        tried.delivery.possible_repeat || self.losses > 0 || open
    }
}

/// The one word for an outcome, in attempts and metrics.
pub(super) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done(_) => "delivered",
        Outcome::Wait { .. } | Outcome::Banned { .. } => "waited",
        Outcome::Retry { .. } => "failed",
        Outcome::Lost { .. } => "lost",
        Outcome::Refused { .. } | Outcome::MessageGone { .. } | Outcome::Misplaced { .. } => "refused",
        Outcome::WebhookDead { .. } => "parked",
    }
}

/// What follows. `jitter` in 0..=1.
pub(super) fn decide(
    tried: &Attempted<'_>,
    outcome: &Outcome,
    state: &mut HeadState,
    config: &Config,
    jitter: f64,
    now: Timestamp,
) -> Decision {
    if tried.status != Some(403) {
        state.forbidden = 0;
    }
    let attempts = tried.delivery.attempts.saturating_add(1);
    match outcome {
        Outcome::Done(message) => Decision::Settle(delivered(tried, message.clone(), state)),
        Outcome::Wait { after, why, .. } | Outcome::Banned { after, why } => {
            let reason = format!("waits {} as Discord asked: {why}", exact(*after));
            // `now` is rounded down to a millisecond: one more, so that it is never too early.
            let until = now.after(*after).after(Duration::from_millis(1));
            Decision::Postpone(postponed(tried, "waited", &reason, until, false, state))
        }
        Outcome::Retry { why } => again(tried, "failed", why, backoff(attempts, jitter), state, config, now),
        Outcome::Lost { why } => {
            state.losses += 1;
            let why = format!("no usable answer came back, it may have been posted: {why}");
            again(tried, "lost", &why, lost_pause(state.losses, jitter), state, config, now)
        }
        Outcome::Refused { why } => match state.refusal.replace(why.clone()) {
            None => {
                let reason = format!("Discord refused the message, a plain one is tried: {why}");
                Decision::Postpone(postponed(tried, "refused", &reason, now, true, state))
            }
            Some(first) => {
                let reason = format!("Discord refused the message: {first}; and the plain one: {why}");
                Decision::Settle(dead(tried, "refused", why, reason, state))
            }
        },
        Outcome::MessageGone { .. } if matches!(tried.mode, SendMode::Edit(_)) => {
            state.gone = true;
            Decision::AtOnce
        }
        Outcome::MessageGone { why } => again(tried, "failed", why, backoff(attempts, jitter), state, config, now),
        Outcome::Misplaced { misplacement, why } => {
            if state.forum.learn(*misplacement, why, tried.has_spare_tag) {
                return Decision::AtOnce;
            }
            let reason = format!("Discord refused the message: {why}; {}", misplacement.advice());
            Decision::Settle(dead(tried, "refused", why, reason, state))
        }
        Outcome::WebhookDead { why } => {
            state.forbidden += u32::from(tried.status == Some(403));
            if tried.status == Some(403) && state.forbidden < FORBIDDEN_TO_PARK {
                return again(tried, "failed", why, backoff(attempts, jitter), state, config, now);
            }
            let reason = format!("the webhook is dead, this waits for a new URL: {why}");
            Decision::Park { why: why.clone(), postponed: postponed(tried, "parked", &reason, now, false, state) }
        }
    }
}

/// What follows when Discord did not answer a question that came before a further try.
pub(super) fn unanswered(
    tried: &Attempted<'_>,
    why: &str,
    state: &mut HeadState,
    config: &Config,
    jitter: f64,
    now: Timestamp,
) -> Decision {
    state.unanswered += 1;
    let pause = lost_pause(state.unanswered + 1, jitter);
    let why = format!("an earlier answer got lost, and Discord does not answer a question yet: {why}");
    match again(tried, "failed", &why, pause, state, config, now) {
        // Nothing was sent: that is no try.
        Decision::Postpone(postponed) => Decision::Postpone(Postponement { counts: false, attempt: None, ..postponed }),
        other => other,
    }
}

/// Once more after `pause`, unless it has been tried for long enough.
fn again(
    tried: &Attempted<'_>,
    word: &str,
    why: &str,
    pause: Duration,
    state: &HeadState,
    config: &Config,
    now: Timestamp,
) -> Decision {
    let age = now.since(tried.delivery.created);
    let tries = tried.delivery.attempts.saturating_add(1);
    if age >= config.give_up_after && tries >= LEAST_ATTEMPTS {
        let reason = format!("given up after {} and {tries} tries: {why}", format_duration(age));
        return Decision::Settle(dead(tried, word, why, reason, state));
    }
    let reason = format!("try {tries} failed: {why}");
    Decision::Postpone(postponed(tried, word, &reason, now.after(pause), true, state))
}

/// Soon after the first loss; then from a minute up to an hour.
fn lost_pause(losses: u32, jitter: f64) -> Duration {
    match losses.checked_sub(2) {
        None => backoff(1, jitter),
        Some(doublings) => {
            let pause = (LOST_PAUSE * (1 << doublings.min(6))).min(LONGEST_PAUSE);
            pause + pause.mul_f64(0.1 * jitter.clamp(0.0, 1.0))
        }
    }
}

fn delivered(tried: &Attempted<'_>, message: Option<MessageRef>, state: &HeadState) -> Settlement {
    let message = match (message, tried.mode) {
        (Some(message), _) => Some(message),
        (None, SendMode::Edit(edited)) => Some(edited.clone()),
        (None, _) => None,
    };
    let possible_repeat = state.possible_repeat(tried);
    let reason = describe(tried, state);
    Settlement {
        status: Status::Delivered,
        key: tried.sent.key.clone().filter(|_| message.is_some()),
        in_thread: tried.target.in_thread(),
        post: tried.target.title.clone(),
        message,
        attempt: Some(attempt(tried, "delivered", reason.clone())),
        reason,
        possible_repeat,
        sent: Some(tried.sent.clone()),
    }
}

/// `posted (template stripe.payment; 2 lines cut)`, and what else there is to know.
fn describe(tried: &Attempted<'_>, state: &HeadState) -> String {
    let what = match tried.mode {
        SendMode::Post if tried.target.thread.is_some() => "posted into a forum post",
        SendMode::Post if tried.target.title.is_some() => "posted as a new forum post",
        SendMode::Post => "posted",
        SendMode::Edit(_) => "edited the message of an earlier event with the same key",
        SendMode::PostAnew if tried.target.in_thread() => {
            "posted anew: the earlier message is gone, or its thread closed"
        }
        SendMode::PostAnew => "posted anew: the earlier message is gone",
    };
    let mut within = vec![format!("template {}", tried.sent.template)];
    within.extend(tried.sent.notes.iter().chain(tried.notes).map(ToString::to_string));
    let mut text = format!("{what} ({})", within.join("; "));
    if let Some(refusal) = &state.refusal {
        text.push_str(&format!("; as a plain message, because Discord refused the other: {refusal}"));
    }
    if state.losses > 0 {
        text.push_str("; an answer got lost before, so it may stand there twice");
    } else if state.possible_repeat(tried) {
        text.push_str("; hookbell ended while this may have been under way, so it may stand there twice");
    }
    text
}

fn dead(tried: &Attempted<'_>, word: &str, detail: &str, reason: String, state: &HeadState) -> Settlement {
    Settlement {
        status: Status::Dead,
        reason,
        message: None,
        key: None,
        in_thread: false,
        post: None,
        attempt: Some(attempt(tried, word, detail.to_owned())),
        possible_repeat: state.possible_repeat(tried),
        sent: None,
    }
}

fn postponed(
    tried: &Attempted<'_>,
    word: &str,
    reason: &str,
    not_before: Timestamp,
    counts: bool,
    state: &HeadState,
) -> Postponement {
    Postponement {
        not_before,
        reason: reason.to_owned(),
        attempt: Some(attempt(tried, word, reason.to_owned())),
        counts,
        possible_repeat: state.possible_repeat(tried),
    }
}

fn attempt(tried: &Attempted<'_>, outcome: &str, detail: String) -> Attempt {
    Attempt { at: tried.at, took: tried.took, outcome: outcome.to_owned(), detail }
}

fn exact(wait: Duration) -> String {
    if wait < Duration::from_secs(60) { format!("{}s", wait.as_secs_f64()) } else { format_duration(wait) }
}

#[cfg(test)]
mod tests;
