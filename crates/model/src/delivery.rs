//! One event on its way to one destination: its status and why, the plan it was given, and when to try again.

mod alert_button;
mod backoff;
mod batch_mode;
mod collected;
mod digest_plan;
mod mention;
mod millis;
mod misplacement;
mod mute;
mod park_reason;
mod pressure;
mod reason;
mod replay_of;
mod route_name;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::event::{Event, EventId, Severity};
use crate::note::Note;
use crate::privacy::Masks;
use crate::quiet_hours::QuietHours;
use crate::timestamp::Timestamp;

pub use self::alert_button::{AlertButton, EscalationStep};
pub use self::backoff::{LONGEST_BACKOFF, backoff};
pub use self::batch_mode::{BatchMode, QueueOrder};
pub use self::collected::{CollectCause, Collected};
pub use self::digest_plan::DigestPlan;
pub use self::mention::{Mention, ParseMentionError};
pub use self::misplacement::Misplacement;
pub use self::mute::{HeldBack, Mute, MuteCandidate, MuteId, MuteMatcher, MutedBy, ParseMuteIdError, mute_for};
pub use self::park_reason::ParkReason;
pub use self::pressure::{PlanSpan, RoutePace, StormPlan};
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

    /// Whether a delivery may go from this status to that one: the state diagram in ARCHITECTURE.md, which a test compares
    /// with this. A delivery begins as pending or collecting. What is final stays so: only what was purged while it was
    /// sent turns out to be delivered, and a dead one that is replayed is merged into its replay.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Pending | Self::Collecting => next != self,
            Self::Muted => next == Self::Delivered,
            Self::Dead => next == Self::Merged,
            Self::Delivered | Self::Merged | Self::Unrouted => false,
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
    /// Whether its message may be one with those of others that wait.
    #[serde(default, skip_serializing_if = "BatchMode::is_auto")]
    pub batch: BatchMode,
    /// Whether it may overtake others.
    #[serde(default, skip_serializing_if = "QueueOrder::is_urgent_first")]
    pub order: QueueOrder,
    /// The route's events are put into one message at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestPlan>,
    /// When the route's messages do not ring, or are kept for later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// Its messages in a span of time; the others are summed up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<RoutePace>,
    /// When its events become one message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storm: Option<StormPlan>,
    /// What is older when its turn comes is summed up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_after: Option<PlanSpan>,
    /// A thing is reported only if it is still open after so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<PlanSpan>,
    /// How often a thing is reported that is still open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<PlanSpan>,
    /// The names of things while which are open this is not reported; a name that ends with `*` stands for all that begin
    /// so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inhibited_by: Vec<String>,
    /// Set where a command made the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayOf>,
    /// What its message can be answered with, where its webhook belongs to the bot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<AlertButton>,
    /// What happens when nobody takes its thing, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<EscalationStep>,
    /// Its message is a test that somebody asked for: marked as such, and about no thing that others know.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
}

impl Plan {
    /// Whether its message goes before those that wait, and is not put into one with others: somebody is pinged, or the
    /// event is critical.
    pub fn is_urgent(&self, event: &Event) -> bool {
        let rings = !self.mention.is_empty() || event.facts.severity == Some(Severity::Critical);
        rings && self.order == QueueOrder::UrgentFirst && !self.is_routine(event)
    }

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
    /// How long until it may be attempted. No longer than it was given when it was put off, and no longer than anything
    /// waits for such a reason: a time that lies further ahead is of a clock that was set back since.
    pub fn remaining_wait(&self, now: Timestamp) -> Duration {
        let given = self.not_before.since(self.updated);
        let longest = self.reason.as_ref().map_or(Duration::MAX, Reason::longest_wait);
        self.not_before.since(now).min(given).min(longest)
    }

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
    fn a_clock_that_was_set_back_prolongs_no_wait() {
        let day = Duration::from_secs(86_400);
        let now = Timestamp(1_800_000_000_000);
        let cause = FailureCause::Error { error: crate::webhook_error::WebhookError::default() };
        let mut delivery = Delivery {
            id: 1,
            event: EventId(1),
            destination: "sales".into(),
            plan: Plan::default(),
            status: Status::Pending,
            attempts: 3,
            not_before: now.after(Duration::from_secs(4)),
            reason: Some(Reason::Failed { attempt: 3, cause }),
            message: None,
            possible_repeat: false,
            created: now,
            updated: now,
        };
        assert_eq!(delivery.remaining_wait(now), Duration::from_secs(4));
        assert_eq!(delivery.remaining_wait(now.after(day)), Duration::ZERO);
        assert_eq!(delivery.remaining_wait(now.before(day)), Duration::from_secs(4));
        // Also where the row does not say when it was put off.
        delivery.not_before = now.after(day);
        assert_eq!(delivery.remaining_wait(now), LONGEST_BACKOFF);
        let error = crate::webhook_error::WebhookError::default();
        delivery.reason = Some(Reason::Waiting { after: Duration::from_secs(9), error });
        assert_eq!(delivery.remaining_wait(now), Duration::from_millis(9001));
    }
}
