//! Deliveries that are held back to be in one message with others.

use hookbell_model::delivery::{CollectCause, Plan, Reason};
use hookbell_model::live::LiveUpdate;
use hookbell_model::timestamp::Timestamp;

/// A delivery that leaves its lane until its digest is made.
#[derive(Debug, Clone)]
pub struct Collection {
    pub delivery: i64,
    /// When the digest is due.
    pub until: Timestamp,
    pub reason: Reason,
    /// What is recorded about its live message, which has no post yet.
    pub live: Option<LiveUpdate>,
}

/// The collected deliveries of one route to one destination that are due together.
#[derive(Debug, Clone, PartialEq)]
pub struct CollectedGroup {
    pub destination: String,
    /// When they are due.
    pub until: Timestamp,
    /// The plan of the first of them; its route is that of all.
    pub plan: Plan,
    pub cause: CollectCause,
    /// When the first of them was accepted.
    pub since: Timestamp,
    /// The lane still holds deliveries that were accepted before they are due, and may belong to them.
    pub is_incomplete: bool,
}
