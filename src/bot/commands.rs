//! The registry of slash commands. A new command is a file in `commands/` with `definition()` and `run()`, and a
//! variant of [`SlashCommand`]; the compiler names the places that need a line for it.

pub mod recent;
pub mod show;

use serde_json::Value;
use serenity::all::{CreateCommand, CreateCommandOption, InstallationContext, InteractionContext, Permissions};

use super::context::Context;
use super::error::CommandError;
use super::options::CommandOptions;
use super::reply::CommandReply;

/// Every command; those of a group are subcommands of one command at Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlashCommand {
    EventsRecent,
    EventsShow,
}

/// The commands as Discord lists them, each with its description.
const GROUPS: [(&str, &str); 1] = [("events", "What came in through hookbell, and what became of it")];

impl SlashCommand {
    pub const ALL: [Self; 2] = [Self::EventsRecent, Self::EventsShow];

    /// Group and subcommand, as one types them.
    pub fn name(self) -> &'static str {
        match self {
            Self::EventsRecent => "events recent",
            Self::EventsShow => "events show",
        }
    }

    pub fn definition(self) -> CreateCommandOption {
        match self {
            Self::EventsRecent => recent::definition(),
            Self::EventsShow => show::definition(),
        }
    }

    pub(super) async fn run(self, context: &Context, options: &CommandOptions) -> Result<CommandReply, CommandError> {
        match self {
            Self::EventsRecent => recent::run(context, options).await,
            Self::EventsShow => show::run(context, options).await,
        }
    }

    pub(super) fn find(group: &str, subcommand: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name().split_once(' ') == Some((group, subcommand)))
    }

    fn group(self) -> &'static str {
        self.name().split_once(' ').map_or(self.name(), |(group, _)| group)
    }
}

/// All commands as they are registered. Contexts exist for global commands only; a server's own cannot be used
/// elsewhere anyway.
pub(super) fn definitions(global: bool) -> Value {
    let definitions = GROUPS.map(|(group, description)| {
        // A default: who manages the server may give the command to others, so it is not checked again here.
        let mut command =
            CreateCommand::new(group).description(description).default_member_permissions(Permissions::MANAGE_GUILD);
        for subcommand in SlashCommand::ALL.into_iter().filter(|command| command.group() == group) {
            command = command.add_option(subcommand.definition());
        }
        if global {
            command =
                command.contexts(vec![InteractionContext::Guild]).integration_types(vec![InstallationContext::Guild]);
        }
        command
    });
    serde_json::to_value(definitions).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_command_is_registered_by_its_name() {
        let definitions = definitions(true);
        for command in SlashCommand::ALL {
            let (group, subcommand) = command.name().split_once(' ').expect("two words");
            assert_eq!(SlashCommand::find(group, subcommand), Some(command));
            let registered = definitions.as_array().into_iter().flatten().find(|listed| listed["name"] == group);
            let options = registered.expect(group)["options"].as_array().expect("subcommands");
            assert!(options.iter().any(|option| option["name"] == subcommand), "{}", command.name());
        }
        assert_eq!(SlashCommand::find("events", "gone"), None);
    }

    #[test]
    fn the_commands_are_for_those_who_manage_the_server_and_only_there() {
        let global = &definitions(true)[0];
        assert_eq!(global["default_member_permissions"], "32");
        assert_eq!((&global["contexts"], &global["integration_types"]), (&json!([0]), &json!([0])));
        assert!(definitions(false)[0].get("contexts").is_none());
    }
}
