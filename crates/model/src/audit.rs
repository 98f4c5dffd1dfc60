//! Who changed what: what operators do, in Discord or on the command line.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::delivery::{MuteId, MuteMatcher};
use crate::feed::{FeedEnd, FeedId, FeedSettings};
use crate::handling::HandlingChange;
use crate::timestamp::Timestamp;

/// Who changes something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub actor: Actor,
    /// The Discord server and channel in which they did it; none on the command line.
    pub place: Option<AuthorPlace>,
}

/// A channel of a Discord server, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorPlace {
    pub guild: String,
    pub channel: String,
}

/// Who changes something. Stored as JSON with a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// A Discord user, with the name that they had then.
    Discord { id: String, name: String },
    /// Somebody on the machine; by the name of their account, where it is known.
    CommandLine { user: Option<String> },
    /// hookbell itself: what it noticed at Discord.
    Hookbell,
}

/// What somebody changed. Stored as JSON with a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum AuditAction {
    Muted {
        mute: MuteId,
        matcher: MuteMatcher,
        reason: String,
        until: Timestamp,
    },
    Unmuted {
        mutes: Vec<MuteId>,
    },
    LanePaused {
        destination: String,
    },
    LaneResumed {
        destination: String,
    },
    LaneRetried {
        destination: String,
    },
    /// Deliveries that waited were ended.
    LanePurged {
        destination: String,
        count: u64,
    },
    /// Deliveries were made again.
    Replayed {
        destinations: Vec<String>,
        count: u64,
    },
    /// Something was done about an alert.
    Handled {
        /// What its message says first.
        title: String,
        #[serde(flatten)]
        change: HandlingChange,
    },
    /// A sample was posted, marked as a test.
    Tested {
        destinations: Vec<String>,
    },
    /// A channel was subscribed to something.
    FeedMade {
        feed: FeedId,
        settings: FeedSettings,
    },
    FeedEdited {
        feed: FeedId,
        settings: FeedSettings,
    },
    FeedEnded {
        feed: FeedId,
        cause: FeedEnd,
    },
    /// A feed's own template was kept, or one before it was taken up again; none = it has none any more.
    FeedTemplateSet {
        feed: FeedId,
        version: Option<u32>,
    },
}

impl Author {
    /// hookbell itself, about a place.
    pub fn hookbell(place: AuthorPlace) -> Self {
        Self { actor: Actor::Hookbell, place: Some(place) }
    }

    /// Somebody on the machine.
    pub fn command_line(user: Option<String>) -> Self {
        Self { actor: Actor::CommandLine { user }, place: None }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discord { id, name } => write!(f, "{name} ({id})"),
            Self::CommandLine { user: Some(user) } => write!(f, "{user} on the command line"),
            Self::CommandLine { user: None } => f.write_str("the command line"),
            Self::Hookbell => f.write_str("hookbell"),
        }
    }
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Muted { mute, matcher, reason, until } => {
                write!(f, "muted {matcher} until {until} (mute {mute}): {reason}")
            }
            Self::Unmuted { mutes } => {
                let mutes: Vec<String> = mutes.iter().map(ToString::to_string).collect();
                write!(f, "ended mute {}", mutes.join(", "))
            }
            Self::LanePaused { destination } => write!(f, "paused the lane {destination}"),
            Self::LaneResumed { destination } => write!(f, "resumed the lane {destination}"),
            Self::LaneRetried { destination } => write!(f, "had the lane {destination} tried again"),
            Self::LanePurged { destination, count } => write!(f, "purged {count} of the lane {destination}"),
            Self::Replayed { destinations, count } => write!(f, "replayed {count} to {}", destinations.join(", ")),
            Self::Handled { title, change } => match change {
                HandlingChange::Acknowledge => write!(f, "took “{title}”"),
                HandlingChange::Unacknowledge => write!(f, "gave “{title}” back"),
                HandlingChange::Assign { to } => write!(f, "gave “{title}” to {}", to.name),
                HandlingChange::Note { text } => write!(f, "noted on “{title}”: {text}"),
                HandlingChange::Resolve => write!(f, "resolved “{title}”"),
            },
            Self::Tested { destinations } => write!(f, "posted a test to {}", destinations.join(", ")),
            Self::FeedMade { feed, settings } => write!(f, "made feed {feed}: {settings}"),
            Self::FeedEdited { feed, settings } => write!(f, "edited feed {feed}: {settings}"),
            Self::FeedEnded { feed, cause } => write!(f, "ended feed {feed}: {cause}"),
            Self::FeedTemplateSet { feed, version: Some(version) } => {
                write!(f, "set the template of feed {feed} to its version {version}")
            }
            Self::FeedTemplateSet { feed, version: None } => write!(f, "removed the template of feed {feed}"),
        }
    }
}
