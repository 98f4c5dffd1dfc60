//! What is posted: plain values in Discord's shape, and Discord's limits. `fit_message` brings a message
//! within all of them, [`Message::to_post`] writes it as Discord reads it, [`Message::from_json`] the reverse.

mod body;
mod read;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::delivery::Mention;

/// Discord's limits, in Unicode code points, inclusive, after trimming. Source: the developer
/// documentation, "Embed Limits" and "Execute Webhook"; URL lengths from the official OpenAPI file.
pub mod limit {
    pub const CONTENT: usize = 2000;
    pub const USERNAME: usize = 80;
    pub const EMBEDS: usize = 10;
    pub const TITLE: usize = 256;
    pub const DESCRIPTION: usize = 4096;
    pub const FIELDS: usize = 25;
    pub const FIELD_NAME: usize = 256;
    pub const FIELD_VALUE: usize = 1024;
    pub const FOOTER: usize = 2048;
    pub const AUTHOR: usize = 256;
    /// Title, description, field names and values, footer and author name over all embeds of a message.
    pub const EMBED_SUM: usize = 6000;
    pub const URL: usize = 2048;
    pub const BUTTONS_A_ROW: usize = 5;
    pub const ROWS: usize = 5;
    pub const BUTTON_LABEL: usize = 80;
    pub const BUTTON_URL: usize = 512;
    /// Ids in one `allowed_mentions` list.
    pub const MENTIONS: usize = 100;
    /// The title of a forum post.
    pub const THREAD: usize = 100;
    /// Tags of a forum post.
    pub const TAGS: usize = 5;
    /// The description of a file.
    pub const ALT_TEXT: usize = 1024;
    pub const POLL_QUESTION: usize = 300;
    pub const POLL_ANSWERS: usize = 10;
    pub const POLL_ANSWER: usize = 55;
    /// 32 days.
    pub const POLL_HOURS: u32 = 768;
}

/// A message on its way to a webhook. Empty means absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    pub username: String,
    pub avatar_url: String,
    pub content: String,
    /// Only the mode matters: the content has a limit of its own and shares it with the pings alone.
    pub content_fit: Fit,
    pub embeds: Vec<Embed>,
    pub buttons: Vec<Button>,
    /// Buttons that send their id to the bot: before the others, and only where the webhook belongs to the bot. At most five.
    pub actions: Vec<ActionButton>,
    /// All pings of the message; written before the content.
    pub mention: Vec<Mention>,
    /// Posted without a notification.
    pub silent: bool,
    /// Links in the content have no preview, and embeds are not shown.
    pub suppress_embeds: bool,
    /// Read aloud by clients that do so. Only in a POST.
    pub tts: bool,
    /// Title of the post to begin in a forum or media channel. Only in a POST; Discord refuses it elsewhere.
    pub thread: String,
    /// The forum's tags, by name or id; only those by id are posted, and only with `thread`.
    pub tags: Vec<String>,
    /// Only in a POST: an edit can neither add nor change one.
    pub poll: Option<Poll>,
    /// Only in a POST: an edit keeps the files that are there.
    pub files: Vec<Attachment>,
    /// How to see the rest, such as `/events show k3f9x2mq`, in plain words. Shown when something was cut or
    /// left out, and only then; fitting takes it from here when it does.
    pub rest_hint: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Embed {
    pub title: String,
    pub url: String,
    pub description: String,
    #[serde(skip)]
    pub description_fit: Fit,
    /// 0 to 0xFFFFFF.
    pub color: Option<u32>,
    pub author: Author,
    pub thumbnail: String,
    pub image: String,
    pub fields: Vec<Field>,
    pub footer: Footer,
    /// RFC 3339.
    pub timestamp: String,
}

impl Embed {
    /// The characters that count towards [`limit::EMBED_SUM`].
    pub fn characters(&self) -> usize {
        let own = [&self.title, &self.description, &self.author.name, &self.footer.text];
        let fields = self.fields.iter().flat_map(|field| [&field.name, &field.value]);
        own.into_iter().chain(fields).map(|text| text.chars().count()).sum()
    }
}

/// A button that sends its custom id to the application that owns the webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionButton {
    pub label: String,
    /// 1 to 100 characters, unique in the message.
    pub custom_id: String,
    /// The one that most will press.
    pub is_primary: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Author {
    pub name: String,
    pub url: String,
    pub icon_url: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Footer {
    pub text: String,
    pub icon_url: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: String,
    pub inline: bool,
    /// How the value is cut.
    #[serde(skip)]
    pub fit: Fit,
}

/// A link button; the only kind that a webhook made by hand may carry.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub url: String,
}

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// An embed shows it as `attachment://FILENAME`.
    pub filename: String,
    /// What it shows, for those who do not see it.
    pub description: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    pub question: String,
    pub answers: Vec<String>,
    /// How long it is open, in hours: 1 to 768.
    pub hours: u32,
    pub multiselect: bool,
}

/// Which part of a text is cut when it does not fit, and in which order texts are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fit {
    pub mode: FitMode,
    /// The order in which texts are cut when a message exceeds the 6000 characters of its embeds. `None`: the default
    /// of its part, [`Shrink::DESCRIPTION`] or [`Shrink::VALUE`].
    pub shrink: Option<Shrink>,
    /// Not cut below this many characters while anything else can be cut. `None`: 300 for a description, 100
    /// for a field's value. Discord's limits take precedence, and less than 40 counts as 40, so that the marker that
    /// counts what is missing always fits.
    pub min: Option<usize>,
}

crate::string_enum! {
    /// Which part of a text is cut: the end (`… and 1,204 more characters`), the middle (`… 1,204 characters left
    /// out …`, for stack traces and logs), or whole lines at the end (`… and 12 more lines`).
    FitMode { End = "end", Middle = "middle", Lines = "lines" }
}

#[expect(clippy::derivable_impls, reason = "the macro derives for all word enums alike")]
impl Default for FitMode {
    fn default() -> Self {
        Self::End
    }
}

/// 1 to 9: texts with a larger number are cut first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shrink(u8);

/// A number that is no [`Shrink`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 1 (gives way last) to 9 (first)")]
pub struct InvalidShrink;

impl Shrink {
    /// The default of a description.
    pub const DESCRIPTION: Self = Self(7);
    /// The value of every footer.
    pub const FOOTER: Self = Self(5);
    /// The default of a field's value.
    pub const VALUE: Self = Self(3);

    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Shrink {
    type Error = InvalidShrink;

    fn try_from(number: i64) -> Result<Self, InvalidShrink> {
        let found = u8::try_from(number).ok().filter(|number| (1..=9).contains(number));
        found.map(Self).ok_or(InvalidShrink)
    }
}

impl fmt::Display for Shrink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrink_is_read_and_checked() {
        for mode in FitMode::ALL.iter().copied() {
            assert_eq!(mode.as_str().parse(), Ok(mode));
        }
        assert!("start".parse::<FitMode>().is_err());
        assert_eq!((1..=9).filter_map(|number| Shrink::try_from(number).ok()).count(), 9);
        for wrong in [i64::MIN, -1, 0, 10, 257, i64::MAX] {
            assert!(Shrink::try_from(wrong).is_err(), "{wrong}");
        }
        assert!(Shrink::DESCRIPTION > Shrink::FOOTER && Shrink::FOOTER > Shrink::VALUE);
    }
}
