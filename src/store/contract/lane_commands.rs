//! What operators do to lanes, beside the running server or without one.

use super::super::{Paused, Purge, PurgeFilter, Result, Store, Wakeup};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Wakes when an operator has changed something through this process.
    pub fn changes(&self) -> Wakeup {
        call!(self.changes())
    }

    /// Stops a lane until it is resumed. Allowed beside the server.
    pub async fn pause_lane(&self, destination: &str, paused: Paused) -> Result<()> {
        call!(self.pause_lane(destination, paused)).await
    }

    /// Ends a pause; false when there was none. Allowed beside the server.
    pub async fn resume_lane(&self, destination: &str, now: Timestamp) -> Result<bool> {
        call!(self.resume_lane(destination, now)).await
    }

    /// The first deliveries of the lane are due now, and a parked lane looks up its webhook. Allowed beside the server.
    pub async fn retry_lane(&self, destination: &str, now: Timestamp) -> Result<()> {
        call!(self.retry_lane(destination, now)).await
    }

    /// What [`Store::purge_lane`] would end.
    pub async fn count_purge(&self, destination: &str, filter: PurgeFilter) -> Result<Purge> {
        call!(self.count_purge(destination, filter)).await
    }

    /// Ends pending deliveries as `muted`, in small transactions. One that is being sent at this moment is delivered all
    /// the same, and recorded so. Allowed beside the server.
    pub async fn purge_lane(&self, destination: &str, filter: PurgeFilter, now: Timestamp) -> Result<Purge> {
        call!(self.purge_lane(destination, filter, now)).await
    }

    /// A number that changes with everything that is written beside the server.
    pub async fn command_count(&self) -> Result<i64> {
        call!(self.command_count()).await
    }
}
