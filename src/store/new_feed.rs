//! A feed that is not kept yet.

use hookbell_model::feed::{FeedPlace, FeedSettings};
use hookbell_model::secret::Webhook;

/// A feed that is not kept yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    pub place: FeedPlace,
    /// Names the place's thread.
    pub webhook: Webhook,
    pub settings: FeedSettings,
}
