//! The names that routes may refer to.

use super::people::People;
use hookbell_model::event::Globs;

/// The names that a route may refer to.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub sources: Vec<KnownSource>,
    pub destinations: Vec<String>,
    /// Those of them whose things have a forum post each.
    pub per_key: Vec<String>,
    pub templates: Vec<String>,
    /// Those of them that have a `key`.
    pub keyed: Vec<KeyedTemplate>,
    pub people: People,
    /// Whether there is a bot, which answers buttons.
    pub has_bot: bool,
}

/// A template whose message has a `key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedTemplate {
    pub name: String,
    pub provider: String,
}

/// A source, with what its provider's file says of event types.
#[derive(Debug, Clone, Default)]
pub struct KnownSource {
    pub name: String,
    /// Empty where it is not known.
    pub provider: String,
    pub event_types: Vec<String>,
    pub routine: Globs,
}
