//! hookbell's own events: what it reports of itself. Each is an event like those of other senders: it is kept in the store,
//! delivered by the lanes, and rendered by the messages of `templates/hookbell.toml`, before which a user's own are tried.
//!
//! A further one is a file in `own_event/` with what it says (its JSON is the event's payload), and a variant here.

mod alert;
mod digest;
mod lane_note;
mod mute_ended;
mod escalation;
mod reminder;
mod storm;
mod summary;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::delivery::{NewDelivery, Plan};
use crate::event::{Event, EventId, Facts, Raw};
use crate::timestamp::Timestamp;

pub use self::alert::{Alert, CountedTrouble, Trouble};
pub use self::digest::{
    Bucket, CurrencySum, Digest, DigestBuilder, DigestEvent, DigestPeriod, PreviousPeriod, TopEvent, TypeCount,
};
pub use self::escalation::Escalation;
pub use self::lane_note::{LaneCondition, LaneNote, WorstEvent};
pub use self::mute_ended::{HeldBackType, MUTE_ENDED, MuteEnded};
pub use self::reminder::OpenReminder;
pub use self::storm::Storm;
pub use self::summary::OwnEventSummary;

/// The source and the provider of hookbell's own events. No source of the config may have this name, and no provider file.
pub const OWN: &str = "hookbell";

/// An event that hookbell itself reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OwnEvent {
    /// Events of one route, together.
    Digest(Box<Digest>),
    /// How much a mute held back from a destination.
    MuteEnded(Box<MuteEnded>),
    /// What a destination's fallback is told.
    Lane(LaneNote),
    /// Too many events of one route.
    Storm(Box<Storm>),
    /// A thing that is still open.
    Reminder(OpenReminder),
    Escalation(Escalation),
    /// hookbell's own troubles.
    Alert(Alert),
}

impl OwnEvent {
    /// What it is, for lists, filters and templates.
    pub fn summary(&self) -> OwnEventSummary {
        match self {
            Self::Digest(digest) => digest.summary(),
            Self::MuteEnded(ended) => ended.summary(),
            Self::Lane(note) => note.summary(),
            Self::Storm(storm) => storm.summary(),
            Self::Reminder(reminder) => reminder.summary(),
            Self::Escalation(escalation) => escalation.summary(),
            Self::Alert(alert) => alert.summary(),
        }
    }

    /// The event as the store takes it, with its payload: `store.accept(event, raw, deliveries)`.
    pub fn into_event(self, now: Timestamp) -> (Event, Raw) {
        let OwnEventSummary { event_type, topic, severity, subject, reference } = self.summary();
        let facts = Facts { subject: Some(subject), severity: Some(severity), ..Facts::default() };
        let event = Event {
            id: EventId::UNSET,
            source: OWN.to_owned(),
            provider: OWN.to_owned(),
            reference,
            event_type: event_type.to_owned(),
            topic,
            facts,
            time: now,
            received: now,
        };
        // Maps with text keys, lists, texts and numbers alone: that cannot fail.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        (event, Raw { headers: BTreeMap::new(), body })
    }

    /// The event as a plain HTTP receiver gets it: its payload, with what it is and a line of text under the names that
    /// receivers of notes know.
    pub fn to_note(&self, now: Timestamp) -> Value {
        let OwnEventSummary { event_type, severity, subject, .. } = self.summary();
        let data = serde_json::to_value(self).unwrap_or_default();
        json!({
            "type": event_type, "timestamp": now.to_rfc3339(), "severity": severity.as_str(),
            "title": "hookbell", "message": subject, "data": data,
        })
    }

    /// Its deliveries to these destinations, each once, made as the first message that fits.
    pub fn deliveries<S: AsRef<str>>(destinations: impl IntoIterator<Item = S>) -> Vec<NewDelivery> {
        let mut deliveries: Vec<NewDelivery> = Vec::new();
        for destination in destinations {
            let destination = destination.as_ref().to_owned();
            if !deliveries.iter().any(|known| known.destination == destination) {
                deliveries.push(NewDelivery { destination, plan: Plan::default() });
            }
        }
        deliveries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_event_is_an_event_of_the_reserved_source_with_its_json_as_body() {
        let digest = Digest { destination: "sales".to_owned(), count: 3, ..Digest::default() };
        let (event, raw) = OwnEvent::Digest(Box::new(digest)).into_event(Timestamp(5));
        assert_eq!((event.source.as_str(), event.provider.as_str(), event.event_type.as_str()), (OWN, OWN, "digest"));
        assert_eq!((event.id, event.time, event.received), (EventId::UNSET, Timestamp(5), Timestamp(5)));
        let payload: serde_json::Value = serde_json::from_slice(&raw.body).expect("JSON");
        assert_eq!((&payload["destination"], &payload["count"]), (&"sales".into(), &3.into()));
    }

    #[test]
    fn each_destination_gets_it_once() {
        let deliveries = OwnEvent::deliveries(["ops", "sales", "ops"]);
        let names: Vec<&str> = deliveries.iter().map(|delivery| delivery.destination.as_str()).collect();
        assert_eq!(names, ["ops", "sales"]);
    }
}
