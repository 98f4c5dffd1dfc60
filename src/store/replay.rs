//! Deliveries that are made again, by command.

use hookbell_model::delivery::{Plan, Status};
use hookbell_model::event::EventId;

/// A delivery to be made again.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReplay {
    pub event: EventId,
    pub destination: String,
    /// Says that it is a replay, and of what.
    pub plan: Plan,
    /// The deliveries whose content it brings; none where the event had none.
    pub replayed: Vec<i64>,
    /// Also where these were replayed before.
    pub again: bool,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayResult {
    /// The new delivery's number.
    New(i64),
    /// It was replayed before, as this delivery. Of an edit only one that is still pending counts: a further edit doubles
    /// nothing.
    Already { delivery: i64, status: Status },
    /// The event, or the bytes that it came as, are no longer kept.
    Gone,
}
