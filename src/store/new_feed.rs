//! A feed that is not kept yet.

use hookbell_model::feed::{FeedPlace, FeedSettings};
use hookbell_model::secret::Webhook;

/// A feed that is not kept yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    pub place: FeedPlace,
    /// The id of the bot's application, whose webhook it is.
    pub application: String,
    /// Names the place's thread.
    pub webhook: Webhook,
    pub settings: FeedSettings,
}
