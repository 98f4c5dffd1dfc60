//! Looks for news of what people watch, and sends each their note. Whether they may still see the place is asked of Discord
//! before each note, and a note says what they could read there, no more.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::commands::events::watch::{needed, note};
use super::direct_message;
use super::dispatch::Dispatcher;
use super::membership;
use super::words::Words;
use crate::discord::api::ApiError;
use crate::store::{self, EventSummary, Paging, Watch};
use hookbell_model::event::EventId;

/// Between two looks. What came in since the one before is left for the next one: by then its message is mostly there.
const INTERVAL: Duration = Duration::from_secs(3);
/// Between two notes of one watch: what comes meanwhile is in the next one.
const BETWEEN_NOTES: Duration = Duration::from_secs(30);
/// After Discord did not take one.
const AFTER_FAILURE: Duration = Duration::from_secs(120);
/// Events that are looked at in one step.
const PAGE: usize = 50;
/// Discord's number for somebody who takes no messages of the bot.
const CANNOT_SEND: i64 = 50_007;

/// How far each watch has been looked, and when it may be told again. What was told is in the store.
#[derive(Debug, Default)]
struct Progress {
    reached: BTreeMap<i64, EventId>,
    not_before: BTreeMap<i64, Instant>,
}

/// What became of a watch.
enum Noted {
    Sent,
    /// They may not see the place any more, or take no messages.
    Over,
    Failed(ApiError),
}

/// Looks until the session ends.
pub(super) async fn follow(dispatcher: &Dispatcher) -> Infallible {
    let mut progress = Progress::default();
    let mut settled = None;
    loop {
        let newest = dispatcher.store.newest_event().await.ok().flatten();
        if let Some(settled) = settled
            && let Err(error) = look(dispatcher, &mut progress, settled).await
        {
            tracing::debug!(%error, "what people watch cannot be read");
        }
        settled = newest;
        sleep(INTERVAL).await;
    }
}

async fn look(dispatcher: &Dispatcher, progress: &mut Progress, settled: EventId) -> store::Result<()> {
    let watches = dispatcher.store.watches().await?;
    let known: BTreeSet<i64> = watches.iter().map(|watch| watch.id).collect();
    progress.reached.retain(|id, _| known.contains(id));
    progress.not_before.retain(|id, at| known.contains(id) && *at > Instant::now());
    for watch in watches {
        if !progress.not_before.contains_key(&watch.id) {
            look_for(dispatcher, progress, &watch, settled).await?;
        }
    }
    Ok(())
}

async fn look_for(
    dispatcher: &Dispatcher,
    progress: &mut Progress,
    watch: &Watch,
    settled: EventId,
) -> store::Result<()> {
    let from = progress.reached.get(&watch.id).copied().unwrap_or(watch.noted).max(watch.noted);
    if from >= settled {
        return Ok(());
    }
    let filter = watch.what.filter.events();
    let page = dispatcher.store.recent_page(watch.what.scope(), filter, Paging::After(from), PAGE).await?;
    let newest = page.events.first().map(|summary| summary.event.id);
    let reached = match (page.reached, newest) {
        (Some(reached), _) => reached.id,
        (None, Some(newest)) if page.has_newer => newest,
        _ => settled,
    };
    let mut events: Vec<EventSummary> = page.events.into_iter().filter(|summary| summary.event.id <= settled).collect();
    events.reverse();
    if let Some(key) = &watch.what.filter.key {
        let of_thing = events_of(dispatcher, watch, key).await?;
        // A key that is masked for them is none that they could know.
        events.retain(|summary| of_thing.contains(&summary.event.id) && summary.masks.text(key) == key.as_str());
    }
    let Some(last) = events.last().map(|summary| summary.event.id) else {
        progress.reached.insert(watch.id, reached.min(settled));
        return Ok(());
    };
    match tell(dispatcher, watch, &events).await {
        Noted::Sent => {
            dispatcher.store.watch_noted(watch.id, last).await?;
            progress.reached.insert(watch.id, reached.min(settled).max(last));
            progress.not_before.insert(watch.id, Instant::now() + BETWEEN_NOTES);
        }
        Noted::Over => {
            dispatcher.store.end_watch(watch.id, None).await?;
        }
        Noted::Failed(error) => {
            tracing::debug!(watch = watch.id, reason = %error, "a note could not be sent; it is tried again");
            progress.not_before.insert(watch.id, Instant::now() + AFTER_FAILURE);
        }
    }
    Ok(())
}

/// The events of a thing at the destinations of the place.
async fn events_of(dispatcher: &Dispatcher, watch: &Watch, key: &str) -> store::Result<BTreeSet<EventId>> {
    let mut events = BTreeSet::new();
    for destination in dispatcher.store.destinations_in(watch.what.scope()).await? {
        for thing in dispatcher.store.live_messages(&destination, vec![key.to_owned()]).await? {
            events.extend(thing.state.history.iter().map(|event| event.id));
            events.extend(thing.state.shown.map(|shown| shown.id));
        }
    }
    Ok(events)
}

async fn tell(dispatcher: &Dispatcher, watch: &Watch, events: &[EventSummary]) -> Noted {
    let settings = dispatcher.settings.borrow().clone();
    let Some(settings) = settings else { return Noted::Failed(ApiError::TimedOut) };
    let what = &watch.what;
    let place = (what.guild.as_str(), what.channel.as_deref());
    let client = &dispatcher.client;
    match membership::holds(client, &settings.config.access, &what.asker, place, needed(what)).await {
        Ok(true) => {}
        Ok(false) => return Noted::Over,
        // The bot is no longer there, or cannot see the channel: nobody can say that they may.
        Err(error) if matches!(error.status(), Some(403 | 404)) => return Noted::Over,
        Err(error) => return Noted::Failed(error),
    }
    let reply = note(watch.id, &what.filter, events, Words::of(&what.locale));
    let last = events.last().map(|summary| summary.event.id).unwrap_or(watch.noted);
    let nonce = format!("{}-{}", watch.id, last.0);
    match direct_message::send(client, &what.asker, &reply, &nonce).await {
        Ok(()) => Noted::Sent,
        Err(error) if error.code() == Some(CANNOT_SEND) => Noted::Over,
        Err(error) => Noted::Failed(error),
    }
}
