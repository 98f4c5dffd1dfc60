//! From serenity's interaction to plain values.

use serde_json::{Value, json};
use serenity::all::{ApplicationId, CommandDataOptionValue, CommandInteraction, GuildId, Interaction, InteractionId};

use super::autocomplete::Completion;
use super::commands::SlashCommand;
use super::custom_id::CustomId;
use super::dispatch::Action;
use super::error::CommandError;
use super::options::CommandOptions;

/// An interaction: the request, and where the answer goes.
#[derive(Clone)]
pub(super) struct Invocation {
    pub(super) kind: InvocationKind,
    /// An error is answered like the error of a command.
    pub(super) action: Result<Action, CommandError>,
    /// `None` in a direct message.
    pub(super) guild: Option<String>,
    pub(super) id: InteractionId,
    pub(super) application: ApplicationId,
    /// A bearer token for the answer; never logged.
    pub(super) token: String,
}

/// The kind of interaction, which decides the form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InvocationKind {
    Command,
    Button,
    Autocomplete,
}

impl Invocation {
    /// `None` for interactions that hookbell never causes.
    pub(super) fn new(interaction: &Interaction) -> Option<Self> {
        let (kind, action, guild, token) = match interaction {
            Interaction::Command(command) => {
                (InvocationKind::Command, action(command), command.guild_id, &command.token)
            }
            Interaction::Autocomplete(command) => {
                (InvocationKind::Autocomplete, Ok(completion(command)), command.guild_id, &command.token)
            }
            Interaction::Component(component) => {
                let pressed = CustomId::decode(&component.data.custom_id).map(Action::Press);
                let action = pressed.map_err(|_| CommandError::UnknownButton);
                (InvocationKind::Button, action, component.guild_id, &component.token)
            }
            _ => return None,
        };
        Some(Self {
            kind,
            action,
            guild: guild.map(GuildId::get).map(|id| id.to_string()),
            id: interaction.id(),
            application: interaction.application_id(),
            token: token.clone(),
        })
    }

    /// For metrics and the log.
    pub(super) fn name(&self) -> &'static str {
        match (self.kind, &self.action) {
            (InvocationKind::Button, _) => "button",
            (InvocationKind::Autocomplete, _) => "autocomplete",
            (InvocationKind::Command, Ok(Action::Run(command, _))) => command.name(),
            (InvocationKind::Command, _) => "other",
        }
    }
}

fn action(command: &CommandInteraction) -> Result<Action, CommandError> {
    let known = subcommand(command)
        .and_then(|(name, options)| Some(Action::Run(SlashCommand::find(&command.data.name, name)?, options)));
    known.ok_or(CommandError::UnknownCommand)
}

fn completion(command: &CommandInteraction) -> Action {
    let known = subcommand(command).filter(|(name, _)| SlashCommand::find(&command.data.name, name).is_some());
    Action::Complete(known.and_then(|(_, options)| Completion::new(options)))
}

/// The subcommand's name and options.
fn subcommand(command: &CommandInteraction) -> Option<(&str, CommandOptions)> {
    let first = command.data.options.first()?;
    let CommandDataOptionValue::SubCommand(options) = &first.value else { return None };
    Some((&first.name, CommandOptions::new(options)))
}

/// Reads an interaction that lacks what serenity requires but hookbell does not need.
pub(super) fn repair(mut value: Value) -> Option<Interaction> {
    let object = value.as_object_mut()?;
    for (key, default) in [
        ("locale", json!("en-US")),
        ("entitlements", json!([])),
        ("attachment_size_limit", json!(0)),
        ("version", json!(1)),
    ] {
        object.entry(key).or_insert(default);
    }
    serde_json::from_value(value).ok()
}
