//! Feeds: what people of a Discord server subscribed a channel, thread or forum to. Each is a route and a destination beside
//! those of the config.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::event::{Severity, Topic};
use crate::locale::Locale;
use crate::privacy::Masks;
use crate::secret::Webhook;
use crate::timestamp::Timestamp;

/// The beginning of the destination names that feeds have.
const PREFIX: &str = "feed-";

/// The number of a feed; the first one is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeedId(pub i64);

/// A text that is no number of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the number of a feed, which `/feeds list` shows")]
pub struct ParseFeedIdError;

/// A feed, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    pub id: FeedId,
    pub place: FeedPlace,
    /// The id of the bot's application, whose webhook it is.
    pub application: String,
    /// Names the thread.
    pub webhook: Webhook,
    pub settings: FeedSettings,
    pub created: Timestamp,
    /// The message that was made for it in Discord: TOML; none = the shipped ones.
    pub own_template: Option<OwnTemplate>,
}

/// Where a feed posts, by Discord's ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPlace {
    pub guild: String,
    pub channel: String,
    /// A thread of the channel.
    pub thread: Option<String>,
}

/// What a feed takes and how it is shown: what can be edited. Stored as JSON with a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedSettings {
    pub source: String,
    /// A glob over the event type; none = what is notable.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// Events of this severity and worse ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// A message of the config by its name, e.g. `stripe.payment`; none = the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What is masked besides what the strictest route of the source masks.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub mask: Masks,
    /// Whether its alerts have buttons.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub buttons: bool,
    /// The language of its readers.
    #[serde(default)]
    pub locale: Locale,
}

/// A message that was made for a feed in Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTemplate {
    /// Counts up with each that is kept; the first one is 1.
    pub version: u32,
    pub text: String,
}

/// Why a feed ended. Stored as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedEnd {
    Unsubscribed,
    /// Somebody deleted its webhook.
    WebhookGone,
    /// Its channel or thread is gone.
    ChannelGone,
    /// The bot was removed from its server.
    BotLeft,
}

impl FeedSettings {
    /// Whether both take the same events, however they are shown.
    pub fn takes_the_same_as(&self, other: &Self) -> bool {
        let taken = |settings: &Self| {
            let Self { source, event_type, topic, severity, .. } = settings.clone();
            (source, event_type, topic, severity)
        };
        taken(self) == taken(other)
    }
}

fn is_empty(masks: &Masks) -> bool {
    masks.is_empty()
}

impl FeedId {
    /// The name of its destination and route.
    pub fn destination(self) -> String {
        format!("{PREFIX}{}", self.0)
    }

    /// The feed whose destination has this name.
    pub fn of_destination(name: &str) -> Option<Self> {
        let number = name.strip_prefix(PREFIX)?;
        let id: Self = number.parse().ok()?;
        // Written in one way alone.
        (id.destination() == name).then_some(id)
    }
}

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for FeedId {
    type Err = ParseFeedIdError;

    fn from_str(text: &str) -> Result<Self, ParseFeedIdError> {
        text.parse().ok().filter(|id| *id > 0).map(Self).ok_or(ParseFeedIdError)
    }
}

impl fmt::Display for FeedSettings {
    /// `stripe, type invoice.*, severity error`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, event_type, topic, severity, template, mask, buttons, locale: _ } = self;
        f.write_str(source)?;
        let masked = mask.kinds().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" and ");
        let parts = [
            ("type", event_type.clone()),
            ("topic", topic.map(|topic| topic.to_string())),
            ("severity", severity.map(|severity| severity.to_string())),
            ("template", template.clone()),
            ("masked:", (!masked.is_empty()).then_some(masked)),
        ];
        for (name, value) in parts.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            write!(f, ", {name} {value}")?;
        }
        if *buttons {
            f.write_str(" with buttons")?;
        }
        Ok(())
    }
}

impl fmt::Display for FeedEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsubscribed => "unsubscribed",
            Self::WebhookGone => "its webhook was deleted",
            Self::ChannelGone => "its channel is gone",
            Self::BotLeft => "the bot left the server",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_of_a_feed_is_told_by_its_name_alone() {
        assert_eq!(FeedId::of_destination(&FeedId(7).destination()), Some(FeedId(7)));
        for other in ["feed-", "feed-0", "feed-07", "feed-+7", "feed-x", "feeds-7", "7", "feed--7"] {
            assert_eq!(FeedId::of_destination(other), None, "{other}");
        }
    }
}
