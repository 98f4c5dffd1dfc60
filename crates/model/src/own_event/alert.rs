//! hookbell's own troubles, and the alert that reports those of a while together.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::summary::OwnEventSummary;
use crate::event::{Severity, Topic};
use crate::timestamp::format_duration;

/// Something that an operator has to know of.
///
/// In JSON each is an object with its `type`; variants and keys are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Trouble {
    /// A delivery was given up.
    DeadDelivery { destination: String, event: String, reason: String },
    /// The webhook of a destination is dead.
    LaneParked { destination: String, reason: String },
    /// It answers again.
    LaneResumed { destination: String },
    /// Changed files were not taken.
    ReloadRefused { errors: u64, first: String },
    /// Requests whose signature or token is missing or wrong.
    UnverifiedRequests { source: String },
    /// Events could not be stored; they can again.
    StoreFailed { refused: u64 },
    /// A source sends nothing, for so many seconds.
    SourceSilent { source: String, seconds: u64 },
    /// It sends again.
    SourceBack { source: String, seconds: u64 },
}

/// A trouble, and how often it occurred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedTrouble {
    /// The last one of its kind.
    #[serde(flatten)]
    pub trouble: Trouble,
    pub count: u64,
}

/// The payload of an alert. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Alert {
    /// The worst first.
    pub troubles: Vec<CountedTrouble>,
    /// Troubles that `troubles` does not list.
    pub more: u64,
    /// The same as lines of text.
    pub lines: Vec<String>,
    pub time: i64,
    /// In milliseconds since 1970, so that two alerts differ.
    pub id: i64,
}

impl Trouble {
    /// What several are counted as one by: the kind, and what it is about.
    pub fn group(&self) -> (&'static str, String) {
        match self {
            Self::DeadDelivery { destination, .. } => ("dead_delivery", destination.clone()),
            // Of a webhook that comes and goes, the last state counts.
            Self::LaneParked { destination, .. } | Self::LaneResumed { destination } => ("lane", destination.clone()),
            Self::ReloadRefused { .. } => ("reload_refused", String::new()),
            Self::UnverifiedRequests { source } => ("unverified_requests", source.clone()),
            Self::StoreFailed { .. } => ("store_failed", String::new()),
            Self::SourceSilent { source, .. } | Self::SourceBack { source, .. } => ("source", source.clone()),
        }
    }

    pub fn severity(&self) -> Severity {
        match self {
            Self::LaneParked { .. } | Self::StoreFailed { .. } => Severity::Critical,
            Self::DeadDelivery { .. } | Self::ReloadRefused { .. } | Self::SourceSilent { .. } => Severity::Error,
            Self::UnverifiedRequests { .. } => Severity::Warning,
            Self::LaneResumed { .. } | Self::SourceBack { .. } => Severity::Success,
        }
    }
}

impl Alert {
    /// An alert of these troubles, of which at most `most` are listed.
    pub fn new(mut troubles: Vec<CountedTrouble>, most: usize, time: crate::timestamp::Timestamp) -> Self {
        troubles.sort_by(|one, other| {
            let (one, other) = (one.trouble.severity(), other.trouble.severity());
            other.is_worse_than(one).cmp(&one.is_worse_than(other))
        });
        let more = troubles.len().saturating_sub(most) as u64;
        troubles.truncate(most);
        let lines = troubles.iter().map(CountedTrouble::to_string).collect();
        Self { troubles, more, lines, time: time.secs(), id: time.0 }
    }

    pub(super) fn summary(&self) -> OwnEventSummary {
        let worst = self.troubles.first();
        OwnEventSummary {
            event_type: "alert",
            topic: Topic::Alert,
            severity: worst.map_or(Severity::Info, |worst| worst.trouble.severity()),
            subject: self.to_string(),
            reference: format!("alert:{}", self.id),
        }
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others = (self.troubles.len() as u64).saturating_sub(1) + self.more;
        match self.lines.first() {
            Some(first) => f.write_str(first)?,
            None => f.write_str("nothing")?,
        }
        if others > 0 { write!(f, ", and {others} more") } else { Ok(()) }
    }
}

impl fmt::Display for CountedTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count;
        let span = |seconds: u64| format_duration(std::time::Duration::from_secs(seconds));
        match &self.trouble {
            Trouble::DeadDelivery { destination, event, reason } if count == 1 => {
                write!(f, "A message to {destination} could not be delivered (event {event}): {reason}")
            }
            Trouble::DeadDelivery { destination, event, reason } => {
                write!(
                    f,
                    "{count} messages to {destination} could not be delivered, the last (event {event}): {reason}"
                )
            }
            Trouble::LaneParked { destination, reason } => {
                write!(f, "The webhook of {destination} is dead, its messages are kept: {reason}")
            }
            Trouble::LaneResumed { destination } => write!(f, "The webhook of {destination} answers again"),
            Trouble::ReloadRefused { errors, first } => {
                let mistakes = if *errors == 1 { "a mistake".to_owned() } else { format!("{errors} mistakes") };
                write!(f, "The changed config is not used, it has {mistakes}: {first}")
            }
            Trouble::UnverifiedRequests { source } => {
                write!(f, "{count} requests to {source} were refused: their signature is missing or wrong")
            }
            Trouble::StoreFailed { refused } => {
                write!(f, "Events could not be stored for a while: {refused} requests were refused with 503")
            }
            Trouble::SourceSilent { source, seconds } => write!(f, "{source} has sent nothing for {}", span(*seconds)),
            Trouble::SourceBack { source, seconds } => {
                write!(f, "{source} sends again, after {} of silence", span(*seconds))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    #[test]
    fn an_alert_begins_with_the_worst_and_counts_the_rest() {
        let counted = |trouble, count| CountedTrouble { trouble, count };
        let silent = Trouble::SourceSilent { source: "stripe".into(), seconds: 3_700 };
        let dead =
            Trouble::DeadDelivery { destination: "sales".into(), event: "k3f9x2mq".into(), reason: "gone".into() };
        let parked = Trouble::LaneParked { destination: "ops".into(), reason: "HTTP 404".into() };
        let back = Trouble::LaneResumed { destination: "team".into() };
        let all = vec![counted(back, 1), counted(silent, 1), counted(dead, 3), counted(parked, 1)];
        let alert = Alert::new(all, 3, Timestamp(5_000));
        assert_eq!(
            alert.lines,
            [
                "The webhook of ops is dead, its messages are kept: HTTP 404",
                "stripe has sent nothing for 1h 1m",
                "3 messages to sales could not be delivered, the last (event k3f9x2mq): gone",
            ]
        );
        assert_eq!((alert.more, alert.summary().severity), (1, Severity::Critical));
        assert!(alert.to_string().ends_with("HTTP 404, and 3 more"), "{alert}");
        let json = serde_json::to_value(&alert).expect("JSON");
        assert_eq!((&json["troubles"][0]["type"], &json["troubles"][0]["count"]), (&"lane_parked".into(), &1.into()));
    }
}
