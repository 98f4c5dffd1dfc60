//! Runs the command of a request. Free of serenity's types on both sides.

use super::autocomplete::{self, Completion};
use super::commands::{SlashCommand, recent};
use super::context::Context;
use super::custom_id::CustomId;
use super::error::CommandError;
use super::options::CommandOptions;
use super::reply::{CommandReply, OptionChoice};

/// What an interaction requests.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    Run(SlashCommand, CommandOptions),
    Press(CustomId),
    /// `None`: an option without suggestions.
    Complete(Option<Completion>),
}

/// The result of an [`Action`].
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and nearly always the large one")]
pub(super) enum CommandOutput {
    Reply(CommandReply),
    Choices(Vec<OptionChoice>),
}

/// Runs the request.
pub(super) async fn run(context: &Context, action: Action) -> Result<CommandOutput, CommandError> {
    match action {
        Action::Run(command, options) => command.run(context, &options).await.map(CommandOutput::Reply),
        Action::Press(CustomId::RecentPage(query)) => recent::page(context, &query).await.map(CommandOutput::Reply),
        Action::Complete(Some(completion)) => autocomplete::run(context, &completion).await.map(CommandOutput::Choices),
        Action::Complete(None) => Ok(CommandOutput::Choices(Vec::new())),
    }
}
