//! What of a destination decides how its messages are made.

use super::own_message::OwnMessage;
use super::tags::Tags;
use hookbell_model::locale::Locale;

#[derive(Debug, Clone, Copy)]
pub struct MessageTarget<'t> {
    /// The language of its readers.
    pub locale: Locale,
    /// The tags of its forum.
    pub tags: &'t Tags,
    /// Whether its webhook's URL names a thread. Then no message can begin a post of a forum.
    pub is_thread: bool,
    /// What its feed's own template says instead.
    pub own: Option<&'t OwnMessage>,
}
