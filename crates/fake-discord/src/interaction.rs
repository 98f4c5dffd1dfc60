//! Interactions: commands that were typed, components that were used, forms that were sent, and how the bot answered.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::member::Member;
use crate::message::StoredMessage;

/// How long the first response may take at Discord. [D interactions/receiving-and-responding]
pub(crate) const FIRST_RESPONSE: Duration = Duration::from_secs(3);
const TOKEN_LIFETIME: Duration = Duration::from_secs(15 * 60);
const KEPT: usize = 500;

/// Discord's numbers for the types of interaction.
pub(crate) const PING: i64 = 1;
pub(crate) const COMMAND: i64 = 2;
pub(crate) const COMPONENT: i64 = 3;
pub(crate) const AUTOCOMPLETE: i64 = 4;
pub(crate) const MODAL: i64 = 5;

/// What a member sees after an interaction.
#[derive(Debug, Clone, PartialEq)]
pub enum InteractionResponse {
    /// A message; [`StoredMessage::is_ephemeral`] says whether only this member sees it.
    Message(StoredMessage),
    /// The message whose component was used, as it is now.
    Updated(StoredMessage),
    /// Still "thinking" when the time was over.
    Thinking(StoredMessage),
    /// Suggestions for an option: name and value.
    Choices(Vec<Value>),
    /// A form to fill in.
    Modal(Value),
    /// The bot took notice of a component (type 6), and has changed nothing when the time was over.
    Acknowledged,
    /// Nothing within the time for the first response: "The application did not respond".
    NoAnswer,
}

/// An interaction that was sent to the bot.
#[derive(Debug)]
pub(crate) struct Interaction {
    pub(crate) id: String,
    pub(crate) token: String,
    /// Discord's number for its type.
    pub(crate) kind: i64,
    pub(crate) channel: String,
    /// `None` in direct messages.
    pub(crate) guild: Option<String>,
    pub(crate) member: Member,
    pub(crate) created: Instant,
    /// How old it was when it was created here.
    pub(crate) age: Duration,
    /// The command that was typed, with its subcommand: `events recent`.
    pub(crate) command: Option<String>,
    /// The id of the message whose component was used, also to open a form.
    pub(crate) source: Option<String>,
    /// The type of the option that is completed.
    pub(crate) focused: Option<i64>,
    /// The metadata of the interaction that opened the form.
    pub(crate) opened_by: Option<Value>,
    pub(crate) acknowledgement: Option<Acknowledgement>,
}

/// How the bot answered an interaction at first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Acknowledgement {
    /// A message, or "thinking", with this id.
    Message(String),
    /// The message of the component was changed (`done`), or will be.
    Update {
        done: bool,
    },
    Choices(Vec<Value>),
    Modal(Value),
}

/// The last interactions, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Interactions(VecDeque<Interaction>);

impl InteractionResponse {
    /// The message, if there is one.
    pub fn message(&self) -> Option<&StoredMessage> {
        match self {
            Self::Message(message) | Self::Updated(message) | Self::Thinking(message) => Some(message),
            Self::Choices(_) | Self::Modal(_) | Self::Acknowledged | Self::NoAnswer => None,
        }
    }
}

impl Interaction {
    pub(crate) fn elapsed(&self) -> Duration {
        self.created.elapsed() + self.age
    }

    /// The servers and users that the application was installed to, as far as they let this interaction happen.
    pub(crate) fn owners(guild: Option<&str>) -> Value {
        // "0" is the installation to the bot's own direct messages. [D receiving-and-responding "Authorizing Integration Owners"]
        json!({ "0": guild.unwrap_or("0") })
    }

    /// Discord's object about it in the messages that answer it.
    pub(crate) fn metadata(&self) -> Value {
        let mut metadata = json!({
            "id": self.id, "type": self.kind, "user": self.member.user(),
            "authorizing_integration_owners": Self::owners(self.guild.as_deref()),
        });
        if let Some(source) = self.source.as_ref().filter(|_| self.kind == COMPONENT) {
            metadata["interacted_message_id"] = json!(source);
        }
        if let Some(opened_by) = &self.opened_by {
            metadata["triggering_interaction_metadata"] = opened_by.clone();
        }
        metadata
    }
}

impl Interactions {
    pub(crate) fn add(&mut self, interaction: Interaction) {
        self.0.push_back(interaction);
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Interaction> {
        self.0.iter().find(|interaction| interaction.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Interaction> {
        self.0.iter_mut().find(|interaction| interaction.id == id)
    }

    /// The id of a token's interaction, while the token is valid.
    pub(crate) fn by_token(&self, token: &str) -> Option<String> {
        let known = self.0.iter().find(|interaction| interaction.token == token)?;
        (known.elapsed() < TOKEN_LIFETIME).then(|| known.id.clone())
    }
}
