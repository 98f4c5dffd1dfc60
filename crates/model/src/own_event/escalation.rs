//! An alert that nobody has taken in time.

use serde::{Deserialize, Serialize};

use super::summary::OwnEventSummary;
use crate::event::{Severity, Topic};

/// The payload of an escalation, as its message reads it. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Escalation {
    /// Of the alert.
    pub destination: String,
    /// One of the names of the thing.
    pub key: String,
    /// What its message says first, without marks.
    pub title: String,
    pub severity: Option<Severity>,
    /// Since when it fires.
    pub since: i64,
    pub now: i64,
    /// The step of the route that this is, from 1.
    pub step: u64,
    /// Leads to its message; empty where the server is not known.
    pub url: String,
}

impl Escalation {
    pub(super) fn summary(&self) -> OwnEventSummary {
        OwnEventSummary {
            event_type: "escalation",
            topic: Topic::Alert,
            severity: self.severity.unwrap_or(Severity::Error),
            subject: format!("Nobody has it: {}", self.title),
            reference: format!("{}/{}/{}/{}", self.destination, self.title, self.since, self.step),
        }
    }
}
