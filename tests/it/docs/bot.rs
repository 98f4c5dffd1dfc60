//! The bot's commands and options are those that docs/bot.md names.

use std::collections::BTreeSet;

use hookbell::bot::{recent, show};
use serde_json::Value;

use super::{code_spans, page};

#[test]
fn every_option_of_the_bots_commands_is_on_the_page_and_no_other() {
    let page = page("docs/bot.md");
    let (_, commands) = page.text.split_once("## The commands").expect("the heading");
    let (commands, _) = commands.split_once("## Who sees what").expect("the next heading");
    let mut told = BTreeSet::new();
    let mut command = String::new();
    for line in commands.lines() {
        if let Some(named) = line.strip_prefix("**`/events ") {
            command = named.split('`').next().unwrap_or_default().to_owned();
        } else if line.starts_with("| `") {
            told.extend(code_spans(line).first().map(|option| format!("{command} {option}")));
        }
    }
    let mut known = BTreeSet::new();
    for definition in [recent::definition(), show::definition()] {
        let definition = serde_json::to_value(definition).expect("JSON");
        let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
        let options = definition["options"].as_array().expect("options");
        known.extend(options.iter().map(|option| format!("{} {}", name(&definition), name(option))));
    }
    assert_eq!(told, known);
}
