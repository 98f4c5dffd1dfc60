//! What is watched: the condition of lanes and what their fallbacks were told; sources that send nothing.

use super::super::{Backlog, LaneHealth, Result, Store, ToldCondition};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// The condition of one lane.
    pub async fn lane_health(&self, destination: &str) -> Result<LaneHealth> {
        call!(self.lane_health(destination)).await
    }

    /// What waits in one lane.
    pub async fn backlog(&self, destination: &str) -> Result<Backlog> {
        call!(self.backlog(destination)).await
    }

    /// Records what the fallback of a lane was told; none = that all is well.
    pub async fn tell_fallback(&self, destination: &str, told: Option<ToldCondition>) -> Result<()> {
        call!(self.tell_fallback(destination, told)).await
    }

    /// When the newest kept event of a source was received.
    pub async fn last_received(&self, source: &str) -> Result<Option<Timestamp>> {
        call!(self.last_received(source)).await
    }

    /// How many events of a source were received from `from` to `to`, counted up to `limit`.
    pub async fn count_between(&self, source: &str, from: Timestamp, to: Timestamp, limit: u64) -> Result<u64> {
        call!(self.count_between(source, from, to, limit)).await
    }

    /// Since when it is reported that a source sends nothing.
    pub async fn silence(&self, source: &str) -> Result<Option<Timestamp>> {
        call!(self.silence(source)).await
    }

    /// Records that it is reported; none = that it sends again.
    pub async fn set_silence(&self, source: &str, since: Option<Timestamp>) -> Result<()> {
        call!(self.set_silence(source, since)).await
    }
}
