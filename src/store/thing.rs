//! Things that are open: what the bot lists of them, and what people do about them.

use super::query::MessageLink;
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw};
use hookbell_model::handling::{Handling, HandlingConflict};
use hookbell_model::live::{LiveMessage, LiveState};
use hookbell_model::timestamp::Timestamp;

/// A thing with a message in a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// Of its live message, in the store.
    pub record: i64,
    pub destination: String,
    /// The names that it is known by.
    pub keys: Vec<String>,
    pub message: Option<MessageLink>,
    pub state: LiveState,
    pub handling: Handling,
    /// Since when somebody has to do something about it; none = nobody has.
    pub firing: Option<Timestamp>,
}

/// What is needed to draw the message of a thing again.
#[derive(Debug, Clone, PartialEq)]
pub struct ThingMessage {
    pub destination: String,
    pub live: LiveMessage,
    /// The event that it shows, with the plan of its delivery; none where it is no longer kept.
    pub shown: Option<(Event, Raw, Plan)>,
    /// Counts the changes that the message does not show yet.
    pub redraw: i64,
}

/// What people have done about a thing after a change, or why it was not changed.
pub type Handled = Result<Handling, HandlingConflict>;

/// A thing whose next step of escalation is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueEscalation {
    pub thing: Thing,
    /// Of the thing's channel.
    pub guild: Option<String>,
    /// Steps that were taken.
    pub escalated: usize,
}

impl Thing {
    /// What its message says first, as plain text.
    pub fn title(&self) -> &str {
        self.state.history.last().map_or("", |last| last.title.as_str())
    }

    pub fn is_over(&self) -> bool {
        self.state.closed || self.handling.resolved.is_some()
    }
}
