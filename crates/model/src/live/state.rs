//! The state of a live message, and what its template can use of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::position::EventPosition;
use super::remembered::{Remembered, RememberedValues};
use crate::delivery::{EscalationStep, Mention, PlanSpan};
use crate::event::{EventId, Severity};
use crate::privacy::Masks;
use crate::timestamp::Timestamp;

/// What a live message shows and what it must not forget.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LiveState {
    /// The newest event. None for messages that were posted before this was kept; every event is newer than those.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<ShownEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What the message says first, as Discord's Markdown.
    pub title: String,
    /// The last known values of the template's `remember`.
    #[serde(skip_serializing_if = "Remembered::is_empty")]
    pub remembered: Remembered,
    /// What `notify` gave for the event that is shown.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub notified: BTreeSet<String>,
    /// Whom the message or an earlier one of the thing has pinged. None for messages that were posted before this was
    /// kept: nobody is known to be new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentioned: Option<BTreeSet<Mention>>,
    /// Every event of the thing, oldest first; the newest [`HISTORY`] of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryEvent>,
    /// Whether the thing is over: a newer event of its key starts a new message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// Whether its template says when the thing is over: others are never open, however long they last.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub closable: bool,
    /// Messages of the same thing that were posted before this one, oldest first; the newest [`EARLIER`] of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierMessage>,
    /// When it is reported again that the thing is still open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<Reminder>,
    /// What happens when nobody takes the thing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<EscalationStep>,
    /// Of what is shown; an update that would change nothing is not sent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

/// When, and how often, it is reported that a thing is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    pub at: Timestamp,
    pub every: PlanSpan,
}

/// Events kept of a thing's history.
pub const HISTORY: usize = 50;
/// Earlier messages that still follow the thing's title.
pub const EARLIER: usize = 10;

/// The event whose state a message shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownEvent {
    pub id: EventId,
    pub position: EventPosition,
    /// Whom its route pings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<Mention>,
}

/// One event in the history of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEvent {
    pub id: EventId,
    pub position: EventPosition,
    pub event_type: String,
    pub severity: Severity,
    /// What its message said first, as plain text.
    pub title: String,
}

/// A message that a newer one of the same thing has replaced. It shows the thing's title and a link to the newer one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierMessage {
    pub id: String,
    pub channel: String,
    /// Its channel is a thread of the webhook's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_thread: bool,
    /// Its place in a message that it shares with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<usize>,
}

/// What the template of a live message can use beside its event.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LiveContext {
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub remembered: RememberedValues,
    /// Earlier events of the key, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryEvent>,
}

impl LiveContext {
    /// As the readers with these masks may see it: what was remembered may be older than the masks.
    #[must_use]
    pub fn masked(&self, masks: Masks) -> Self {
        let mut remembered = self.remembered.clone();
        remembered.values_mut().for_each(|value| masks.mask_json(value));
        let event =
            |event: &HistoryEvent| HistoryEvent { title: masks.text(&event.title).into_owned(), ..event.clone() };
        Self { remembered, history: self.history.iter().map(event).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.remembered.is_empty() && self.history.is_empty()
    }
}

impl LiveState {
    /// Adds an event to the history, in its place. An event that is there already takes the place of the earlier entry.
    pub fn record(&mut self, entry: HistoryEvent) {
        self.history.retain(|known| known.id != entry.id);
        let at = self.history.partition_point(|known| !entry.position.is_older_than(&known.position));
        self.history.insert(at, entry);
        let extra = self.history.len().saturating_sub(HISTORY);
        self.history.drain(..extra);
    }

    /// The events before this one.
    pub fn history_before(&self, position: &EventPosition, id: EventId) -> Vec<HistoryEvent> {
        let before = |entry: &&HistoryEvent| entry.id != id && !position.is_older_than(&entry.position);
        self.history.iter().filter(before).cloned().collect()
    }

    /// Whether an event is older than the one that is shown. Where their positions do not say it, the one that was
    /// accepted earlier is: deliveries come in that order, unless one is replayed.
    pub fn is_newer_than(&self, position: &EventPosition, id: EventId) -> bool {
        self.shown.as_ref().is_some_and(|shown| {
            let is_tie = !shown.position.is_older_than(position);
            position.is_older_than(&shown.position) || is_tie && id < shown.id
        })
    }

    /// They have been pinged with this message.
    pub fn mention(&mut self, mention: &[Mention]) {
        self.mentioned.get_or_insert_default().extend(mention.iter().cloned());
    }

    /// Nobody was notified of this change, so what is new or worse in it has to ring when it comes again.
    pub fn leave_unnotified(&mut self, before: &Self) {
        self.notified.retain(|element| before.notified.contains(element));
        if self.severity.zip(before.severity).is_some_and(|(after, before)| after.is_worse_than(before)) {
            self.severity = before.severity;
        }
    }

    /// Nobody was pinged with this change, so whom it names has to be pinged when it comes again.
    pub fn leave_unpinged(&mut self, before: &Self) {
        self.mentioned = match &before.shown {
            Some(_) => before.mentioned.clone(),
            None => Some(BTreeSet::new()),
        };
    }

    /// Whether somebody has to do something: it is not over, and no good news.
    pub fn is_firing(&self) -> bool {
        let is_bad = matches!(self.severity, Some(Severity::Warning | Severity::Error | Severity::Critical));
        self.closable && !self.closed && is_bad
    }

    /// When the thing began, as far as its history goes back.
    pub fn since(&self) -> Option<Timestamp> {
        self.history.first().map(|first| first.position.time)
    }

    /// `reply` says the news below `shown`, which goes on showing the thing: the reply leads to it.
    pub fn reply(&mut self, shown: &str, reply: EarlierMessage) {
        self.earlier.retain(|known| known.id != shown);
        self.replace(reply);
    }

    /// The message that another one now replaces becomes one of the earlier ones.
    pub fn replace(&mut self, message: EarlierMessage) {
        self.earlier.retain(|known| (&known.id, known.slot) != (&message.id, message.slot));
        self.earlier.push(message);
        let extra = self.earlier.len().saturating_sub(EARLIER);
        self.earlier.drain(..extra);
    }
}
