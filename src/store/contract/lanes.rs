//! Lanes: the lease, the queue, and what becomes of its deliveries.

use super::super::{
    ClaimedLane, LaneState, Parked, Postponement, QueuedDelivery, Result, Settlement, Store, Wakeup, WebhookChannel,
};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Wakes when something is accepted or replayed for a destination, or its lane is unparked. What another process does
    /// is seen by [`Store::command_count`].
    pub fn wakeup(&self, destination: &str) -> Wakeup {
        call!(self.wakeup(destination))
    }

    /// Takes the lane until `until` when it is free, expired or already this owner's; `None` when another
    /// owner holds it.
    pub async fn claim_lane(
        &self,
        destination: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<ClaimedLane>> {
        call!(self.claim_lane(destination, owner, now, until)).await
    }

    /// Gives back every lane of this owner.
    pub async fn release_lanes(&self, owner: &str) -> Result<()> {
        call!(self.release_lanes(owner)).await
    }

    /// Gives back one lane, if it is this owner's.
    pub async fn release_lane(&self, destination: &str, owner: &str) -> Result<()> {
        call!(self.release_lane(destination, owner)).await
    }

    /// The first pending deliveries of a lane, at most `limit`, whether or not they are due: what is urgent, then as they
    /// were accepted. Fewer where they are large. A delivery that is `collecting` is in no lane.
    pub async fn heads(&self, destination: &str, limit: usize) -> Result<Vec<QueuedDelivery>> {
        call!(self.heads(destination, limit)).await
    }

    /// When messages of this lane were posted since then, oldest first. Only the last two thousand deliveries before
    /// its head are examined.
    pub async fn posts_since(&self, destination: &str, since: Timestamp) -> Result<Vec<Timestamp>> {
        call!(self.posts_since(destination, since)).await
    }

    /// The number of the newest message that is recorded for a lane, among its last two thousand deliveries.
    pub async fn last_message(&self, destination: &str, is_urgent: bool) -> Result<Option<u64>> {
        call!(self.last_message(destination, is_urgent)).await
    }

    /// Records what the next request of a lane carries, and what an earlier one of an unknown outcome did, where that is
    /// more than its first delivery: after a crash those may have been posted. The outcome of its request ends it for each.
    pub async fn set_in_flight(&self, destination: &str, deliveries: Vec<i64>) -> Result<()> {
        call!(self.set_in_flight(destination, deliveries)).await
    }

    /// What the request may have carried that was under way when a lane ended unexpectedly.
    pub async fn open_deliveries(&self, destination: &str) -> Result<Vec<i64>> {
        call!(self.open_deliveries(destination)).await
    }

    /// Ends deliveries, with their attempts, and remembers their messages' keys and posts, all in one transaction. One
    /// that has ended already stays as it is.
    pub async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<()> {
        call!(self.settle(settlements, now)).await
    }

    /// Records why and until when deliveries wait, all in one transaction. Of a delivery's attempts the last hundred
    /// are kept. One that is not pending stays as it is.
    pub async fn postpone(&self, postponements: Vec<Postponement>, now: Timestamp) -> Result<()> {
        call!(self.postpone(postponements, now)).await
    }

    pub async fn park_lane(&self, destination: &str, parked: Parked) -> Result<()> {
        call!(self.park_lane(destination, parked)).await
    }

    /// Unparks a lane and wakes its task.
    pub async fn unpark_lane(&self, destination: &str) -> Result<()> {
        call!(self.unpark_lane(destination)).await
    }

    /// Records where the lane's webhook posts.
    pub async fn set_channel(&self, destination: &str, channel: WebhookChannel) -> Result<()> {
        call!(self.set_channel(destination, channel)).await
    }

    /// Records that a webhook posts into another channel of its server by now.
    pub async fn move_channel(&self, destination: &str, fingerprint: String, channel: &str) -> Result<()> {
        call!(self.move_channel(destination, fingerprint, channel)).await
    }

    /// Forgets where the lane posts: it has another webhook. Until that one's place is known nobody sees what waits.
    pub async fn forget_channel(&self, destination: &str) -> Result<()> {
        call!(self.forget_channel(destination)).await
    }

    /// Every lane that was ever claimed, parked or given a channel, or that has something pending, by name.
    pub async fn lanes(&self) -> Result<Vec<LaneState>> {
        call!(self.lanes()).await
    }
}
