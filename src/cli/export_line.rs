//! The lines of an export: a header, then one event a line with all that is kept of it. `import` reads them again.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::store::{EventDetails, Repetitions};
use hookbell_model::delivery::{Attempt, AttemptOutcome, Delivery, MessageRef, Plan, Reason, Status};
use hookbell_model::event::{Event, EventId, Facts, ParseEventIdError, Raw, Topic};
use hookbell_model::receipt::Receipt;
use hookbell_model::timestamp::Timestamp;

/// The version of the format. What is added keeps older lines readable.
pub(super) const FORMAT: u32 = 1;
/// What the header calls the format.
pub(super) const NAME: &str = "hookbell-events";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ExportHeader {
    pub(super) format: String,
    pub(super) version: u32,
    /// The hookbell that wrote it.
    pub(super) hookbell: String,
}

/// An event. Times are RFC 3339.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ExportLine {
    id: String,
    source: String,
    provider: String,
    #[serde(rename = "type")]
    event_type: String,
    topic: Topic,
    #[serde(rename = "ref")]
    reference: String,
    time: String,
    received: String,
    facts: Facts,
    headers: BTreeMap<String, String>,
    /// Where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// Where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repetitions: Option<RepetitionsLine>,
    #[serde(default)]
    deliveries: Vec<DeliveryLine>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RepetitionsLine {
    count: u64,
    first: String,
    last: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct DeliveryLine {
    id: i64,
    destination: String,
    status: Status,
    /// For people; `reason_data` is read.
    #[serde(default)]
    reason: String,
    #[serde(default)]
    reason_data: Option<Reason>,
    #[serde(default)]
    attempts: u32,
    #[serde(default)]
    message: Option<MessageLine>,
    #[serde(default)]
    possible_repeat: bool,
    not_before: String,
    created: String,
    updated: String,
    #[serde(default)]
    plan: Plan,
    #[serde(default)]
    log: Vec<AttemptLine>,
}

#[derive(Debug, Serialize, Deserialize)]
struct MessageLine {
    id: String,
    channel: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct AttemptLine {
    at: String,
    took_ms: u64,
    outcome: AttemptOutcome,
    detail: String,
}

/// Why a line that is JSON is no event all the same.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportLineError {
    #[error(transparent)]
    Id(#[from] ParseEventIdError),
    #[error("`{0}` is no time such as `2026-11-28T09:00:00Z`")]
    Time(String),
    #[error("`body_base64` is no base64")]
    Base64,
    #[error("expected `body` or `body_base64`")]
    Body,
}

impl ExportHeader {
    pub(super) fn new() -> Self {
        Self { format: NAME.to_owned(), version: FORMAT, hookbell: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

impl From<EventDetails> for ExportLine {
    fn from(EventDetails { event, raw, receipt, deliveries, repetitions, .. }: EventDetails) -> Self {
        let (body, body_base64) = match String::from_utf8(raw.body) {
            Ok(text) => (Some(text), None),
            Err(bytes) => (None, Some(STANDARD.encode(bytes.as_bytes()))),
        };
        let line = |Repetitions { count, first, last }| RepetitionsLine {
            count,
            first: first.to_rfc3339(),
            last: last.to_rfc3339(),
        };
        Self {
            id: event.id.to_string(),
            source: event.source,
            provider: event.provider,
            event_type: event.event_type,
            topic: event.topic,
            reference: event.reference,
            time: event.time.to_rfc3339(),
            received: event.received.to_rfc3339(),
            facts: event.facts,
            headers: raw.headers,
            body,
            body_base64,
            receipt,
            repetitions: repetitions.map(line),
            deliveries: deliveries.into_iter().map(DeliveryLine::from).collect(),
        }
    }
}

impl From<(Delivery, Vec<Attempt>)> for DeliveryLine {
    fn from((delivery, log): (Delivery, Vec<Attempt>)) -> Self {
        let line = |Attempt { at, took, outcome, detail }| AttemptLine {
            at: at.to_rfc3339(),
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            outcome,
            detail,
        };
        Self {
            id: delivery.id,
            reason: delivery.reason_text(),
            destination: delivery.destination,
            status: delivery.status,
            reason_data: delivery.reason,
            attempts: delivery.attempts,
            message: delivery.message.map(|MessageRef { id, channel }| MessageLine { id, channel }),
            possible_repeat: delivery.possible_repeat,
            not_before: delivery.not_before.to_rfc3339(),
            created: delivery.created.to_rfc3339(),
            updated: delivery.updated.to_rfc3339(),
            plan: delivery.plan,
            log: log.into_iter().map(line).collect(),
        }
    }
}

impl TryFrom<ExportLine> for EventDetails {
    type Error = ExportLineError;

    fn try_from(line: ExportLine) -> Result<Self, ExportLineError> {
        let id: EventId = line.id.parse()?;
        let body = match (line.body, line.body_base64) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(text)) => STANDARD.decode(text).map_err(|_| ExportLineError::Base64)?,
            (Some(_), Some(_)) | (None, None) => return Err(ExportLineError::Body),
        };
        let read = |RepetitionsLine { count, first, last }| {
            Ok::<_, ExportLineError>(Repetitions { count, first: time(&first)?, last: time(&last)? })
        };
        Ok(Self {
            event: Event {
                id,
                source: line.source,
                provider: line.provider,
                reference: line.reference,
                event_type: line.event_type,
                topic: line.topic,
                facts: line.facts,
                time: time(&line.time)?,
                received: time(&line.received)?,
            },
            raw: Raw { headers: line.headers, body },
            receipt: line.receipt,
            deliveries: line.deliveries.into_iter().map(|delivery| delivery.read(id)).collect::<Result<_, _>>()?,
            repetitions: line.repetitions.map(read).transpose()?,
            title: String::new(),
        })
    }
}

impl DeliveryLine {
    fn read(self, event: EventId) -> Result<(Delivery, Vec<Attempt>), ExportLineError> {
        let attempt = |AttemptLine { at, took_ms, outcome, detail }| {
            Ok(Attempt { at: time(&at)?, took: Duration::from_millis(took_ms), outcome, detail })
        };
        let delivery = Delivery {
            id: self.id,
            event,
            destination: self.destination,
            plan: self.plan,
            status: self.status,
            attempts: self.attempts,
            not_before: time(&self.not_before)?,
            reason: self.reason_data,
            message: self.message.map(|MessageLine { id, channel }| MessageRef { id, channel }),
            possible_repeat: self.possible_repeat,
            created: time(&self.created)?,
            updated: time(&self.updated)?,
        };
        Ok((delivery, self.log.into_iter().map(attempt).collect::<Result<_, ExportLineError>>()?))
    }
}

fn time(text: &str) -> Result<Timestamp, ExportLineError> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| ExportLineError::Time(text.chars().take(40).collect()))
}
