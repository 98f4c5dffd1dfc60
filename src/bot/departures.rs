//! Servers that the bot has left, and channels that are gone: their feeds end. The gateway tells it at once where feeds are
//! possible; without a gateway, and for what happened meanwhile, Discord is asked.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use http::Method;
use tokio::time::sleep;

use super::dispatch::Dispatcher;
use crate::discord::api::{ApiError, ApiRequest};
use crate::store;
use hookbell_model::feed::{Feed, FeedEnd};
use hookbell_model::timestamp::Timestamp;

/// Between two rounds of questions; the first one is at the start.
const INTERVAL: Duration = Duration::from_secs(600);
/// Between two questions of a round.
const APART: Duration = Duration::from_millis(500);
const TIMEOUT: Duration = Duration::from_secs(10);

/// What is no longer there for the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Departure {
    Server(String),
    /// A channel or a thread.
    Channel(String),
}

/// Ends the feeds of what is gone.
pub(super) async fn note(dispatcher: &Dispatcher, departure: &Departure) {
    if let Err(error) = end_feeds(dispatcher, departure).await {
        tracing::warn!(%error, ?departure, "the end of feeds cannot be recorded; Discord is asked again later");
    }
}

async fn end_feeds(dispatcher: &Dispatcher, departure: &Departure) -> store::Result<()> {
    for feed in own_feeds(dispatcher).await? {
        let place = &feed.place;
        let cause = match departure {
            Departure::Server(guild) if place.guild == *guild => FeedEnd::BotLeft,
            Departure::Channel(id) if place.channel == *id || place.thread.as_ref() == Some(id) => FeedEnd::ChannelGone,
            _ => continue,
        };
        if dispatcher.store.end_feed(feed.id, cause, Timestamp::now()).await? {
            tracing::info!(feed = %feed.id, %cause, "a feed has ended");
        }
    }
    Ok(())
}

/// Those whose webhooks are of this bot's application: another one may be where this one is not.
async fn own_feeds(dispatcher: &Dispatcher) -> store::Result<Vec<Feed>> {
    let application = dispatcher.application.borrow().clone().unwrap_or_default();
    let feeds = dispatcher.store.feeds().await?;
    Ok(feeds.into_iter().filter(|feed| feed.application == application).collect())
}

/// Asks Discord now and then whether the bot is still in the servers that have feeds.
pub(super) async fn watch(dispatcher: &Dispatcher) -> Infallible {
    let mut application = dispatcher.application.subscribe();
    // Never an error while the dispatcher is there.
    application.wait_for(Option::is_some).await.ok();
    loop {
        let guilds: BTreeSet<String> = match own_feeds(dispatcher).await {
            Ok(feeds) => feeds.into_iter().map(|feed| feed.place.guild).collect(),
            Err(error) => {
                tracing::debug!(%error, "the feeds cannot be read");
                BTreeSet::new()
            }
        };
        for guild in guilds {
            if has_left(dispatcher, &guild).await {
                note(dispatcher, &Departure::Server(guild)).await;
            }
            sleep(APART).await;
        }
        sleep(INTERVAL).await;
    }
}

async fn has_left(dispatcher: &Dispatcher, guild: &str) -> bool {
    let path = ["guilds", guild];
    let request = ApiRequest { as_bot: true, ..ApiRequest::new(Method::GET, &path, TIMEOUT) };
    match dispatcher.client.request(request).await {
        // Unknown Guild, Missing Access: by their own numbers, so that no server in between can say so.
        Err(ApiError::Answered { code: Some(10_004 | 50_001), .. }) => true,
        Ok(_) | Err(_) => false,
    }
}
