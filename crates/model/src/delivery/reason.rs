//! Why a delivery has its status. Kept as JSON; the text is made by [`Display`](fmt::Display) alone.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::backoff::LONGEST_BACKOFF;
use super::collected::{CollectCause, Collected};
use super::mention::Mention;
use super::millis;
use super::misplacement::Misplacement;
use super::mute::MutedBy;
use crate::event::{EventId, Severity};
use crate::note::Note;
use crate::timestamp::{Timestamp, format_duration};
use crate::webhook_error::WebhookError;

/// Why a delivery has its status. In JSON each is an object with its `type`; variants and keys are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reason {
    /// It became a message, or edited one.
    Posted(Posted),
    /// A limit: Discord said how long to wait.
    Waiting {
        #[serde(rename = "after_ms", with = "millis")]
        after: Duration,
        error: WebhookError,
    },
    /// This attempt failed; another one follows.
    Failed { attempt: u32, cause: FailureCause },
    /// Discord refused the message; a plain one is tried next.
    Refused { error: WebhookError },
    /// Discord refused the message, and the plain one too.
    RefusedPlain { error: WebhookError, plain: WebhookError },
    /// Several deliveries could not be ended in one message; each is tried alone.
    Split { deliveries: usize, cause: FailureCause },
    /// The channel refused every form in which it can be sent.
    Misplaced { error: WebhookError, misplacement: Misplacement },
    /// It was tried for long enough.
    GivenUp {
        #[serde(rename = "age_ms", with = "millis")]
        age: Duration,
        attempts: u32,
        cause: FailureCause,
    },
    /// The webhook is dead, and the lane waits for another one.
    Parked { error: WebhookError },
    /// The live message of its key shows a newer event. `added`: it said something that the message did not know.
    Older {
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        added: bool,
    },
    /// The message of the same thing shows a later event, which waited with this one.
    Collapsed {
        #[serde(with = "event_id")]
        event: EventId,
    },
    /// The event is routine, and no message of its thing is there to update.
    Routine,
    /// An operator took it out of its lane before it was sent.
    Purged,
    /// The feed that it was for has ended.
    FeedEnded,
    /// An operator's mute held its message back.
    Muted(MutedBy),
    /// It is held back until then, to be in one message with others.
    Collecting { until: Timestamp, cause: CollectCause, collected: Collected },
    /// It is in a digest, which is this event.
    Digested {
        #[serde(with = "event_id")]
        digest: EventId,
    },
    /// It is held back until then, in case its thing is over before.
    Held { until: Timestamp },
    /// Its thing was over before it was to be reported.
    ClosedInTime,
    /// Another thing is open, which has this name and explains it. `until`: when it is looked at again; none = it is
    /// merged into that one.
    Inhibited {
        key: String,
        title: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Another delivery brings its content, because it was replayed. `earlier`: why it had ended before.
    Replayed {
        delivery: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earlier: Option<Box<Reason>>,
    },
    /// The message that was to be rendered again is gone.
    MessageGone,
    /// Kept before reasons had types.
    Untyped { text: String },
}

impl Reason {
    /// How long a delivery waits for this reason at most.
    pub fn longest_wait(&self) -> Duration {
        match self {
            // A millisecond more, because the clock is read in whole ones.
            Self::Waiting { after, .. } => after.saturating_add(Duration::from_millis(1)),
            Self::Failed { .. } | Self::Refused { .. } | Self::Split { .. } | Self::Parked { .. } => LONGEST_BACKOFF,
            _ => Duration::MAX,
        }
    }

    /// Whether nothing was posted because Discord was not there, or had a fault of its own: that may be over at any
    /// moment.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Failed { cause: FailureCause::Error { error } | FailureCause::NoAnswerYet { error }, .. } => {
                error.is_outage()
            }
            _ => false,
        }
    }
}

/// How a delivery was posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    pub form: PostedForm,
    /// The message's name (`stripe.payment`), `generic` or `plain`.
    pub template: String,
    /// What differs from the template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// It went out as a plain message because Discord refused the rendered one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<WebhookError>,
    /// Why it was posted again although there is a live message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<RingCause>,
    /// It would have been posted anew, but a mute left it at the edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted: Option<MutedBy>,
    /// How many others are in the same message.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shared_with: usize,
    /// Why it may be in the channel twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<RepeatCause>,
    /// It was not sent again: its message was found in the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<RepeatCause>,
}

/// What kind of message it became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostedForm {
    Message,
    /// A message in a forum post that was there.
    InForumPost,
    NewForumPost,
    /// An edit of the live message of its key.
    Edit,
    /// A new message, because the live message is gone.
    Anew,
    /// A new message in place of the live message, because it has to ring.
    Reposted,
    /// As [`PostedForm::Anew`] where the message was in a thread, which may be closed instead.
    AnewInThread,
}

/// Why an event of a live message is posted as a new one, which notifies its readers; an edit does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RingCause {
    /// `notify` has elements that the message did not have: the first few of them, and how many there are.
    Joined {
        names: Vec<String>,
        count: usize,
    },
    SeverityRose {
        from: Severity,
        to: Severity,
    },
    /// The route pings somebody whom no earlier message of the thing has pinged: the first few, and how many there are.
    Mentioned {
        mentions: Vec<Mention>,
        count: usize,
    },
}

/// Why a message may have been posted twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatCause {
    /// The answer to an earlier request did not come back.
    AnswerLost,
    /// An earlier process ended while the request may have been under way.
    Interrupted,
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FailureCause {
    /// Nothing was posted.
    Error { error: WebhookError },
    /// No usable answer came back: it may have been posted.
    AnswerLost { error: WebhookError },
    /// An earlier answer was lost, and Discord did not answer the look-up that precedes a repetition. Nothing was sent.
    NoAnswerYet { error: WebhookError },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Posted(posted) => posted.fmt(f),
            Self::Waiting { after, error } => write!(f, "waits {} as Discord asked: {error}", exact(*after)),
            Self::Failed { attempt, cause } => write!(f, "attempt {attempt} failed: {cause}"),
            Self::Refused { error } => write!(f, "Discord refused the message, a plain one is tried: {error}"),
            Self::RefusedPlain { error, plain } => {
                write!(f, "Discord refused the message: {error}; and the plain one: {plain}")
            }
            Self::Split { deliveries, cause } => {
                write!(f, "{deliveries} deliveries in one message failed, each is tried alone: {cause}")
            }
            Self::Misplaced { error, misplacement } => {
                write!(f, "Discord refused the message: {error}; {}", misplacement.advice())
            }
            Self::GivenUp { age, attempts, cause } => {
                write!(f, "given up after {} and {attempts} attempts: {cause}", format_duration(*age))
            }
            Self::Parked { error } => write!(f, "the webhook is dead, this waits for a new URL: {error}"),
            Self::Older { added: false } => f.write_str("older than what the message shows"),
            Self::Older { added: true } => {
                f.write_str("older than what the message shows; what the message did not know was added to it")
            }
            Self::Collapsed { event } => write!(f, "its message shows a later event of the same thing, {event}"),
            Self::Routine => f.write_str("routine, and there is no message of the same thing to update"),
            Self::Purged => f.write_str("purged from its lane by an operator before it was sent"),
            Self::FeedEnded => f.write_str("its feed ended before it was sent"),
            Self::Muted(by) => by.fmt(f),
            Self::Collecting { until, cause, .. } => match cause {
                CollectCause::Digest => write!(f, "collected for the digest of {until}"),
                CollectCause::QuietHours => write!(f, "collected until the quiet hours end at {until}"),
                CollectCause::Rate => write!(f, "over the route's rate; summed up at {until}"),
                CollectCause::Stale => f.write_str("older than the route's `stale_after`; summed up with others"),
                CollectCause::Storm => write!(f, "in the storm that began at {until}"),
                CollectCause::Hold | CollectCause::Inhibition => write!(f, "held back until {until}"),
            },
            Self::Digested { digest } => write!(f, "summed up in the message of {digest}"),
            Self::Held { until } => write!(f, "held back until {until}, in case it is over before"),
            Self::ClosedInTime => f.write_str("over before the route's `hold` had passed, so nothing was reported"),
            Self::Inhibited { key, title, until } => {
                let name = if title.is_empty() { key } else { title };
                match until {
                    Some(until) => write!(f, "`{name}` is open; looked at again at {until}"),
                    None => write!(f, "`{name}` is open, and explains it"),
                }
            }
            Self::Replayed { delivery, earlier: None } => write!(f, "replayed as delivery {delivery}"),
            Self::Replayed { delivery, earlier: Some(earlier) } => {
                write!(f, "replayed as delivery {delivery}; before that: {earlier}")
            }
            Self::MessageGone => f.write_str("the message that was to be edited is gone"),
            Self::Untyped { text } => f.write_str(text),
        }
    }
}

impl Reason {
    /// The mute that held the message back, or left it at an edit.
    pub fn muted_by(&self) -> Option<&MutedBy> {
        match self {
            Self::Muted(by) => Some(by),
            Self::Posted(posted) => posted.muted.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for Posted {
    /// `posted (template stripe.payment; description: 2 lines cut)`, and further details.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { form, template, notes, refused, ring, muted, shared_with, repeat, found } = self;
        write!(f, "{form}")?;
        match shared_with {
            0 => {}
            1 => f.write_str(" in one message with another")?,
            others => write!(f, " in one message with {others} others")?,
        }
        if let Some(ring) = ring {
            write!(f, " because {ring}")?;
        }
        write!(f, " (template {template}")?;
        for note in notes {
            write!(f, "; {note}")?;
        }
        f.write_str(")")?;
        if let Some(refused) = refused {
            write!(f, "; as a plain message, because Discord refused the other: {refused}")?;
        }
        if let Some(by) = muted {
            write!(f, "; not posted anew: {by}")?;
        }
        if let Some(cause) = found {
            write!(f, "; {cause}, and the message was found in the channel")?;
        }
        match repeat {
            Some(cause) => write!(f, "; {cause}, so it may be posted twice"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for PostedForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Message => "posted",
            Self::InForumPost => "posted into a forum post",
            Self::NewForumPost => "posted as a new forum post",
            Self::Edit => "edited the message of an earlier event with the same key",
            Self::Anew => "posted anew: the earlier message is gone",
            Self::Reposted => "posted anew",
            Self::AnewInThread => "posted anew: the earlier message is gone, or its thread closed",
        })
    }
}

impl fmt::Display for RingCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined { names, count } => {
                write_some(f, names, *count)?;
                f.write_str(" joined")
            }
            Self::SeverityRose { from, to } => write!(f, "the severity rose from {from} to {to}"),
            Self::Mentioned { mentions, count } => {
                let names: Vec<String> = mentions.iter().map(Mention::as_config).collect();
                f.write_str("of the ping for ")?;
                write_some(f, &names, *count)
            }
        }
    }
}

/// `a, b and 3 more`.
fn write_some(f: &mut fmt::Formatter<'_>, names: &[String], count: usize) -> fmt::Result {
    f.write_str(&names.join(", "))?;
    match count.saturating_sub(names.len()) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

impl fmt::Display for RepeatCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnswerLost => "an earlier answer was lost",
            Self::Interrupted => "hookbell ended while this may have been under way",
        })
    }
}

impl fmt::Display for FailureCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { error } => error.fmt(f),
            Self::AnswerLost { error } => write!(f, "no usable answer came back, it may have been posted: {error}"),
            Self::NoAnswerYet { error } => {
                write!(f, "an earlier answer was lost, and Discord does not answer yet: {error}")
            }
        }
    }
}

/// Below a minute to the millisecond: Discord's waits are short.
fn exact(wait: Duration) -> String {
    if wait < Duration::from_secs(60) { format!("{}s", wait.as_secs_f64()) } else { format_duration(wait) }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// As people read it.
mod event_id {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::event::EventId;

    pub(super) fn serialize<S: Serializer>(id: &EventId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EventId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
