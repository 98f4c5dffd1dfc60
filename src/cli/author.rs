//! Who runs the command, for the audit.

use hookbell_model::audit::Author;

/// The account that runs the command, as far as the environment tells.
pub(super) fn author() -> Author {
    let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    Author::command_line(user.filter(|user| !user.trim().is_empty()))
}
