//! Templates as they are listed, for commands that show them.

use hookbell_config_file::Location;

/// A template as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSummary {
    /// `stripe.payment`.
    pub name: String,
    pub provider: String,
    /// The event types it takes, as globs; empty = every one of the provider.
    pub on: Vec<String>,
    /// Whether it takes only some of these events (`when`).
    pub conditional: bool,
    /// Whether it is the user's own.
    pub own: bool,
    /// Whether it has a `key`: its message is edited when more of the same thing comes.
    pub has_key: bool,
}

/// A template of the user's own that no event gets by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowedTemplate {
    pub name: String,
    /// The one before it that takes all its types, whatever the event.
    pub by: String,
    pub location: Location,
}
