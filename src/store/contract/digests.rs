//! Deliveries that are held back, and their digests.

use super::super::{Accepted, CollectedGroup, Collection, NewEvent, Result, Store};
use hookbell_model::delivery::NewDelivery;
use hookbell_model::event::{Event, Identity, Raw};
use hookbell_model::own_event::DigestEvent;
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Takes deliveries out of their lane, to be in one message with others. One that is not pending stays as it is.
    pub async fn collect(&self, collections: Vec<Collection>, now: Timestamp) -> Result<()> {
        call!(self.collect(collections, now)).await
    }

    /// The collected deliveries that are due, one route to one destination each, and when the next ones are. Of one
    /// destination those of another route follow when these have ended.
    pub async fn due_digests(&self, now: Timestamp) -> Result<(Vec<CollectedGroup>, Option<Timestamp>)> {
        call!(self.due_digests(now)).await
    }

    /// Brings the deliveries of a group back into their lane, and wakes it.
    pub async fn release(&self, group: CollectedGroup) -> Result<()> {
        call!(self.release(group)).await
    }

    /// The deliveries of a group with a greater id than `after`, by their ids, with their events; at most `limit`.
    pub async fn collected(&self, group: CollectedGroup, after: i64, limit: usize) -> Result<Vec<DigestEvent>> {
        call!(self.collected(group, after, limit)).await
    }

    /// Keeps the event of a digest with its delivery, and ends the deliveries of the group through this one as merged
    /// into it, all in one transaction.
    pub async fn accept_digest(
        &self,
        event: Event,
        raw: Raw,
        deliveries: Vec<NewDelivery>,
        group: CollectedGroup,
        through: i64,
    ) -> Result<Accepted> {
        call!(self.accept_digest(
            NewEvent { event, identity: Identity::Id, raw, receipt: None, deliveries, sales: Vec::new() },
            group,
            through
        ))
        .await
    }
}
