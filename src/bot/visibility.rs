//! What a server may see: events with a delivery to one of its own webhooks, and of those only its own deliveries.

use super::context::Context;
use super::error::CommandError;
use crate::store::{self, EventDetails, EventFilter, LaneState, PrefixMatch, Store, WebhookChannel};
use hookbell_model::event::EventId;

/// What one server may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visibility {
    pub(super) guild: String,
    /// The destinations that post into this server; never empty.
    destinations: Vec<String>,
}

impl Visibility {
    /// # Errors
    /// In a direct message, in a server that no destination posts into, and when the store cannot answer.
    pub(super) async fn of(context: &Context) -> Result<Self, CommandError> {
        let Some(guild) = &context.guild else { return Err(CommandError::NotInServer) };
        let is_here = |channel: &WebhookChannel| channel.guild.as_ref() == Some(guild);
        let posts_here = |lane: &LaneState| lane.channel.as_ref().is_some_and(is_here);
        let lanes = context.store.lanes().await?;
        let destinations: Vec<String> = lanes.into_iter().filter(posts_here).map(|lane| lane.destination).collect();
        if destinations.is_empty() {
            return Err(CommandError::NoDestination);
        }
        Ok(Self { guild: guild.clone(), destinations })
    }

    /// Restricts a filter to what may be seen; the statuses in its results are those of this server's deliveries.
    pub(super) fn restrict(&self, filter: EventFilter) -> EventFilter {
        EventFilter { destinations: Some(self.destinations.clone()), ..filter }
    }

    /// The event with this server's deliveries alone, masked as in its messages; `None` when it has none, as if it did not exist.
    pub(super) async fn details(&self, store: &Store, id: EventId) -> store::Result<Option<EventDetails>> {
        let Some(mut details) = store.details(id).await? else { return Ok(None) };
        details.deliveries.retain(|(delivery, _)| self.destinations.contains(&delivery.destination));
        if details.deliveries.is_empty() {
            return Ok(None);
        }
        details.event = details.masked_event();
        Ok(Some(details))
    }

    /// The visible events whose id begins with `prefix`.
    pub(super) async fn find(&self, store: &Store, prefix: &str) -> store::Result<Vec<EventDetails>> {
        let ids = match store.find(prefix).await? {
            PrefixMatch::None => Vec::new(),
            PrefixMatch::One(id) => vec![id],
            PrefixMatch::Many(ids) => ids,
        };
        let mut visible = Vec::new();
        for id in ids {
            visible.extend(self.details(store, id).await?);
        }
        Ok(visible)
    }
}
