//! The list of commands, which registration, suggestions, dispatch and the docs read. A new command is a file in
//! `commands/` and a line here.

pub(super) mod alerts;
pub(super) mod events;
pub(super) mod feeds;

use super::command::{Action, Command, CommandForm};
use super::gate::Capability;
use super::words::Language;

/// Every command.
pub(super) const ALL: &[&Command] = &[
    &events::recent::COMMAND,
    &events::search::COMMAND,
    &events::show::COMMAND,
    &events::explain::COMMAND,
    &events::today::COMMAND,
    &events::stats::COMMAND,
    &events::explain::MESSAGE_COMMAND,
    &events::watch::COMMAND,
    &alerts::status::COMMAND,
    &alerts::open::COMMAND,
    &alerts::ack::COMMAND,
    &alerts::unack::COMMAND,
    &alerts::assign::COMMAND,
    &alerts::note::COMMAND,
    &alerts::resolve::COMMAND,
    &alerts::mute::COMMAND,
    &alerts::muted::COMMAND,
    &alerts::muted::UNMUTE_COMMAND,
    &alerts::replay::COMMAND,
    &alerts::test::COMMAND,
    &alerts::audit::COMMAND,
    &feeds::subscribe::COMMAND,
    &feeds::unsubscribe::COMMAND,
    &feeds::list::COMMAND,
    &feeds::edit::COMMAND,
    &feeds::template::COMMAND,
    &feeds::export::COMMAND,
];

/// A command as Discord lists it, of which those that are typed are subcommands. Discord lets admins give out whole commands
/// only, so there is one for each capability.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) capability: Capability,
}

pub(super) const GROUPS: &[Group] = &[
    Group { name: "events", capability: Capability::View },
    Group { name: "alerts", capability: Capability::Operate },
    Group { name: "feeds", capability: Capability::Arrange },
];

/// Actions about what is somebody's own, which they may use wherever they are: each looks at nothing else.
const PERSONAL: &[&Action] = &[&events::watch::OFF];

/// Every command as a person calls it in English, with its options: for the docs.
pub fn names() -> Vec<(String, Vec<&'static str>)> {
    let name = |command: &Command| match command.form {
        CommandForm::Slash => command.name.to_owned(),
        CommandForm::Message => Language::English.text(&format!("{}.name", command.text_key())).to_owned(),
    };
    let options = |command: &Command| command.options.iter().map(|option| option.name).collect();
    ALL.iter().map(|command| (name(command), options(command))).collect()
}

/// The command that is typed so.
pub(super) fn find(name: &str) -> Option<&'static Command> {
    ALL.iter().copied().find(|command| command.form == CommandForm::Slash && command.name == name)
}

/// The command of a message's menu, by its key in the texts.
pub(super) fn message_commands() -> impl Iterator<Item = &'static Command> {
    ALL.iter().copied().filter(|command| command.form == CommandForm::Message)
}

/// The action of a custom id about what is somebody's own.
pub(super) fn personal_action(name: &str) -> Option<&'static Action> {
    PERSONAL.iter().copied().find(|action| action.name == name)
}

/// The action of a custom id.
pub(super) fn action(name: &str) -> Option<&'static Action> {
    ALL.iter().flat_map(|command| command.actions).find(|action| action.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_and_every_action_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = ALL.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), ALL.len());
        let personal = PERSONAL.iter().copied();
        let actions: Vec<&str> =
            ALL.iter().flat_map(|command| command.actions).chain(personal).map(|action| action.name).collect();
        assert_eq!(actions.iter().collect::<BTreeSet<_>>().len(), actions.len(), "{actions:?}");
        for name in actions {
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}");
            assert!(action(name).or(personal_action(name)).is_some());
        }
        for command in ALL.iter().filter(|command| command.form == CommandForm::Slash) {
            let group = GROUPS.iter().find(|group| group.name == command.group());
            assert!(group.is_some_and(|group| group.capability <= command.capability), "{}", command.name);
            assert_eq!(find(command.name).map(|found| found.name), Some(command.name));
        }
        assert!(find("events gone").is_none() && action("gone").is_none());
    }
}
