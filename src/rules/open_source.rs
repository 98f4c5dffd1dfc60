//! `subscribe` of `[sources.NAME]`: which servers may subscribe to it.

/// A source that people of some servers may subscribe their channels to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenSource {
    pub name: String,
    /// Ids of servers.
    pub guilds: Vec<String>,
    /// Those that its provider's file knows, for suggestions.
    pub event_types: Vec<String>,
    /// The messages of its provider, by name.
    pub templates: Vec<String>,
}
