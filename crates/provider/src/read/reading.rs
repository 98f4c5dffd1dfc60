//! The result of reading a request.

use std::borrow::Cow;

use hookbell_model::event::{Event, EventId, Facts, Identity, Topic};
use hookbell_model::sale::SaleClaim;
use hookbell_model::timestamp::Timestamp;

/// One event as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The event type in the provider's words.
    pub event_type: String,
    /// The provider's event id; the body's SHA-256 where it has none.
    pub reference: String,
    /// Which of the two it is, and what counts as a repetition therefore.
    pub identity: Identity,
    pub time: Option<Timestamp>,
    pub topic: Topic,
    pub facts: Facts,
    /// What it says of the money of a sale.
    pub sales: Vec<SaleClaim>,
}

/// One event of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadEvent<'a> {
    pub reading: Reading,
    /// Its JSON: the request's own bytes, or its element of them, or the form's fields. Secrets in it are redacted.
    pub body: Cow<'a, [u8]>,
}

/// All events of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRequest<'a> {
    pub events: Vec<ReadEvent<'a>>,
    /// The number of further events, which the provider's file ignores.
    pub ignored: usize,
}

impl Reading {
    /// The event that came through `source`, not stored yet. Its time is that of receipt where the sender names none.
    pub fn into_event(self, source: &str, provider: &str, received: Timestamp) -> Event {
        Event {
            id: EventId::UNSET,
            source: source.to_owned(),
            provider: provider.to_owned(),
            reference: self.reference,
            event_type: self.event_type,
            topic: self.topic,
            facts: self.facts,
            time: self.time.unwrap_or(received),
            received,
        }
    }
}
