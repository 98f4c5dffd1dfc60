//! Queries about stored events, and their results.

use super::event_status::EventStatus;
use super::sent::SentMessage;
use hookbell_model::delivery::{Attempt, Delivery};
use hookbell_model::event::{Event, EventId, Raw, Topic};
use hookbell_model::privacy::Masks;
use hookbell_model::receipt::Receipt;
use hookbell_model::timestamp::Timestamp;

/// Which events a query selects. Absent = any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventFilter {
    pub source: Option<String>,
    pub event_type: Option<String>,
    pub topic: Option<Topic>,
    pub status: Option<EventStatus>,
    /// Only events with a delivery to one of these (what a guild may see); a `status` then refers to those
    /// deliveries alone, and so do the summaries. `Some(vec![])` matches nothing.
    pub destinations: Option<Vec<String>>,
    /// Received from then on. Exact unless the clock was once set back by more than an hour.
    pub since: Option<Timestamp>,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSummary {
    pub event: Event,
    pub status: EventStatus,
    /// What is masked for the readers of its deliveries; everything private where it has none.
    pub masks: Masks,
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
        let masks = self.deliveries.iter().map(|(delivery, _)| delivery.plan.masks());
        masks.reduce(Masks::union).unwrap_or_else(Masks::all).event(&self.event)
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
