//! What people want to hear of in direct messages.

use super::super::{NewWatch, Result, Store, Watch};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

impl Store {
    pub async fn watches(&self) -> Result<Vec<Watch>> {
        call!(self.watches()).await
    }

    /// Its number; none where the person has `most` already. What is there now is no news.
    pub async fn add_watch(&self, new: NewWatch, most: u64, now: Timestamp) -> Result<Option<i64>> {
        call!(self.add_watch(new, most, now)).await
    }

    /// Ends a watch, where `asker` is named theirs alone; false when there is no such one.
    pub async fn end_watch(&self, id: i64, asker: Option<&str>) -> Result<bool> {
        call!(self.end_watch(id, asker)).await
    }

    /// They were told of everything up to this event.
    pub async fn watch_noted(&self, id: i64, newest: EventId) -> Result<()> {
        call!(self.watch_noted(id, newest)).await
    }

    /// The event that was accepted last.
    pub async fn newest_event(&self) -> Result<Option<EventId>> {
        call!(self.newest_event()).await
    }
}
