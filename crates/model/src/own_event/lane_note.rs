//! What a destination's fallback is told of its lane: that it is parked or late, and once more when that is over.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::summary::OwnEventSummary;
use crate::event::{Severity, Topic};

/// The payload of a note about a lane, as its message and an HTTP fallback read it. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneNote {
    pub state: LaneCondition,
    pub destination: String,
    /// Deliveries that wait.
    pub waiting: u64,
    /// When the oldest of them was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<i64>,
    /// When it began.
    pub since: i64,
    /// Why the lane is parked, or its first delivery waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The worst event that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<WorstEvent>,
}

/// What is wrong with the lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaneCondition {
    /// Its webhook is dead.
    Parked,
    /// Its oldest delivery waits for longer than it may.
    Late,
    /// Nothing any more.
    Recovered,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorstEvent {
    /// hookbell's id of the event.
    pub event: String,
    pub severity: Severity,
    /// What it is about, masked as its route says; its type where nothing is known.
    pub title: String,
}

impl LaneNote {
    pub(super) fn summary(&self) -> OwnEventSummary {
        let (event_type, severity) = match self.state {
            LaneCondition::Parked => ("lane.parked", Severity::Critical),
            LaneCondition::Late => ("lane.late", Severity::Error),
            LaneCondition::Recovered => ("lane.recovered", Severity::Success),
        };
        OwnEventSummary {
            event_type,
            topic: Topic::Alert,
            severity,
            subject: self.to_string(),
            reference: self.reference(),
        }
    }

    /// Equal when the same is said of the same trouble once more.
    pub fn reference(&self) -> String {
        let state = match self.state {
            LaneCondition::Parked | LaneCondition::Late => "begin",
            LaneCondition::Recovered => "end",
        };
        format!("lane:{}:{}:{state}", self.destination, self.since)
    }
}

impl fmt::Display for LaneNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { state, destination, waiting, .. } = self;
        let deliver = if *waiting == 1 { "1 message waits".to_owned() } else { format!("{waiting} messages wait") };
        match state {
            LaneCondition::Parked => write!(f, "The webhook of {destination} is dead, {deliver}")?,
            LaneCondition::Late => write!(f, "{destination} is late, {deliver}")?,
            LaneCondition::Recovered => write!(f, "{destination} gets its messages again")?,
        }
        match &self.worst {
            Some(WorstEvent { severity, title, .. }) => write!(f, "; the worst ({severity}): {title}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_how_many_wait_and_which_is_the_worst() {
        let worst =
            WorstEvent { event: "k3f9x2mq".into(), severity: Severity::Critical, title: "Database down".into() };
        let note = LaneNote {
            state: LaneCondition::Parked,
            destination: "on-call".into(),
            waiting: 12,
            oldest: Some(100),
            since: 90,
            reason: None,
            worst: Some(worst),
        };
        let words = "The webhook of on-call is dead, 12 messages wait; the worst (critical): Database down";
        assert_eq!(note.to_string(), words);
        assert_eq!(note.reference(), "lane:on-call:90:begin");
        let late = LaneNote { state: LaneCondition::Late, waiting: 1, worst: None, ..note };
        assert_eq!(
            (late.to_string().as_str(), late.summary().event_type),
            ("on-call is late, 1 message waits", "lane.late")
        );
    }
}
