//! What a question may read: where the messages are that it may know of.

/// What a question may read. An event is within a scope when one of its deliveries is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// For the command line, and for operators in direct messages.
    Everything,
    /// All channels of a Discord server, by its id.
    Guild(String),
    /// One channel of a server, with its threads.
    Channel { guild: String, channel: String },
}
