//! The result of storing an event.

use hookbell_model::event::EventId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    New(EventId),
    /// The event is the repetition of one that is kept, whose id this is.
    Duplicate(EventId),
}
