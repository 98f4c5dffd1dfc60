//! The names that routes may refer to.

use super::people::People;
use hookbell_model::event::Globs;

/// The names that a route may refer to.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub sources: Vec<KnownSource>,
    pub destinations: Vec<String>,
    pub templates: Vec<String>,
    pub people: People,
}

/// A source, with what its provider's file says of event types.
#[derive(Debug, Clone, Default)]
pub struct KnownSource {
    pub name: String,
    pub event_types: Vec<String>,
    pub routine: Globs,
}
