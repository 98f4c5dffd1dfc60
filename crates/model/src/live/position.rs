//! The order of a thing's events: when they happened, not when they came.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::timestamp::Timestamp;

/// Where an event stands among the events of its thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPosition {
    pub time: Timestamp,
    /// The time is that of receipt, as the provider gives none: our clock may be set back, so it orders nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_receipt: bool,
    /// A number of the provider's that grows with each change of the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// Of its type among those that happen in the same moment, by the provider's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u16>,
}

impl EventPosition {
    pub fn of(event: &Event) -> Self {
        let by_receipt = event.time == event.received;
        Self { time: event.time, by_receipt, sequence: event.facts.sequence, rank: event.facts.rank }
    }

    /// By the provider's sequence where both have one, else by the provider's time, else by the rank of their types. Where
    /// nothing orders two events neither is older: what was accepted later counts as newer.
    pub fn is_older_than(&self, other: &Self) -> bool {
        let by_sequence = compare(self.sequence, other.sequence);
        let by_rank = compare(self.rank, other.rank);
        let by_time = if self.is_timeless(other) { Ordering::Equal } else { self.time.cmp(&other.time) };
        by_sequence.then(by_time).then(by_rank) == Ordering::Less
    }

    /// Whether only the order of acceptance says which of the two is newer.
    pub fn is_timeless(&self, other: &Self) -> bool {
        self.by_receipt || other.by_receipt
    }
}

fn compare<T: Ord>(one: Option<T>, other: Option<T>) -> Ordering {
    one.zip(other).map_or(Ordering::Equal, |(one, other)| one.cmp(&other))
}
