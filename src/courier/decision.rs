//! What follows from an outcome: settle, postpone, split, park. Pure: the lane carries it out.

use std::time::Duration;

use super::attempted::{Attempted, SendMode};
use super::config::Config;
use super::group::{Group, Member};
use super::head::HeadState;
use crate::discord::Outcome;
use crate::store::{Postponement, Settlement, ThreadUpdate};
use hookbell_model::delivery::{
    AttemptOutcome, Delivery, FailureCause, MessageRef, Posted, PostedForm, Reason, RepeatCause, Status, backoff,
};
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;

/// A webhook without access is dead only after so many 403 in a row: permissions are sometimes edited.
const FORBIDDEN_TO_PARK: u32 = 3;
/// From the second lost answer on: a duplicate is better than a loss, but retries must be rare.
const LOST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// While Discord is not there, attempts are at most this apart, or [`OUTAGE_SHARE`] of the time that it has lasted.
const SHORT_PAUSE: Duration = Duration::from_secs(5);
/// So the lane is back within an eighth of the outage, also where only posts fail and look-ups do not.
const OUTAGE_SHARE: u32 = 8;
/// Old age alone does not end a delivery that waited behind an outage; it gets this many attempts first.
const LEAST_ATTEMPTS: u32 = 3;

#[derive(Debug)]
pub(super) enum Decision {
    Settle(Vec<Settlement>),
    Postpone(Vec<Postponement>),
    /// The deliveries cannot be ended together: each is tried alone.
    Split(Vec<Postponement>),
    /// The webhook is dead: the lane makes no requests until another one is configured.
    Park {
        error: WebhookError,
        postponements: Vec<Postponement>,
    },
    /// Once more, differently, at once.
    Resend,
}

/// The one word for an outcome, in attempts and metrics.
pub(super) fn attempt_outcome(outcome: &Outcome) -> AttemptOutcome {
    match outcome {
        Outcome::Done(_) => AttemptOutcome::Delivered,
        Outcome::Wait { .. } | Outcome::Banned { .. } => AttemptOutcome::Waited,
        Outcome::Retry { .. } => AttemptOutcome::Failed,
        Outcome::Lost { .. } => AttemptOutcome::Lost,
        Outcome::Refused { .. } | Outcome::MessageGone { .. } | Outcome::Misplaced { .. } => AttemptOutcome::Refused,
        Outcome::WebhookDead { .. } => AttemptOutcome::Parked,
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
    let attempts = tried.attempts();
    match outcome {
        Outcome::Retry { error } if error.is_outage() => _ = state.outage_since.get_or_insert(now),
        _ => state.outage_since = None,
    }
    match outcome {
        Outcome::Done(message) => Decision::Settle(delivered(tried, message.clone(), state)),
        Outcome::Wait { after, error, .. } | Outcome::Banned { after, error } => {
            let reason = Reason::Waiting { after: *after, error: error.clone() };
            // `now` is rounded down to a millisecond: one more, so that it is never too early.
            let until = now.after(*after).after(Duration::from_millis(1));
            Decision::Postpone(postponed(tried, AttemptOutcome::Waited, &reason, until, false, state))
        }
        Outcome::Retry { error } => {
            let pause = retry_pause(attempts, state.outage_since, jitter, now);
            retry(tried, &cause(error), pause, state, config, now)
        }
        Outcome::Lost { error } => {
            state.losses += 1;
            let cause = FailureCause::AnswerLost { error: error.clone() };
            retry(tried, &cause, lost_pause(state.losses, jitter), state, config, now)
        }
        Outcome::Refused { error } => refused(tried, error, state, now),
        Outcome::MessageGone { .. } if matches!(tried.mode, SendMode::Edit(_)) => {
            state.gone = true;
            Decision::Resend
        }
        Outcome::MessageGone { error } => retry(tried, &cause(error), backoff(attempts, jitter), state, config, now),
        Outcome::Misplaced { misplacement, error } => {
            if state.forum.learn(*misplacement, error, tried.has_spare_tag) {
                return Decision::Resend;
            }
            let reason = Reason::Misplaced { error: error.clone(), misplacement: *misplacement };
            dead(tried, AttemptOutcome::Refused, cause(error), reason, state, now)
        }
        Outcome::WebhookDead { error } => {
            state.forbidden += u32::from(tried.status == Some(403));
            if tried.status == Some(403) && state.forbidden < FORBIDDEN_TO_PARK {
                return retry(tried, &cause(error), backoff(attempts, jitter), state, config, now);
            }
            let reason = Reason::Parked { error: error.clone() };
            let postponements = postponed(tried, AttemptOutcome::Parked, &reason, now, false, state);
            Decision::Park { error: error.clone(), postponements }
        }
    }
}

/// The decision when the message of an earlier attempt was found in the channel; `twice`: more than once.
pub(super) fn found(tried: &Attempted<'_>, message: MessageRef, twice: bool, state: &HeadState) -> Decision {
    let mut settlements = delivered(tried, Some(message), state);
    for settlement in &mut settlements {
        if let Reason::Posted(posted) = &mut settlement.reason {
            posted.found = posted.repeat;
            posted.repeat = posted.repeat.filter(|_| twice);
        }
        settlement.possible_repeat = twice;
        settlement.attempt = Some(tried.attempt(AttemptOutcome::Found, settlement.reason.to_string()));
    }
    Decision::Settle(settlements)
}

/// The decision when Discord did not answer the look-up that precedes a repeated attempt.
pub(super) fn unanswered(
    tried: &Attempted<'_>,
    error: &WebhookError,
    state: &mut HeadState,
    config: &Config,
    jitter: f64,
    now: Timestamp,
) -> Decision {
    state.unanswered += 1;
    let pause = lost_pause(state.unanswered + 1, jitter);
    let cause = FailureCause::NoAnswerYet { error: error.clone() };
    match retry(tried, &cause, pause, state, config, now) {
        // Nothing was sent: that is no attempt.
        Decision::Postpone(mut postponements) => {
            for postponement in &mut postponements {
                (postponement.counts, postponement.attempt) = (false, None);
            }
            Decision::Postpone(postponements)
        }
        other => other,
    }
}

/// The rendered message of a single delivery is followed by a plain one; several are tried one by one.
fn refused(tried: &Attempted<'_>, error: &WebhookError, state: &mut HeadState, now: Timestamp) -> Decision {
    if tried.batch.len() > 1 {
        return split(tried, AttemptOutcome::Refused, cause(error), state, now);
    }
    match state.refusal.replace(error.clone()) {
        None => {
            let reason = Reason::Refused { error: error.clone() };
            Decision::Postpone(postponed(tried, AttemptOutcome::Refused, &reason, now, true, state))
        }
        Some(first) => {
            let reason = Reason::RefusedPlain { error: first, plain: error.clone() };
            dead(tried, AttemptOutcome::Refused, cause(error), reason, state, now)
        }
    }
}

/// Once more after `pause`, unless it has been tried for long enough.
fn retry(
    tried: &Attempted<'_>,
    cause: &FailureCause,
    pause: Duration,
    state: &HeadState,
    config: &Config,
    now: Timestamp,
) -> Decision {
    let outcome = match cause {
        FailureCause::AnswerLost { .. } => AttemptOutcome::Lost,
        FailureCause::Error { .. } | FailureCause::NoAnswerYet { .. } => AttemptOutcome::Failed,
    };
    let (age, attempts) = (now.since(tried.first().created), tried.attempts());
    if age >= config.give_up_after && attempts >= LEAST_ATTEMPTS {
        let reason = Reason::GivenUp { age, attempts, cause: cause.clone() };
        return dead(tried, outcome, cause.clone(), reason, state, now);
    }
    let reason = Reason::Failed { attempt: attempts, cause: cause.clone() };
    Decision::Postpone(postponed(tried, outcome, &reason, now.after(pause), true, state))
}

fn cause(error: &WebhookError) -> FailureCause {
    FailureCause::Error { error: error.clone() }
}

/// The backoff; in an outage less, for as long as the outage is young.
fn retry_pause(attempts: u32, outage_since: Option<Timestamp>, jitter: f64, now: Timestamp) -> Duration {
    let pause = backoff(attempts, jitter);
    let Some(since) = outage_since else { return pause };
    let longest = (now.since(since) / OUTAGE_SHARE).max(SHORT_PAUSE);
    pause.min(longest.mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0)))
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

fn delivered(tried: &Attempted<'_>, message: Option<MessageRef>, state: &HeadState) -> Vec<Settlement> {
    let message = &match (message, tried.mode) {
        (Some(message), _) => Some(message),
        (None, SendMode::Edit(edited)) => Some(edited.clone()),
        (None, _) => None,
    };
    let is_edit = matches!(tried.mode, SendMode::Edit(_));
    let mut settlements: Vec<Settlement> = Vec::new();
    for (number, group) in tried.batch.groups().iter().enumerate() {
        let slot = tried.slot.or_else(|| tried.shared.map(|_| number));
        for (index, member) in group.members().iter().enumerate() {
            let delivery = &member.delivery;
            let is_shown = group.is_shown(index);
            let (status, reason) = match () {
                () if member.is_older && is_edit => (Status::Merged, Reason::Older { added: true }),
                () if !is_shown => (Status::Merged, Reason::Collapsed { event: group.shown_event() }),
                () => (Status::Delivered, posted(tried, group, member, state)),
            };
            settlements.push(Settlement {
                // One message: what is remembered of it is kept once.
                live: message.as_ref().filter(|_| is_shown).and_then(|message| {
                    let own = tried.target.thing.as_ref().and(tried.target.thread.as_ref());
                    group.update_in(own, message)
                }),
                in_thread: tried.target.in_thread(),
                slot,
                shared: tried.shared.filter(|_| settlements.is_empty()).cloned(),
                post: tried.target.title.clone().filter(|_| settlements.is_empty() && tried.target.thing.is_none()),
                thread: tried.target.thing.as_ref().filter(|_| is_shown).map(|thing| ThreadUpdate {
                    keys: thing.keys.clone(),
                    title: thing.title.clone(),
                    is_over: group.is_post_over,
                    archives: tried.can_archive,
                }),
                message: message.clone(),
                attempt: Some(tried.attempt(AttemptOutcome::Delivered, reason.to_string())),
                possible_repeat: tried.possible_repeat(delivery, state),
                // What is shown is another event's.
                sent: (is_shown && !group.is_older).then(|| group.sent.clone()),
                ..Settlement::new(delivery.id, status, reason)
            });
        }
    }
    settlements
}

fn posted(tried: &Attempted<'_>, group: &Group, member: &Member, state: &HeadState) -> Reason {
    let form = match tried.mode {
        SendMode::Post | SendMode::PostAnew if group.ring.is_some() => PostedForm::Reposted,
        SendMode::Post if tried.target.thread.is_some() => PostedForm::InForumPost,
        SendMode::Post if tried.target.title.is_some() => PostedForm::NewForumPost,
        SendMode::Post => PostedForm::Message,
        SendMode::Edit(_) => PostedForm::Edit,
        SendMode::PostAnew if tried.target.in_thread() => PostedForm::AnewInThread,
        SendMode::PostAnew => PostedForm::Anew,
    };
    let ring = group.ring.clone();
    let repeat = match () {
        () if state.losses > 0 => Some(RepeatCause::AnswerLost),
        () if tried.possible_repeat(&member.delivery, state) => Some(RepeatCause::Interrupted),
        () => None,
    };
    Reason::Posted(Posted {
        form,
        template: group.sent.template.clone(),
        notes: group.sent.notes.iter().chain(tried.notes).cloned().collect(),
        refused: state.refusal.clone(),
        ring,
        muted: member.ring_withheld.clone(),
        shared_with: tried.batch.groups().len() - 1,
        repeat,
        found: None,
    })
}

/// The end of a delivery that cannot be posted. Of several, each gets an attempt of its own first.
fn dead(
    tried: &Attempted<'_>,
    outcome: AttemptOutcome,
    cause: FailureCause,
    reason: Reason,
    state: &HeadState,
    now: Timestamp,
) -> Decision {
    if tried.batch.len() > 1 {
        return split(tried, outcome, cause, state, now);
    }
    let delivery = tried.first();
    Decision::Settle(vec![Settlement {
        attempt: Some(tried.attempt(outcome, cause.to_string())),
        possible_repeat: tried.possible_repeat(delivery, state),
        ..Settlement::new(delivery.id, Status::Dead, reason)
    }])
}

fn split(
    tried: &Attempted<'_>,
    outcome: AttemptOutcome,
    cause: FailureCause,
    state: &HeadState,
    now: Timestamp,
) -> Decision {
    let reason = Reason::Split { deliveries: tried.batch.len(), cause };
    Decision::Split(postponed(tried, outcome, &reason, now, true, state))
}

fn postponed(
    tried: &Attempted<'_>,
    outcome: AttemptOutcome,
    reason: &Reason,
    not_before: Timestamp,
    counts: bool,
    state: &HeadState,
) -> Vec<Postponement> {
    let postponement = |delivery: &Delivery| Postponement {
        delivery: delivery.id,
        not_before,
        reason: reason.clone(),
        attempt: Some(tried.attempt(outcome, reason.to_string())),
        counts,
        possible_repeat: tried.possible_repeat(delivery, state),
    };
    tried.batch.deliveries().map(postponement).collect()
}

#[cfg(test)]
mod tests;
