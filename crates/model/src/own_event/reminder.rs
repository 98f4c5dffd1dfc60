//! A thing that is still open.

use serde::{Deserialize, Serialize};

use super::summary::OwnEventSummary;
use crate::event::{Severity, Topic};

/// The payload of a reminder, as its message reads it. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenReminder {
    pub destination: String,
    /// One of the names of the thing.
    pub key: String,
    /// What its message says first, without marks.
    pub title: String,
    pub severity: Option<Severity>,
    /// When it began, as far as its history goes back.
    pub since: i64,
    pub now: i64,
    /// Leads to its message; empty where the server is not known.
    pub url: String,
}

impl OpenReminder {
    pub(super) fn summary(&self) -> OwnEventSummary {
        OwnEventSummary {
            event_type: "reminder",
            topic: Topic::Alert,
            severity: self.severity.unwrap_or(Severity::Warning),
            subject: format!("Still open: {}", self.title),
            reference: format!("{}/{}/{}/{}", self.destination, self.title, self.since, self.now),
        }
    }
}
