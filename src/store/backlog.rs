//! What is known of a lane that may be in trouble, and what was said of it.

use serde::{Deserialize, Serialize};

use super::lane::{Parked, Paused};
use hookbell_model::delivery::Reason;
use hookbell_model::own_event::{LaneCondition, WorstEvent};
use hookbell_model::timestamp::Timestamp;

/// The condition of one lane, without a count of what waits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LaneHealth {
    pub parked: Option<Parked>,
    pub paused: Option<Paused>,
    /// When the oldest pending delivery was accepted.
    pub oldest: Option<Timestamp>,
    /// Why that one waits.
    pub reason: Option<Reason>,
    /// What its fallback was told last; none = nothing, or that all is well again.
    pub told: Option<ToldCondition>,
}

/// What a fallback was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldCondition {
    pub state: LaneCondition,
    pub since: Timestamp,
}

/// What waits in a lane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    pub count: u64,
    /// The worst of the first few thousand, masked as its route says; of equal ones the first.
    pub worst: Option<WorstEvent>,
}
