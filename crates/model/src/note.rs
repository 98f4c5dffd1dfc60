//! Notes: what differs between a message and its template. Each is typed data, which is stored with the delivery and
//! compared; its text is made by [`Display`](std::fmt::Display) alone.

mod alike;
mod body;
mod number;
mod part;
mod url;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::delay::DelayCause;
use crate::locale::Locale;
use crate::timestamp::format_duration;

pub use self::body::{BodyNote, JsonKind};
use self::number::Numbers;
pub use self::part::{EmbedPart, Lost, MessagePart};
pub use self::url::UrlProblem;

/// One difference between a message and its template.
///
/// In JSON each is an object with its `type`; variants and keys are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Note {
    // Discord's limits.
    /// A text was cut.
    Cut {
        part: MessagePart,
        lost: Lost,
    },
    /// Embeds or fields were left out; a line in the message counts them.
    LeftOut {
        part: MessagePart,
        count: usize,
    },
    /// There were `over` more than the `limit`.
    TooMany {
        part: MessagePart,
        over: usize,
        limit: usize,
    },
    /// Pings that did not fit into the content or into `allowed_mentions`.
    PingsLeftOut {
        count: usize,
    },
    /// A text was longer than the limit for any text.
    TextTooLong {
        key: String,
        cut: usize,
    },
    /// A colour over 0xFFFFFF was set to that.
    ColorClamped {
        part: MessagePart,
    },
    /// How long a poll is open was set to `hours`, which Discord takes.
    PollHoursClamped {
        hours: u32,
        limit: u32,
    },
    /// Discord would show only the first of two embeds with one URL.
    RepeatedEmbedUrl {
        part: MessagePart,
    },

    // Values that Discord would have refused.
    UrlLeftOut {
        part: MessagePart,
        problem: UrlProblem,
    },
    InvalidTimestamp {
        part: MessagePart,
    },
    UsernameChanged,
    PollLeftOut,
    /// Nothing was left: a line about that was posted.
    EmptyMessage,
    /// The destination has no tag of this name.
    UnknownTag {
        tag: String,
    },

    // Values that a template lacked, and failures.
    /// A path that is missing in the data was printed, as nothing.
    MissingValue {
        path: String,
        key: String,
    },
    /// A text, its `if` or its `each` cannot be evaluated on this event.
    TextFailed {
        key: String,
        clause: Clause,
        error: String,
    },
    /// A text that is no URL which could be posted.
    UrlUnusable {
        key: String,
        problem: String,
    },
    /// A value from data that the key cannot take.
    ValueIgnored {
        key: String,
    },
    /// What `raw` holds and no message can carry.
    Raw {
        key: String,
        note: BodyNote,
    },
    VarFailed {
        name: String,
        error: String,
    },
    /// A template's `when` failed, so the template was not used.
    WhenFailed {
        template: String,
        error: String,
    },
    /// The route names a template that does not exist.
    UnknownTemplate {
        template: String,
    },
    /// Nothing of a template could be shown; `cause` is its first failure, none = every text came out empty.
    TemplateFailed {
        template: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<Box<Note>>,
    },
    /// Every text of a template came out empty.
    NothingToShow,
    /// Rendering panicked.
    TemplatePanicked,

    // What is wrong with the data.
    /// The event's amount cannot be read as a number: `text` is what was sent, and what is shown.
    AmountUnread {
        text: String,
    },

    // Whom a route pings.
    /// `[people]` has nobody of this name.
    UnknownPerson {
        name: String,
    },
    /// The text that names people cannot be evaluated on this event.
    PersonFailed {
        error: String,
    },
    /// The event names `count` more people than the `limit` of one entry.
    PeopleLeftOut {
        count: usize,
        limit: usize,
    },

    // Differences because of the channel.
    /// The webhook's URL names a thread.
    ThreadIgnored,
    /// The webhook's channel is no forum.
    ThreadLeftOut,
    /// The forum requires a title and the template gives none.
    ThreadDerived,
    /// The destination's posts are per key, and its channel can have none.
    NoPosts {
        reason: String,
    },
    /// The thing is over, and its post was not archived.
    PostNotArchived {
        cause: NotArchivedCause,
    },
    /// The post of this title is gone or locked.
    PostRestarted {
        reason: String,
    },
    /// The forum does not have the tags.
    TagsRefused {
        reason: String,
    },
    /// The forum requires a tag.
    TagAdded {
        tag: String,
    },

    /// It was posted late.
    Delayed {
        seconds: u64,
        cause: DelayCause,
    },

    /// A note that was stored before notes had types.
    Untyped {
        text: String,
    },
}

/// Why the post of a thing that is over stays open.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotArchivedCause {
    /// Only a bot can archive.
    NoBot,
    /// The bot lacks the permission.
    NotAllowed { error: String },
    /// Discord answered something else, however often it was tried.
    Failed { error: String },
}

/// The part of a text's definition that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    Text,
    If,
    Each,
}

impl Note {
    /// Whether it is about one of Discord's limits. Every other note is about a mistake in the template, in the data
    /// or in the config.
    pub fn is_limit(&self) -> bool {
        match self {
            Self::Cut { .. }
            | Self::LeftOut { .. }
            | Self::TooMany { .. }
            | Self::PingsLeftOut { .. }
            | Self::TextTooLong { .. }
            | Self::ColorClamped { .. }
            | Self::PollHoursClamped { .. }
            | Self::RepeatedEmbedUrl { .. } => true,
            Self::UrlLeftOut { problem, .. } => matches!(problem, UrlProblem::TooLong { .. }),
            _ => false,
        }
    }

    /// Whether a part of the message is missing because it could not be evaluated.
    pub fn is_evaluation_failure(&self) -> bool {
        matches!(self, Self::TextFailed { .. })
    }

    /// How much a limit cost, in the unit of the note; 0 where it is no limit.
    pub fn amount(&self) -> usize {
        match self {
            Self::Cut { lost, .. } => lost.count(),
            Self::LeftOut { count, .. } | Self::PingsLeftOut { count } => *count,
            Self::TooMany { over, .. } => *over,
            Self::TextTooLong { cut, .. } => *cut,
            _ => 0,
        }
    }

    /// The part of the message that it is about, where it is about one.
    pub fn part(&self) -> Option<MessagePart> {
        match self {
            Self::Cut { part, .. }
            | Self::LeftOut { part, .. }
            | Self::TooMany { part, .. }
            | Self::ColorClamped { part }
            | Self::RepeatedEmbedUrl { part }
            | Self::UrlLeftOut { part, .. }
            | Self::InvalidTimestamp { part } => Some(*part),
            _ => None,
        }
    }

    /// The text without its numbers: the same for `description: 7 characters cut` and
    /// `description: 1,204 characters cut`.
    pub fn summary(&self) -> String {
        self.describe(Numbers::Elided)
    }

    fn describe(&self, numbers: Numbers) -> String {
        let number = |number: usize| numbers.of(number);
        let part = |part: &MessagePart| part.describe(numbers);
        match self {
            Self::Cut { part: cut, lost } => format!("{}: {} cut", part(cut), lost.describe("", numbers)),
            Self::LeftOut { part: list, count } => format!("{}: {} left out", part(list), number(*count)),
            Self::TooMany { part: list, over, limit } => {
                format!("{}: {} more than {} left out", part(list), number(*over), number(*limit))
            }
            Self::PingsLeftOut { count } => format!("pings: {} left out, over Discord's limit", number(*count)),
            Self::TextTooLong { key, cut } => {
                format!("`{key}` came out too long: its last {} characters were left out", number(*cut))
            }
            Self::ColorClamped { part: color } => format!("{}: over 0xFFFFFF, set to that", part(color)),
            Self::PollHoursClamped { hours, limit } => {
                let [hours, limit] = [hours, limit].map(|hours| number(*hours as usize));
                format!("poll duration: set to {hours}, Discord takes 1 to {limit} hours")
            }
            Self::RepeatedEmbedUrl { part: link } => {
                format!("{}: left out, an earlier embed has the same", part(link))
            }
            Self::UrlLeftOut { part: link, problem } => {
                format!("{}: link left out, {}", part(link), problem.describe(numbers))
            }
            Self::InvalidTimestamp { part: time } => format!("{}: left out, not RFC 3339", part(time)),
            Self::UsernameChanged => "username: changed where Discord would refuse it".to_owned(),
            Self::PollLeftOut => "poll: left out, it needs a question and an answer".to_owned(),
            Self::EmptyMessage => "the message was empty: posted as a line that says so".to_owned(),
            Self::UnknownTag { tag } => {
                format!("tags: `{tag}` left out, the destination has no tag of this name")
            }
            Self::MissingValue { path, key } => format!("missing: {path} used in `{key}`"),
            Self::TextFailed { key, clause, error } => {
                let clause = match clause {
                    Clause::Text => "",
                    Clause::If => "its `if` ",
                    Clause::Each => "its `each` ",
                };
                format!("`{key}` failed and was left out: {clause}{error}")
            }
            Self::UrlUnusable { key, problem } => format!("`{key}` was left out: {problem}"),
            Self::ValueIgnored { key } => format!("`{key}` was ignored: its value is none that it can take"),
            Self::Raw { key, note } => format!("`{key}`: {note}"),
            Self::VarFailed { name, error } => format!("var `{name}` {error}"),
            Self::WhenFailed { template, error } => {
                format!("message `{template}` was passed over: its `when` {error}")
            }
            Self::UnknownTemplate { template } => {
                format!("there is no message `{template}`, so the first that fits was taken")
            }
            Self::TemplateFailed { template, cause } => {
                let cause = cause.as_deref().unwrap_or(&Self::NothingToShow).describe(numbers);
                format!("template `{template}` failed: {cause}")
            }
            Self::NothingToShow => "nothing is left to be seen: every text came out empty".to_owned(),
            Self::TemplatePanicked => "the template failed unexpectedly".to_owned(),
            Self::AmountUnread { text } => format!("amount: `{text}` cannot be read, so it is shown as it came"),
            Self::UnknownPerson { name } => format!("mention: nobody is pinged for `{name}`, who is not in `[people]`"),
            Self::PersonFailed { error } => format!("mention: `person:…` failed and pings nobody: {error}"),
            Self::PeopleLeftOut { count, limit } => {
                format!("mention: {} people more than {} are not pinged", number(*count), number(*limit))
            }
            Self::ThreadIgnored => "thread: ignored, the webhook's URL names one".to_owned(),
            Self::ThreadLeftOut => "thread: left out, the webhook's channel is no forum".to_owned(),
            Self::ThreadDerived => {
                "thread: made of the message, because the forum requires a title and the template gives none".to_owned()
            }
            Self::NoPosts { reason } => {
                format!("thread: `per_key` has no effect, the webhook's channel is no forum: {reason}")
            }
            Self::PostNotArchived { cause } => format!("the post was not archived: {cause}"),
            Self::PostRestarted { reason } => {
                format!("a new post was begun, the one of this title is gone or locked: {reason}")
            }
            Self::TagsRefused { reason } => format!("tags: left out, the forum does not have them: {reason}"),
            Self::Delayed { seconds, cause } => {
                let delay = format_duration(Duration::from_secs(*seconds));
                format!("delayed {delay}: {}", Locale::default().delay_cause(*cause))
            }
            Self::TagAdded { tag } => format!("tags: `{tag}` was taken, because the forum requires one"),
            Self::Untyped { text } => text.clone(),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Numbers::Exact))
    }
}

impl fmt::Display for NotArchivedCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBot => f.write_str("there is no bot, which alone can do that"),
            Self::NotAllowed { error } => {
                write!(f, "the bot needs the permissions View Channel and Manage Threads there: {error}")
            }
            Self::Failed { error } => f.write_str(error),
        }
    }
}

#[cfg(test)]
mod tests;
