//! Events: how they are kept, and the questions about them.

use super::super::{
    Accepted, Column, EventDetails, EventFilter, EventSummary, FollowedEvent, HistoryEntry, NewEvent, PrefixMatch,
    Result, Store,
};
use hookbell_model::delivery::NewDelivery;
use hookbell_model::event::{Event, EventId, Identity, Raw};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Keeps the event (whose id is still [`EventId::UNSET`], and whose reference is its provider's id) and its
    /// deliveries in one transaction, on disk before this returns. Many calls share one commit.
    ///
    /// It is kept, and the lanes of its destinations are woken, even when this future is dropped half-way.
    pub async fn accept(&self, event: Event, raw: Raw, deliveries: Vec<NewDelivery>) -> Result<Accepted> {
        call!(self.accept(NewEvent {
            event,
            identity: Identity::Id,
            raw,
            receipt: None,
            deliveries,
            sales: Vec::new()
        }))
        .await
    }

    /// As [`Store::accept`] for all events of one request, in their order: all are kept or none. An event that is the
    /// repetition of a kept one, by its [`Identity`], is not kept but counted with that one; so the span of
    /// [`Identity::Body`] begins with the event that is kept and is not prolonged by repetitions.
    pub async fn accept_all(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>> {
        call!(self.accept_all(events)).await
    }

    /// An event with the bytes it came as; none where it is no longer kept.
    pub async fn event(&self, id: EventId) -> Result<Option<(Event, Raw)>> {
        call!(self.event(id)).await
    }

    /// Events newest first, from before `before` on (paging), at most `limit`.
    pub async fn recent(
        &self,
        filter: EventFilter,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<EventSummary>> {
        call!(self.recent(filter, before, limit)).await
    }

    /// The next events after one, in the order of acceptance, at most `limit`.
    pub async fn events_after(&self, filter: EventFilter, after: EventId, limit: usize) -> Result<Vec<EventId>> {
        call!(self.events_after(filter, after, limit)).await
    }

    /// These events as they are now, without those that are no longer kept.
    pub async fn followed(&self, ids: Vec<EventId>) -> Result<Vec<FollowedEvent>> {
        call!(self.followed(ids)).await
    }

    /// Events with what was posted for them, newest first, from before `before` on, at most `limit` and fewer where
    /// they are large; an empty page is the end.
    pub async fn history(
        &self,
        since: Option<Timestamp>,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>> {
        call!(self.history(since, before, limit)).await
    }

    /// The events whose id is `prefix` or begins with it.
    pub async fn find(&self, prefix: &str) -> Result<PrefixMatch> {
        call!(self.find(prefix)).await
    }

    pub async fn details(&self, id: EventId) -> Result<Option<EventDetails>> {
        call!(self.details(id)).await
    }

    /// The values that exist in a column, alphabetically, at most `limit`.
    pub async fn distinct(&self, column: Column, limit: usize) -> Result<Vec<String>> {
        call!(self.distinct(column, limit)).await
    }
}
