//! What an own event is, apart from what it says.

use crate::event::{Severity, Topic};

/// What an own event is, for lists, filters and templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnEventSummary {
    /// As a template's `on` names it.
    pub event_type: &'static str,
    pub topic: Topic,
    pub severity: Severity,
    /// What it is about, in a few words.
    pub subject: String,
    /// Equal for what must be reported once: an event of the same type and reference is a repetition, and is not kept.
    pub reference: String,
}
