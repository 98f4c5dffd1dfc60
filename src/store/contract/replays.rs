//! Deliveries that are made by command.

use super::super::{NewEvent, NewReplay, ReplayResult, Result, Store};
use hookbell_model::delivery::NewDelivery;
use hookbell_model::event::{Event, EventId, Identity, Raw};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Makes deliveries again, in their order, all in one transaction; each result is that of the replay at its place. A
    /// dead delivery that is replayed is merged into the new one. Nothing is compared with earlier events. Allowed
    /// beside the server.
    pub async fn replay(&self, replays: Vec<NewReplay>, now: Timestamp) -> Result<Vec<ReplayResult>> {
        call!(self.replay(replays, now)).await
    }

    /// Keeps an event that somebody made up to see its messages, with a reference of its own, and its deliveries.
    pub async fn accept_test(
        &self,
        event: Event,
        raw: Raw,
        deliveries: Vec<NewDelivery>,
        now: Timestamp,
    ) -> Result<EventId> {
        let event = Event { reference: format!("test-{:016x}", fastrand::u64(..)), ..event };
        call!(self.accept_test(
            NewEvent { event, identity: Identity::Id, raw, receipt: None, deliveries, sales: Vec::new() },
            now
        ))
        .await
    }

    /// What would keep each from being replayed; none = it would be made.
    pub async fn replay_obstacles(&self, replays: Vec<NewReplay>) -> Result<Vec<Option<ReplayResult>>> {
        call!(self.replay_obstacles(replays)).await
    }
}
