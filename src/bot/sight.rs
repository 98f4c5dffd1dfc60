//! What a server may see: events with a delivery to one of its own webhooks, and of those only its own
//! deliveries.

use super::reply::Reply;
use crate::store::{EventDetails, EventStatus, Filter, LaneState, PrefixMatch, Result, Store, WebhookChannel};
use hookbell_model::delivery::Status;
use hookbell_model::event::EventId;

/// The view of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    pub guild: String,
    /// The destinations that post into this server; never empty.
    pub destinations: Vec<String>,
}

/// The view of `guild`, or an explanation where there is nothing to see.
pub async fn of(store: &Store, guild: Option<&str>) -> Result<std::result::Result<Sight, Reply>> {
    let Some(guild) = guild else {
        return Ok(Err(Reply::text("Ask me in a server: what I may show depends on the server's own webhooks.")));
    };
    let lanes = store.lanes().await?;
    let is_here = |channel: &WebhookChannel| channel.guild.as_deref() == Some(guild);
    let here = |lane: &LaneState| lane.channel.as_ref().is_some_and(is_here);
    let destinations: Vec<String> = lanes.into_iter().filter(here).map(|lane| lane.destination).collect();
    if destinations.is_empty() {
        return Ok(Err(Reply::text(
            "No hookbell destination posts into this server, so there is nothing to show here. A destination \
             counts once hookbell has reached its webhook.",
        )));
    }
    Ok(Ok(Sight { guild: guild.to_owned(), destinations }))
}

impl Sight {
    /// Narrows a question to what may be seen; the statuses of the answer are those of this server's deliveries.
    pub fn narrow(&self, filter: Filter) -> Filter {
        Filter { destinations: Some(self.destinations.clone()), ..filter }
    }

    /// The event with this server's deliveries alone; `None` when it has none, as if it did not exist.
    pub async fn details(&self, store: &Store, id: EventId) -> Result<Option<EventDetails>> {
        let Some(mut details) = store.details(id).await? else { return Ok(None) };
        details.deliveries.retain(|(delivery, _)| self.destinations.contains(&delivery.destination));
        Ok(if details.deliveries.is_empty() { None } else { Some(details) })
    }
}

/// What a prefix may mean, before it is known what may be seen of it.
pub(super) fn ids_of(found: PrefixMatch) -> Vec<EventId> {
    match found {
        PrefixMatch::None => Vec::new(),
        PrefixMatch::One(id) => vec![id],
        PrefixMatch::Many(ids) => ids,
    }
}

/// A status as an emoji and a word.
pub fn label(status: EventStatus) -> (&'static str, &'static str) {
    match status {
        EventStatus::Unrouted => ("▫️", "unrouted"),
        EventStatus::Has(Status::Delivered) => ("✅", "delivered"),
        EventStatus::Has(Status::Pending) => ("⏳", "pending"),
        EventStatus::Has(Status::Dead) => ("❌", "dead"),
        EventStatus::Has(Status::Muted) => ("🔇", "muted"),
        EventStatus::Has(Status::Merged) => ("🔗", "merged"),
    }
}

/// The status of this name.
pub fn status_named(word: &str) -> Option<EventStatus> {
    if word == "unrouted" {
        return Some(EventStatus::Unrouted);
    }
    word.parse().ok().map(EventStatus::Has)
}
