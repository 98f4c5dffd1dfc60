//! Reads an interaction from Discord's JSON, as it comes over the gateway or by HTTP, into plain values. What hookbell
//! does not need may be missing or new.

mod read;

use std::collections::BTreeMap;

use hookbell_model::secret::Secret;

use super::options::Options;
use super::permissions::Permissions;

/// An interaction: who asks for what, where, and how the answer is addressed.
#[derive(Debug, Clone)]
pub(super) struct Interaction {
    pub(super) id: String,
    pub(super) application: String,
    /// A bearer token for the answers, for 15 minutes.
    pub(super) token: Secret,
    pub(super) request: Request,
    /// None where Discord names nobody.
    pub(super) user: Option<User>,
    pub(super) location: Location,
    /// A tag such as `de` or `en-US`: the language of who asks.
    pub(super) locale: String,
    /// The language of the server.
    pub(super) guild_locale: String,
    /// Of the bot, where somebody asks.
    pub(super) app_permissions: Option<Permissions>,
    /// Bytes of the files of one answer.
    pub(super) attachment_size_limit: u64,
}

/// What an interaction asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    /// Discord checks whether somebody answers; by HTTP alone.
    Ping,
    Command {
        /// Group and subcommand: `events recent`.
        name: String,
        options: Options,
    },
    /// A command of a message's menu.
    MessageCommand {
        name: String,
        /// The message's id.
        target: String,
    },
    /// Suggestions for the option that is being typed.
    Complete { name: String, options: Options, focused: FocusedOption },
    /// A button, or a select menu with the values that were chosen. `message`: the id of the message that it is below.
    Component { custom_id: String, values: Vec<String>, message: Option<String> },
    /// A form that was filled in: its texts by their custom ids.
    Submit { custom_id: String, fields: BTreeMap<String, String> },
    /// A kind that hookbell never causes.
    Unknown,
}

/// An option that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FocusedOption {
    pub(super) name: String,
    pub(super) typed: String,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    pub(super) id: String,
    /// The name that the server shows; from outside, to be escaped.
    pub(super) name: String,
}

/// Where somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Location {
    Guild {
        guild: String,
        /// The channel; for a thread its parent.
        channel: String,
        /// The thread itself.
        thread: Option<String>,
        /// Role ids of the member.
        roles: Vec<String>,
        /// Of the member, in this channel, as Discord computed them. None: no member.
        permissions: Option<Permissions>,
    },
    /// A direct message, also one of a group.
    Direct,
}

impl Request {
    /// Suggestions are asked for with each letter.
    pub(super) fn is_completion(&self) -> bool {
        matches!(self, Self::Complete { .. })
    }
}
