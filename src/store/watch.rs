//! A watch: what somebody wants to hear of in direct messages.

use serde::{Deserialize, Serialize};

use super::query::EventFilter;
use super::scope::Scope;
use hookbell_model::event::{EventId, Severity, Topic};
use hookbell_model::timestamp::Timestamp;

/// A watch, as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    pub id: i64,
    pub what: NewWatch,
    /// The newest event that they were told of, or that was there when it began.
    pub noted: EventId,
    pub created: Timestamp,
}

/// What somebody wants to hear of, and where they look.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWatch {
    /// A user's id.
    pub asker: String,
    pub guild: String,
    /// None = all of the server.
    pub channel: Option<String>,
    /// The language that it is told in.
    pub locale: String,
    pub filter: WatchFilter,
}

/// Which events. Absent = any. Stored as JSON with a version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WatchFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The key of a thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl NewWatch {
    /// Where they look.
    pub fn scope(&self) -> Scope {
        match &self.channel {
            Some(channel) => Scope::Channel { guild: self.guild.clone(), channel: channel.clone() },
            None => Scope::Guild(self.guild.clone()),
        }
    }
}

impl WatchFilter {
    /// As a query, without the key.
    pub fn events(&self) -> EventFilter {
        EventFilter {
            source: self.source.clone(),
            event_type: self.event_type.clone(),
            topic: self.topic,
            severity: self.severity,
            search: self.search.clone(),
            ..EventFilter::default()
        }
    }
}
