//! The parts of a message that notes refer to, and how much of one was cut.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::number::Numbers;

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessagePart {
    Content,
    Username,
    Avatar,
    Thread,
    Tags,
    Embeds,
    /// A part of one embed. `number` counts from 1; none = the message has only this embed.
    Embed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<usize>,
        part: EmbedPart,
    },
    Buttons,
    /// Counted from 1.
    Button(usize),
    PollQuestion,
    PollAnswers,
    /// Counted from 1.
    PollAnswer(usize),
}

/// A part of an embed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbedPart {
    Title,
    Link,
    Description,
    Color,
    Author,
    AuthorLink,
    AuthorIcon,
    Thumbnail,
    Image,
    Fields,
    /// Counted from 1.
    FieldName(usize),
    /// Counted from 1.
    FieldValue(usize),
    Footer,
    FooterIcon,
    Timestamp,
}

impl MessagePart {
    pub(super) fn describe(self, numbers: Numbers) -> String {
        match self {
            Self::Content => "content".to_owned(),
            Self::Username => "username".to_owned(),
            Self::Avatar => "avatar".to_owned(),
            Self::Thread => "thread".to_owned(),
            Self::Tags => "tags".to_owned(),
            Self::Embeds => "embeds".to_owned(),
            Self::Embed { number: None, part } => part.describe(numbers),
            Self::Embed { number: Some(number), part } => {
                format!("embed {} {}", numbers.of(number), part.describe(numbers))
            }
            Self::Buttons => "buttons".to_owned(),
            Self::Button(number) => format!("button {}", numbers.of(number)),
            Self::PollQuestion => "poll question".to_owned(),
            Self::PollAnswers => "poll answers".to_owned(),
            Self::PollAnswer(number) => format!("poll answer {}", numbers.of(number)),
        }
    }
}

impl EmbedPart {
    fn describe(self, numbers: Numbers) -> String {
        let name = match self {
            Self::Title => "title",
            Self::Link => "link",
            Self::Description => "description",
            Self::Color => "colour",
            Self::Author => "author",
            Self::AuthorLink => "author link",
            Self::AuthorIcon => "author icon",
            Self::Thumbnail => "thumbnail",
            Self::Image => "image",
            Self::Fields => "fields",
            Self::FieldName(number) => return format!("field {} name", numbers.of(number)),
            Self::FieldValue(number) => return format!("field {}", numbers.of(number)),
            Self::Footer => "footer",
            Self::FooterIcon => "footer icon",
            Self::Timestamp => "timestamp",
        };
        name.to_owned()
    }
}

impl fmt::Display for MessagePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Numbers::Exact))
    }
}

/// How much of a text was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lost {
    /// As a reader counts them: an escape is one, a link is as long as its label.
    Characters(usize),
    Lines(usize),
}

impl Lost {
    pub const NOTHING: Self = Self::Characters(0);

    pub fn count(self) -> usize {
        match self {
            Self::Characters(count) | Self::Lines(count) => count,
        }
    }

    /// `1,204 characters`; with `more` as the qualifier `1,204 more characters`.
    pub fn qualified(self, qualifier: &str) -> String {
        self.describe(qualifier, Numbers::Exact)
    }

    pub(super) fn describe(self, qualifier: &str, numbers: Numbers) -> String {
        let (count, one, many) = match self {
            Self::Characters(count) => (count, "character", "characters"),
            Self::Lines(count) => (count, "line", "lines"),
        };
        let noun = if count == 1 && numbers == Numbers::Exact { one } else { many };
        let blank = if qualifier.is_empty() { "" } else { " " };
        format!("{}{blank}{qualifier} {noun}", numbers.of(count))
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.qualified(""))
    }
}
