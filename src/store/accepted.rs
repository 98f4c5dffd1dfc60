//! The answer to an event that was handed to the store.

use hookbell_model::event::EventId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    New(EventId),
    /// The source has sent this event before; the id is the first one's.
    Duplicate(EventId),
}
