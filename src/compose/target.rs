//! What of a destination decides how its messages are made.

use super::own_message::OwnMessage;
use super::tags::Tags;
use hookbell_model::locale::Locale;
use hookbell_model::thread_mode::ThreadMode;

#[derive(Debug, Clone, Copy)]
pub struct MessageTarget<'t> {
    /// The language of its readers.
    pub locale: Locale,
    /// The tags of its forum.
    pub tags: &'t Tags,
    /// Whether its webhook's URL names a thread. Then no message can begin a post of a forum.
    pub is_thread: bool,
    /// Which messages begin a post of its forum.
    pub threads: ThreadMode,
    /// Whether its webhook belongs to the bot, so that messages may have buttons that the bot answers.
    pub is_bot_owned: bool,
    /// What its feed's own template says instead.
    pub own: Option<&'t OwnMessage>,
}

impl<'t> MessageTarget<'t> {
    /// A channel of readers with this language, by a webhook that was made by hand.
    pub fn new(locale: Locale, tags: &'t Tags) -> Self {
        Self { locale, tags, is_thread: false, threads: ThreadMode::default(), is_bot_owned: false, own: None }
    }
}
