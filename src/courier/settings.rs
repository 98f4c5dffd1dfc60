//! The courier's settings. May be replaced while it runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::config::Config;
use crate::compose::{MessageTarget, OwnMessage, Tags};
use crate::notify::HttpTarget;
use hookbell_model::feed::{Feed, FeedId};
use hookbell_model::locale::Locale;
use hookbell_model::secret::Webhook;
use hookbell_model::thread_mode::ThreadMode;
use hookbell_template::render::Templates;

/// Where deliveries go: a name, from the config or a feed's, and its webhook.
#[derive(Debug, Clone)]
pub struct Destination {
    pub name: String,
    pub webhook: Webhook,
    /// The language of its readers, for numbers, money and the texts of templates. Default English.
    pub locale: Locale,
    /// The tags of its forum by name. Default none.
    pub tags: Tags,
    /// Which messages begin a post of its forum. Default: each, or as their templates say.
    pub threads: ThreadMode,
    /// Who is told when its lane is parked or late. Default nobody.
    pub fallback: Option<Fallback>,
    /// That it is of: then it is not of the config, and it ends with its webhook.
    pub feed: Option<FeedId>,
    /// A feed's own template.
    pub own: Option<Arc<OwnMessage>>,
}

/// Where a destination's fallback notes go, and when.
#[derive(Debug, Clone)]
pub struct Fallback {
    pub to: FallbackTarget,
    /// `fallback_after`: how late the oldest delivery may be.
    pub after: Duration,
}

#[derive(Debug, Clone)]
pub enum FallbackTarget {
    Destination(String),
    Http(HttpTarget),
}

/// The courier's settings. When replaced, lanes begin and end, and every lane uses the new settings from its next
/// step on.
#[derive(Debug, Clone, Default)]
pub struct CourierSettings {
    pub templates: Templates,
    pub destinations: Vec<Destination>,
    pub config: Config,
}

impl Destination {
    /// Where a feed posts.
    pub fn of_feed(feed: &Feed) -> Self {
        Self {
            name: feed.id.destination(),
            webhook: feed.webhook.clone(),
            locale: feed.settings.locale,
            tags: Tags::default(),
            threads: ThreadMode::default(),
            fallback: None,
            feed: Some(feed.id),
            own: feed.own_template.as_ref().and_then(|own| OwnMessage::parse(&own.text).0).map(Arc::new),
        }
    }

    /// What decides how its messages are rendered.
    pub fn target(&self) -> MessageTarget<'_> {
        let (is_thread, own) = (self.webhook.thread().is_some(), self.own.as_deref());
        MessageTarget { is_thread, own, threads: self.threads, ..MessageTarget::new(self.locale, &self.tags) }
    }
}

impl CourierSettings {
    pub(super) fn destination(&self, name: &str) -> Option<&Destination> {
        self.destinations.iter().find(|destination| destination.name == name)
    }
}

/// Returns when the value was replaced since it was last taken from this receiver; never when the sender is gone. Does
/// not take it.
pub(super) async fn replaced<T>(value: &watch::Receiver<T>) {
    if value.clone().changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
