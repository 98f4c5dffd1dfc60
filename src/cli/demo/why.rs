//! Why a message is on the demo's page: the answer of `hookbell explain` for the events that it is made of.

use crate::cli::explain;
use crate::config::Config;
use crate::store::{HistoryEntry, Store};
use hookbell_model::delivery::Delivery;
use hookbell_model::event::EventId;

/// Events that are looked through, newest first; the page shows few more messages.
const NEWEST: usize = 1000;
/// Ids that are listed.
const LISTED: usize = 12;

/// The answer for the message with this id, as text.
pub(super) async fn explain_message(config: &Config, store: &Store, message: &str) -> anyhow::Result<String> {
    let events = events_of(store, message).await?;
    let Some(first) = events.first() else {
        return Ok("No event of the last while became this message.".to_owned());
    };
    let Some(details) = store.details(*first).await? else { return Ok(format!("The event {first} is gone.")) };
    let explained = explain::text_of(details, Some(config), store).await?;
    let others = match events.len() {
        1 => String::new(),
        count => {
            let ids: Vec<String> = events.iter().take(LISTED).map(EventId::to_string).collect();
            let more = if count > LISTED { ", …" } else { "" };
            format!("{count} events are in this message: {}{more}. The first of them:\n\n", ids.join(", "))
        }
    };
    Ok(format!("{others}$ hookbell explain {first}\n\n{explained}"))
}

/// The events that became a message or edited it, oldest first.
async fn events_of(store: &Store, message: &str) -> anyhow::Result<Vec<EventId>> {
    let history = store.history(None, None, NEWEST).await?;
    let is_in = |entry: &HistoryEntry| {
        let refers = |delivery: &Delivery| delivery.message.as_ref().is_some_and(|reference| reference.id == message);
        entry.deliveries.iter().any(|(delivery, _)| refers(delivery))
    };
    Ok(history.iter().rev().filter(|entry| is_in(entry)).map(|entry| entry.event.id).collect())
}
