//! What a route puts below its alerts, and what it does when nobody takes one.

use serde::{Deserialize, Serialize};

use super::mention::Mention;
use super::pressure::PlanSpan;

crate::string_enum! {
    /// A button below the messages of a route.
    AlertButton {
        /// Who presses it has the alert.
        Ack = "ack",
        /// Asks how long what is like it is to be muted.
        Mute = "mute",
        /// Why it became what it became.
        Explain = "explain",
        /// It is over.
        Resolve = "resolve",
    }
}

/// What happens when an alert is open for so long and nobody has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationStep {
    /// Since the thing was reported.
    pub after: PlanSpan,
    /// Who is pinged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<Mention>,
    /// The destination that it is told to; none = where the alert is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}
