//! Why a command has no answer, and the text that the user gets instead.

use super::text::code;
use crate::store::{self, UnknownEventStatus};
use hookbell_model::event::Topic;

/// The most characters of a user's own text that are repeated.
const MAX_QUOTE: usize = 60;

/// Why a command has no answer. The texts are replies in Discord's Markdown: values from outside are escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandError {
    #[error("hookbell's store cannot be read at the moment. Try again later.")]
    Store(#[from] store::Error),
    #[error("The store takes too long to answer. Try again later.")]
    TimedOut,
    #[error("Something broke inside hookbell while answering; its log has the details.")]
    Panicked,
    #[error("Use this command in a server: what is shown depends on the server's own webhooks.")]
    NotInServer,
    #[error(
        "No hookbell destination posts into this server, so there is nothing to show here. A destination counts once \
         hookbell has reached its webhook."
    )]
    NoDestination,
    #[error("This command is from another version of hookbell. Reload Discord and try again.")]
    UnknownCommand,
    #[error("This button is no longer known to hookbell. Run `/events recent` again.")]
    UnknownButton,
    #[error("There is no topic {}: expected one of {}.", code(.0, MAX_QUOTE), topics())]
    UnknownTopic(String),
    #[error("There is no status {}: {UnknownEventStatus}.", code(.0, MAX_QUOTE))]
    UnknownStatus(String),
    #[error(
        "No such event here: {}. An id has eight letters and digits; its beginning is enough if no other event \
         begins like it.",
        code(.0, 40)
    )]
    NoSuchEvent(String),
}

fn topics() -> String {
    Topic::ALL.iter().map(|topic| format!("`{topic}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_text_for_the_user() {
        let errors = [
            CommandError::Store(store::Error::Unavailable("/var/lib/hookbell.db: disk full".into())),
            CommandError::TimedOut,
            CommandError::Panicked,
            CommandError::NotInServer,
            CommandError::NoDestination,
            CommandError::UnknownCommand,
            CommandError::UnknownButton,
            CommandError::UnknownTopic("pay`ment\n@everyone".into()),
            CommandError::UnknownStatus("gone".into()),
            CommandError::NoSuchEvent("k3f9".into()),
        ];
        let texts: Vec<String> = errors.iter().map(CommandError::to_string).collect();
        insta::assert_snapshot!(texts.join("\n"));
    }
}
