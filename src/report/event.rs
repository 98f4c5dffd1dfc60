//! An event: as a list item, and in full.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::delivery::DeliveryView;
use super::serialize::display;
use super::timeline::{self, TimelineEntry};
use crate::store::{EventDetails, EventStatus, EventSummary, FollowedEvent, Repetitions};
use hookbell_model::event::{Event, EventId, Facts, Topic};
use hookbell_model::timestamp::Timestamp;

/// An event as every interface reports it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventView {
    #[serde(serialize_with = "display")]
    pub id: EventId,
    pub source: String,
    pub provider: String,
    /// The provider's own id of the event.
    #[serde(rename = "ref")]
    pub reference: String,
    /// In the provider's words, e.g. `invoice.paid`.
    #[serde(rename = "type")]
    pub event_type: String,
    pub topic: Topic,
    /// The worst of its deliveries.
    #[serde(serialize_with = "display")]
    pub status: EventStatus,
    pub facts: Facts,
    /// When it happened.
    #[serde(serialize_with = "display")]
    pub time: Timestamp,
    #[serde(serialize_with = "display")]
    pub received: Timestamp,
}

/// An event with its request, its deliveries and what happened to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventReport {
    #[serde(flatten)]
    pub event: EventView,
    /// None = it came once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repetitions: Option<RepetitionsView>,
    /// The headers that were kept.
    pub headers: BTreeMap<String, String>,
    pub payload: EventPayload,
    pub deliveries: Vec<DeliveryView>,
    pub timeline: Vec<TimelineEntry>,
}

/// An event that is followed, with what has become of it so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FollowedView {
    #[serde(flatten)]
    pub event: EventView,
    /// Of its newest message; empty where there is none.
    pub title: String,
    pub deliveries: Vec<DeliveryView>,
}

/// How often an event came again, and when.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RepetitionsView {
    /// Without the first time.
    pub count: u64,
    #[serde(serialize_with = "display")]
    pub first: Timestamp,
    #[serde(serialize_with = "display")]
    pub last: Timestamp,
}

/// A request's body: written as JSON where it is JSON, as text otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPayload(pub Vec<u8>);

impl EventView {
    pub(super) fn new(event: Event, status: EventStatus) -> Self {
        Self {
            id: event.id,
            source: event.source,
            provider: event.provider,
            reference: event.reference,
            event_type: event.event_type,
            topic: event.topic,
            status,
            facts: event.facts,
            time: event.time,
            received: event.received,
        }
    }
}

impl From<EventSummary> for EventView {
    fn from(summary: EventSummary) -> Self {
        Self::new(summary.event, summary.status)
    }
}

impl From<FollowedEvent> for FollowedView {
    fn from(FollowedEvent { event, title, deliveries }: FollowedEvent) -> Self {
        let status = EventStatus::of(deliveries.iter().map(|delivery| delivery.status));
        let deliveries = deliveries.into_iter().map(|delivery| DeliveryView::new(delivery, Vec::new())).collect();
        Self { event: EventView::new(event, status), title, deliveries }
    }
}

impl FollowedView {
    /// Whether nothing more will happen to it.
    pub fn is_settled(&self) -> bool {
        self.deliveries.iter().all(|delivery| delivery.status.is_final())
    }
}

impl From<EventDetails> for EventReport {
    /// Reports all deliveries in `details`: the caller removes those that its user may not see.
    fn from(details: EventDetails) -> Self {
        let timeline = timeline::of(&details);
        let status = EventStatus::of(details.deliveries.iter().map(|(delivery, _)| delivery.status));
        Self {
            event: EventView::new(details.event, status),
            repetitions: details.repetitions.map(RepetitionsView::from),
            headers: details.raw.headers,
            payload: EventPayload(details.raw.body),
            deliveries: details
                .deliveries
                .into_iter()
                .map(|(delivery, attempts)| DeliveryView::new(delivery, attempts))
                .collect(),
            timeline,
        }
    }
}

impl From<Repetitions> for RepetitionsView {
    fn from(Repetitions { count, first, last }: Repetitions) -> Self {
        Self { count, first, last }
    }
}

impl RepetitionsView {
    /// `once`, `3 times`.
    pub fn how_often(&self) -> String {
        if self.count == 1 { "once".to_owned() } else { format!("{} times", self.count) }
    }
}

impl EventPayload {
    /// As JSON; text where it is none, with `�` for bytes that are no UTF-8.
    pub fn to_json(&self) -> Value {
        serde_json::from_slice(&self.0).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&self.0).into_owned()))
    }
}

impl Serialize for EventPayload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}
