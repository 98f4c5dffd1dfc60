//! The end of a feed whose webhook, channel or thread somebody deleted at Discord. A destination of the config is parked
//! instead: its URL can be replaced.

use tracing::info;

use super::settings::Destination;
use crate::store::{self, Store};
use hookbell_model::feed::{FeedEnd, FeedId};
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;

/// Discord's numbers of errors.
const UNKNOWN_CHANNEL: i64 = 10_003;
const UNKNOWN_WEBHOOK: i64 = 10_015;

/// The feed that ends with this error of its webhook, and why; none where it is not the destination of a feed, or its
/// webhook may come to life again.
pub(super) fn of(destination: &Destination, error: &WebhookError) -> Option<(FeedId, FeedEnd)> {
    let feed = destination.feed?;
    match (error.status, error.code) {
        (_, Some(UNKNOWN_CHANNEL)) => Some((feed, FeedEnd::ChannelGone)),
        (_, Some(UNKNOWN_WEBHOOK)) | (Some(404), Some(_)) => Some((feed, FeedEnd::WebhookGone)),
        _ => None,
    }
}

/// Ends it, with what waits for it; its lane ends when the feed is no longer among the destinations.
pub(super) async fn end(store: &Store, feed: FeedId, cause: FeedEnd, now: Timestamp) -> store::Result<()> {
    if store.end_feed(feed, cause, now).await? {
        info!(%feed, %cause, "a feed has ended");
    }
    Ok(())
}
