//! Deliveries that are made again.

use super::super::{NewReplay, ReplayResult, Result, Store};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Makes deliveries again, in their order, all in one transaction; each result is that of the replay at its place. A
    /// dead delivery that is replayed is merged into the new one. Nothing is compared with earlier events. Allowed
    /// beside the server.
    pub async fn replay(&self, replays: Vec<NewReplay>, now: Timestamp) -> Result<Vec<ReplayResult>> {
        call!(self.replay(replays, now)).await
    }

    /// What would keep each from being replayed; none = it would be made.
    pub async fn replay_obstacles(&self, replays: Vec<NewReplay>) -> Result<Vec<Option<ReplayResult>>> {
        call!(self.replay_obstacles(replays)).await
    }
}
