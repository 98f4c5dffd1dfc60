//! Questions of people who may see a part of what is kept.

use super::super::{Class, EventDetails, EventFilter, Paging, PrefixMatch, RecentPage, Result, Scope, Store};
use hookbell_model::event::EventId;

impl Store {
    /// Events within a scope, newest first, at most `limit`, whatever comes in meanwhile. Statuses, masks, titles and links are
    /// those of the deliveries within the scope. Answers within some 200 ms also where no index helps: the page then says how
    /// far was looked.
    pub async fn recent_page(
        &self,
        scope: Scope,
        filter: EventFilter,
        paging: Paging,
        limit: usize,
    ) -> Result<RecentPage> {
        call!(self.recent_page(scope, filter, paging, limit)).await
    }

    /// The events within a scope whose id is `prefix` or begins with it; of many the newest few.
    pub async fn find_in(&self, prefix: &str, scope: Scope) -> Result<PrefixMatch> {
        call!(self.find_in(prefix, scope)).await
    }

    /// An event with its deliveries within a scope alone, masked as for their readers; none where it has none, as if it did not
    /// exist.
    pub async fn details_in(&self, id: EventId, scope: Scope) -> Result<Option<EventDetails>> {
        call!(self.details_in(id, scope)).await
    }

    /// The events behind a message, newest first, at most 25: what was posted in it, and what was merged into it or edited it.
    pub async fn events_of_message(&self, scope: Scope, message: &str) -> Result<Vec<EventId>> {
        call!(self.events_of_message(scope, message)).await
    }

    /// What has been seen within a scope, the newest first.
    pub async fn classes(&self, scope: Scope) -> Result<Vec<Class>> {
        call!(self.classes(scope)).await
    }

    /// The destinations that post within a scope now; none for [`Scope::Everything`].
    pub async fn destinations_in(&self, scope: Scope) -> Result<Vec<String>> {
        call!(self.destinations_in(scope)).await
    }

    /// Whether a destination posts within a scope, or something was posted there.
    pub async fn has_place(&self, scope: Scope) -> Result<bool> {
        call!(self.has_place(scope)).await
    }
}
