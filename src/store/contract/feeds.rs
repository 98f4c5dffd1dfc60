//! Feeds: what channels are subscribed to.

use super::super::{NewFeed, Result, Store};
use hookbell_model::feed::{Feed, FeedEnd, FeedId, FeedSettings};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// All feeds, the oldest first.
    pub async fn feeds(&self) -> Result<Vec<Feed>> {
        call!(self.feeds()).await
    }

    pub async fn add_feed(&self, new: NewFeed, now: Timestamp) -> Result<FeedId> {
        call!(self.add_feed(new, now)).await
    }

    /// False when there is no such feed, or nothing differs.
    pub async fn edit_feed(&self, feed: FeedId, settings: FeedSettings, now: Timestamp) -> Result<bool> {
        call!(self.edit_feed(feed, settings, now)).await
    }

    /// Ends a feed, and what waits for it, in one transaction; false when there is no such feed. Without an
    /// author hookbell itself has noticed it. What is accepted for it
    /// afterwards, because its request had been routed before, ends at once.
    pub async fn end_feed(&self, feed: FeedId, cause: FeedEnd, now: Timestamp) -> Result<bool> {
        call!(self.end_feed(feed, cause, now)).await
    }

    /// Keeps a template as the feed's newest and takes it into use; its version, none where there is no such feed.
    pub async fn keep_feed_template(&self, feed: FeedId, text: String, now: Timestamp) -> Result<Option<u32>> {
        call!(self.keep_feed_template(feed, text, now)).await
    }

    /// Takes a kept template of the feed into use again, or none; false when there is no such one, or it is in use.
    pub async fn set_feed_template(&self, feed: FeedId, version: Option<u32>, now: Timestamp) -> Result<bool> {
        call!(self.set_feed_template(feed, version, now)).await
    }
}
