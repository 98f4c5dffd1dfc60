//! Queries about stored events, and their results.

use super::event_status::EventStatus;
use super::sent::SentMessage;
use hookbell_model::delivery::{Attempt, Delivery};
use hookbell_model::event::{Event, EventId, Raw, Severity, Topic, TypeFilter};
use hookbell_model::privacy::Masks;
use hookbell_model::receipt::Receipt;
use hookbell_model::snowflake::is_snowflake;
use hookbell_model::timestamp::Timestamp;

/// Which events a query selects. Absent = any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventFilter {
    pub source: Option<String>,
    pub event_type: Option<String>,
    /// Of these types.
    pub types: TypeFilter,
    pub topic: Option<Topic>,
    pub status: Option<EventStatus>,
    /// Only events with a delivery to one of these (what a guild may see); a `status` then refers to those
    /// deliveries alone, and so do the summaries. `Some(vec![])` matches nothing.
    pub destinations: Option<Vec<String>>,
    /// Received from then on. Exact unless the clock was once set back by more than an hour.
    pub since: Option<Timestamp>,
    /// Received before; of [`Store::recent_page`](super::Store::recent_page) alone, as the following.
    pub until: Option<Timestamp>,
    pub severity: Option<Severity>,
    /// Holds this text, in any case, where its reader can see it: in the title of its message, its subject, its actor, its id
    /// or the provider's id.
    pub search: Option<String>,
    /// The text may also be in the payload, as its reader may see it: masked.
    pub in_payload: bool,
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    Newest,
    /// What is older than this event.
    Before(EventId),
    /// What is newer than this event, next to it.
    After(EventId),
}

/// A page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecentPage {
    pub events: Vec<EventSummary>,
    pub has_newer: bool,
    pub has_older: bool,
    /// How far was looked before the page was full and the time was up; the next page goes on there.
    pub reached: Option<Reached>,
}

/// The last event that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    pub id: EventId,
    pub received: Timestamp,
}

/// A combination of source, topic and type that has been seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub id: i64,
    pub source: String,
    pub topic: String,
    pub event_type: String,
}

/// Where a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageLink {
    pub guild: String,
    /// The channel, or the thread.
    pub channel: String,
    pub message: String,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSummary {
    pub event: Event,
    pub status: EventStatus,
    /// What is masked for the readers of its deliveries; everything private where it has none.
    pub masks: Masks,
    /// The title that its newest message bore, masked; empty = none. Of a page alone, as `message`.
    pub title: String,
    pub message: Option<MessageLink>,
}

/// An event that is followed, as the readers of its messages may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowedEvent {
    pub event: Event,
    /// The title that its newest message bore, masked; empty = none.
    pub title: String,
    pub deliveries: Vec<Delivery>,
}

/// An event with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDetails {
    pub event: Event,
    pub raw: Raw,
    /// How it came in; none for what hookbell itself reports, and for events that were kept before this was.
    pub receipt: Option<Receipt>,
    pub deliveries: Vec<(Delivery, Vec<Attempt>)>,
    /// None = it came once.
    pub repetitions: Option<Repetitions>,
    /// The title that its newest message bore, masked, where it was asked for within a scope; empty = none.
    pub title: String,
}

impl MessageLink {
    /// Its address in Discord's clients; none where one of the ids is not Discord's.
    pub fn link(&self) -> Option<String> {
        let ids = [&self.guild, &self.channel, &self.message];
        ids.iter()
            .all(|id| is_snowflake(id))
            .then(|| format!("https://discord.com/channels/{}/{}/{}", self.guild, self.channel, self.message))
    }
}

impl EventSummary {
    /// The event as the readers of its messages may see it.
    pub fn masked_event(&self) -> Event {
        self.masks.event(&self.event)
    }
}

impl EventDetails {
    /// The event as the readers of its messages may see it.
    pub fn masked_event(&self) -> Event {
        self.masks().event(&self.event)
    }

    /// What is masked for the readers of its messages; everything private where it has none.
    pub fn masks(&self) -> Masks {
        let masks = self.deliveries.iter().map(|(delivery, _)| delivery.plan.masks());
        masks.reduce(Masks::union).unwrap_or_else(Masks::all)
    }
}

/// How often an event came again, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repetitions {
    /// Without the first time; at least 1.
    pub count: u64,
    pub first: Timestamp,
    pub last: Timestamp,
}

/// An event with what was posted for it, for comparing with what would be posted now.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    pub event: Event,
    pub raw: Raw,
    /// Each with the message as it was posted; none where nothing was, or by a hookbell that did not keep it.
    pub deliveries: Vec<(Delivery, Option<SentMessage>)>,
}

/// The events whose id begins with a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrefixMatch {
    None,
    One(EventId),
    /// The newest few of them.
    Many(Vec<EventId>),
}

/// A column whose values are listed for autocompletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Source,
    EventType,
    Topic,
}
