//! One event on its way to one destination: its status and why, the plan it was given, and when to try again.

mod mention;
mod misplacement;
mod park_reason;
mod reason;
mod replay_of;
mod route_name;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::event::{Event, EventId};
use crate::note::Note;
use crate::privacy::Masks;
use crate::timestamp::Timestamp;

pub use self::mention::{Mention, ParseMentionError};
pub use self::misplacement::Misplacement;
pub use self::park_reason::ParkReason;
pub use self::reason::{FailureCause, Posted, PostedForm, Reason, RepeatCause, RingCause};
pub use self::replay_of::{EditedMessage, ReplayOf};
pub use self::route_name::RouteName;

crate::string_enum! {
    /// The status of a delivery.
    Status {
        /// In its lane, in order.
        Pending = "pending",
        /// Held back to be put into one message with others; in no lane yet.
        Collecting = "collecting",
        /// Its message is posted.
        Delivered = "delivered",
        /// Its content is in another delivery's message.
        Merged = "merged",
        /// The route or an operator suppressed the message.
        Muted = "muted",
        /// The event is routine, the route takes only what is notable, and there is no message to update.
        Unrouted = "unrouted",
        /// Given up.
        Dead = "dead",
    }
}

impl Status {
    /// Whether nothing more will happen to the delivery.
    pub fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Collecting => false,
            Self::Delivered | Self::Merged | Self::Muted | Self::Unrouted | Self::Dead => true,
        }
    }
}

crate::string_enum! {
    /// How an attempt ended; also a label of the metrics.
    AttemptOutcome {
        Delivered = "delivered",
        /// A limit or a ban: it costs no attempt.
        Waited = "waited",
        Failed = "failed",
        /// No usable answer came back: it may have been posted.
        Lost = "lost",
        /// Discord refused the message.
        Refused = "refused",
        /// The webhook is dead.
        Parked = "parked",
        /// Its answer was lost before, and its message is in the channel.
        Found = "found",
    }
}

/// How a delivery is to be made, by its route at the time the event was accepted. Stored as JSON with a version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The route that made it; none in plans that were stored before routes were recorded, and in previews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteName>,
    /// The message to use, e.g. `stripe.payment`; none = the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Whom the route pings. A message has no other pings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<Mention>,
    /// What could not be decided about the pings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// What is masked for its readers; see [`Plan::masks`]. `Some` of an empty list: nothing is masked, not even by the
    /// `mask` filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<Masks>,
    /// The route takes only what is notable: a routine event updates the message of its thing, if there is one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notable_only: bool,
    /// Set where a command made the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayOf>,
}

impl Plan {
    /// What is masked for its readers: everything private, unless the route says otherwise.
    pub fn masks(&self) -> Masks {
        self.mask.unwrap_or_else(Masks::all)
    }

    /// The message that is only rendered again: readers are not notified.
    pub fn edited_message(&self) -> Option<&EditedMessage> {
        self.replay.as_ref().and_then(|replay| replay.edit.as_ref())
    }

    /// Whether the event is no message of its own: its provider file calls it routine, and the route takes only what is
    /// notable.
    pub fn is_routine(&self, event: &Event) -> bool {
        self.notable_only && event.facts.routine
    }
}

/// A delivery that a route made, not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    pub destination: String,
    pub plan: Plan,
}

/// A delivery as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    pub id: i64,
    pub event: EventId,
    pub destination: String,
    pub plan: Plan,
    pub status: Status,
    /// Attempts that counted; a 429 does not.
    pub attempts: u32,
    /// Not to be attempted before this moment.
    pub not_before: Timestamp,
    /// Why it has this status; none while nothing has happened yet.
    pub reason: Option<Reason>,
    /// The Discord message it became, or edited.
    pub message: Option<MessageRef>,
    /// An answer was lost, so the message may be in the channel twice.
    pub possible_repeat: bool,
    pub created: Timestamp,
    pub updated: Timestamp,
}

impl Delivery {
    /// The reason as text; empty while nothing has happened yet.
    pub fn reason_text(&self) -> String {
        self.reason.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

/// The address of a posted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRef {
    pub id: String,
    pub channel: String,
}

/// One attempt, kept for `events show` and the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub at: Timestamp,
    pub took: Duration,
    pub outcome: AttemptOutcome,
    /// A line for people; never a URL or a token.
    pub detail: String,
}

/// The retry delay: how long after failed attempt number `attempt` (1 = the first) the next one is made.
///
/// Doubles from one second to one hour; `jitter` in 0..=1 picks a point in the upper half of the span, so
/// that lanes that failed together do not retry together.
pub fn backoff(attempt: u32, jitter: f64) -> Duration {
    let ceiling = (1u64 << attempt.saturating_sub(1).min(12)).min(3600);
    Duration::from_secs_f64(ceiling as f64 * (0.5 + 0.5 * jitter.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_that_was_stored_without_its_route_is_still_read() {
        let old: Plan = serde_json::from_str(r#"{"template":"stripe.payment","mention":["here"]}"#).expect("a plan");
        assert_eq!((old.route, old.mention), (None, vec![Mention::Here]));
        let plan = Plan { route: Some("routes[2]".into()), ..Plan::default() };
        assert_eq!(serde_json::to_string(&plan).expect("JSON"), r#"{"route":"routes[2]"}"#);
    }

    #[test]
    fn backoff_grows_to_an_hour_and_stays() {
        assert_eq!(backoff(1, 1.0), Duration::from_secs(1));
        assert_eq!(backoff(1, 0.0), Duration::from_millis(500));
        assert_eq!(backoff(4, 1.0), Duration::from_secs(8));
        assert_eq!(backoff(40, 1.0), Duration::from_secs(3600));
        assert_eq!(backoff(0, 7.0), Duration::from_secs(1));
    }
}
