//! What a command is: its name, its options, who may use it, and a function from what is asked to an answer. All that
//! registration, suggestions, dispatch and the docs need to know of it is here.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use super::answer::{Answer, AnswerKind, OptionChoice};
use super::application::Application;
use super::base36;
use super::error::CommandError;
use super::gate::{Capability, Gate, Viewer};
use super::options::Options;
use super::settings::Settings;
use super::state::BotHealth;
use super::words::{Language, Words};
use crate::store::{Scope, Store};
use hookbell_model::audit::{Actor, Author, AuthorPlace};
use hookbell_model::timestamp::Timestamp;

/// A command, with the buttons, menus and forms that its answers hold.
#[derive(Debug)]
pub(super) struct Command {
    /// Group and subcommand, as one types them: `events recent`. Of a message command its key in the texts.
    pub(super) name: &'static str,
    pub(super) form: CommandForm,
    pub(super) capability: Capability,
    /// What its first answer is.
    pub(super) answer: AnswerKind,
    /// Required ones first.
    pub(super) options: &'static [OptionSpec],
    pub(super) run: Run,
    pub(super) actions: &'static [Action],
}

/// Where Discord shows a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandForm {
    /// Typed after a slash.
    Slash,
    /// In the menu of a message; its one option is the message's id, `target`.
    Message,
}

/// An option of a command. Its texts are `option.NAME.name` and `option.NAME.description`, or those of the command
/// alone, `command.COMMAND.option.NAME.…`.
#[derive(Debug)]
pub(super) struct OptionSpec {
    /// In English, as the code reads it.
    pub(super) name: &'static str,
    pub(super) kind: OptionKind,
    pub(super) required: bool,
}

/// Looks into all channels of the server.
pub(super) const EVERYWHERE_OPTION: OptionSpec = OptionSpec::new("everywhere", OptionKind::Flag);

#[derive(Debug, Clone, Copy)]
pub(super) enum OptionKind {
    Text {
        /// In characters.
        max_length: u16,
        suggest: Option<Suggest>,
    },
    /// One of these words; its text is `choice.WORD`.
    Choice(&'static [&'static str]),
    Number {
        min: i64,
        max: i64,
    },
    Flag,
    Channel,
    Person,
}

/// A button, a select menu or a form.
#[derive(Debug)]
pub(super) struct Action {
    /// Unique among all: lower-case letters and `-`.
    pub(super) name: &'static str,
    pub(super) capability: Capability,
    /// What its answer is.
    pub(super) answer: AnswerKind,
    pub(super) run: RunAction,
}

/// What was pressed, chosen or filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pressed {
    /// The key of the custom id; untrusted.
    pub(super) key: String,
    /// Of a select menu; untrusted.
    pub(super) values: Vec<String>,
    /// The id of the message that it is below.
    pub(super) message: Option<String>,
    /// Of a form.
    pub(super) fields: BTreeMap<String, String>,
}

/// What a command is called with.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) viewer: Viewer,
    pub(super) options: Options,
    /// With readers of the bot's own.
    pub(super) store: Store,
    pub(super) settings: Arc<Settings>,
    pub(super) words: Words,
    pub(super) now: Timestamp,
    /// Bytes of the files of the answer.
    pub(super) attachment_size_limit: u64,
    /// Where the options say to look; the viewer has it in view.
    pub(super) looks: Where,
    pub(super) gate: Arc<Gate>,
    /// The bot at Discord.
    pub(super) application: Application,
    /// The language of the server where they ask; empty where Discord does not say.
    pub(super) guild_locale: String,
    /// Of the bot.
    pub(super) health: BotHealth,
}

/// Where a question looks. In a custom id: `h`, `s`, or `c` and the channel's id in base 36.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Where {
    /// In the channel where one asks.
    Here,
    /// In all of the server.
    Server,
    Channel(String),
}

/// A text that is no [`Where`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ParseWhereError;

pub(super) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, CommandError>> + Send + 'a>>;
pub(super) type Run = for<'a> fn(&'a Call) -> Answering<'a>;
pub(super) type RunAction = for<'a> fn(&'a Call, &'a Pressed) -> Answering<'a>;
/// The suggestions for what is typed, the best first; at most 25 are shown.
pub(super) type Suggest = for<'a> fn(&'a Call, &'a str) -> Suggesting<'a>;
pub(super) type Suggesting<'a> = Pin<Box<dyn Future<Output = Result<Vec<OptionChoice>, CommandError>> + Send + 'a>>;

impl Call {
    /// Who asks, for the audit.
    pub(super) fn author(&self) -> Author {
        let Viewer { user, name, place, .. } = &self.viewer;
        Author {
            actor: Actor::Discord { id: user.clone(), name: name.clone() },
            place: place
                .as_ref()
                .map(|place| AuthorPlace { guild: place.guild.clone(), channel: place.channel.clone() }),
        }
    }

    /// Where the options say to look.
    pub(super) fn place(&self) -> Where {
        self.looks.clone()
    }

    /// What may be read where an earlier answer looked, decided anew.
    ///
    /// # Errors
    /// When they may not look there any more.
    pub(super) fn look_again(&self, place: &Where) -> Result<Scope, CommandError> {
        let mut viewer = self.viewer.clone();
        match place {
            Where::Here => {}
            Where::Server => viewer.see_server(&self.settings.config.access)?,
            Where::Channel(channel) => self.gate.look_again(&mut viewer, channel)?,
        }
        Ok(viewer.scope)
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here => f.write_str("h"),
            Self::Server => f.write_str("s"),
            Self::Channel(id) => write!(f, "c{}", base36::write(id.parse().unwrap_or_default())),
        }
    }
}

impl FromStr for Where {
    type Err = ParseWhereError;

    fn from_str(text: &str) -> Result<Self, ParseWhereError> {
        match text.split_at_checked(1) {
            Some(("h", "")) => Ok(Self::Here),
            Some(("s", "")) => Ok(Self::Server),
            Some(("c", id)) => base36::read(id).map(|id| Self::Channel(id.to_string())).ok_or(ParseWhereError),
            _ => Err(ParseWhereError),
        }
    }
}

impl Command {
    /// `events` of `events recent`.
    pub(super) fn group(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(group, _)| group)
    }

    /// The beginning of its keys in the texts.
    pub(super) fn text_key(&self) -> String {
        format!("command.{}", self.name.replace(' ', "."))
    }
}

impl OptionSpec {
    /// The beginning of its keys in the texts: those of the command alone go before those that commands share.
    pub(super) fn text_key(&self, command: &Command) -> String {
        let own = format!("{}.option.{}", command.text_key(), self.name);
        if Language::English.has(&format!("{own}.name")) { own } else { format!("option.{}", self.name) }
    }

    /// One that completes while it is typed.
    pub(super) const fn suggested(name: &'static str, suggest: Suggest) -> Self {
        Self { name, kind: OptionKind::Text { max_length: 100, suggest: Some(suggest) }, required: false }
    }

    pub(super) const fn new(name: &'static str, kind: OptionKind) -> Self {
        Self { name, kind, required: false }
    }

    #[must_use]
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}
