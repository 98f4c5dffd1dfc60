//! What is kept of a delivery that is held back to be put into one message with others.

use serde::{Deserialize, Serialize};

use crate::event::Severity;

/// What a digest says of an event: taken from the message that it would have had, so that it is masked as that one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collected {
    /// What its message would have said first.
    pub line: String,
    /// Of its message.
    pub severity: Severity,
    /// The names of its thing: events that share one are about the same sale, or the same outage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

/// Why it is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectCause {
    /// Its route makes digests.
    Digest,
    /// It came within its route's quiet hours.
    QuietHours,
    /// Its route posts no more in this span of time.
    Rate,
    /// It was older than its route wants when its turn came.
    Stale,
    /// Too many events of its route came.
    Storm,
    /// Its thing may be over soon.
    Hold,
    /// Another thing is open that explains this one.
    Inhibition,
}
