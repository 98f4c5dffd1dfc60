//! The feeds that somebody may see from where they ask.

use crate::bot::command::Call;
use crate::bot::error::CommandError;
use crate::store::Scope;
use hookbell_model::feed::{Feed, FeedId, FeedPlace};

/// Those of a scope, the oldest first.
pub(super) async fn feeds(call: &Call, scope: &Scope) -> Result<Vec<Feed>, CommandError> {
    Ok(call.store.feeds().await?.into_iter().filter(|feed| is_in(&feed.place, scope)).collect())
}

/// One of them, as somebody wrote its number.
pub(super) async fn feed(call: &Call, written: &str, scope: &Scope) -> Result<Feed, CommandError> {
    let id: FeedId = written.parse().map_err(|_| CommandError::NoSuchFeed)?;
    feeds(call, scope).await?.into_iter().find(|feed| feed.id == id).ok_or(CommandError::NoSuchFeed)
}

fn is_in(place: &FeedPlace, scope: &Scope) -> bool {
    match scope {
        Scope::Everything => true,
        Scope::Guild(guild) => place.guild == *guild,
        Scope::Channel { guild, channel } => place.guild == *guild && place.channel == *channel,
    }
}
