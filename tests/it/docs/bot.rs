//! The bot's commands and options are those that docs/bot.md names.

use std::collections::BTreeSet;

use hookbell::bot::command_names;

use super::{code_spans, page};

#[test]
fn the_documented_options_are_those_of_the_bots_commands() {
    let page = page("docs/bot.md");
    let (_, commands) = page.text.split_once("## The commands").expect("the heading");
    let (commands, _) = commands.split_once("## Who sees what").expect("the next heading");
    let mut documented = BTreeSet::new();
    let mut command = String::new();
    for line in commands.lines() {
        if let Some(named) = line.strip_prefix("**`/") {
            command = named.split('`').next().unwrap_or_default().to_owned();
        } else if line.starts_with("| `") {
            documented.extend(code_spans(line).first().map(|option| format!("{command} {option}")));
        }
    }
    let mut registered = BTreeSet::new();
    for (command, options) in command_names() {
        registered.extend(options.iter().map(|option| format!("{command} {option}")));
    }
    assert_eq!(documented, registered);
}
