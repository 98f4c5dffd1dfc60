//! Too many events of one route: one message that is edited while they come.

use serde::{Deserialize, Serialize};

use super::digest::{CurrencySum, Digest, TypeCount};
use super::summary::OwnEventSummary;
use crate::event::{Severity, Topic};

/// The payload of a storm, as its message reads it. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Storm {
    pub destination: String,
    pub route: String,
    /// Names the storm, with its route.
    pub began: i64,
    /// When the last event came.
    pub last: i64,
    /// No more events come.
    pub is_over: bool,
    pub count: u64,
    pub types: Vec<TypeCount>,
    pub more_types: u64,
    pub sums: Vec<CurrencySum>,
    /// What the messages of the first events would have said first.
    pub first_lines: Vec<String>,
    pub last_lines: Vec<String>,
    /// The worst severity.
    pub severity: Option<Severity>,
}

impl Storm {
    /// What `digest` counts, of a storm that began then.
    pub fn of(digest: Digest, began: i64, last: i64, is_over: bool) -> Self {
        let Digest { destination, route, count, types, more_types, sums, severity, .. } = digest;
        Self { destination, route, began, last, is_over, count, types, more_types, sums, severity, ..Self::default() }
    }

    pub(super) fn summary(&self) -> OwnEventSummary {
        let subject = match (self.is_over, self.count) {
            (false, count) => format!("Storm: {count} events so far"),
            (true, count) => format!("Storm over: {count} events"),
        };
        OwnEventSummary {
            event_type: "storm",
            topic: Topic::Alert,
            // What is over does not look open.
            severity: if self.is_over { Severity::Success } else { self.severity.unwrap_or(Severity::Info) },
            subject,
            reference: format!("{}/{}/{}/{}/{}", self.destination, self.route, self.began, self.count, self.is_over),
        }
    }
}
