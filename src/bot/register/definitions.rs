//! The commands as Discord takes them, from their list and the texts of every language.

use serde_json::{Map, Value, json};

use crate::bot::command::{Command, CommandForm, OptionKind, OptionSpec};
use crate::bot::commands::{ALL, GROUPS};
use crate::bot::config::Config;
use crate::bot::gate::{Capability, Grant};
use crate::bot::state::Place;
use crate::bot::words::Language;

/// Types of commands, by Discord's numbers.
const CHAT_INPUT: u8 = 1;
const MESSAGE: u8 = 3;
/// Types of options.
const SUBCOMMAND: u8 = 1;
const STRING: u8 = 3;
const INTEGER: u8 = 4;
const BOOLEAN: u8 = 5;
const USER: u8 = 6;
const CHANNEL: u8 = 7;
/// Where a command can be used.
const IN_GUILDS: u8 = 0;
const IN_DIRECT_MESSAGES: u8 = 1;
/// Channels in which a webhook can post: text, announcements, their threads, forums and media.
const CHANNEL_TYPES: [u8; 7] = [0, 5, 10, 11, 12, 15, 16];

/// All commands for a place.
pub(super) fn definitions(place: &Place, config: &Config) -> Value {
    let groups = GROUPS.iter().map(|group| {
        let mut command = named(&format!("command.{}", group.name), true);
        let subcommands =
            ALL.iter().filter(|command| command.form == CommandForm::Slash && command.group() == group.name);
        command.insert("type".to_owned(), json!(CHAT_INPUT));
        command.insert("options".to_owned(), subcommands.map(|command| subcommand(command)).collect());
        (command, group.capability)
    });
    let message_commands = ALL.iter().filter(|command| command.form == CommandForm::Message).map(|command| {
        let mut definition = named(&command.text_key(), false);
        definition.insert("type".to_owned(), json!(MESSAGE));
        // Discord takes none but this.
        definition.insert("description".to_owned(), json!(""));
        (definition, command.capability)
    });
    let all = groups.chain(message_commands).map(|(mut command, capability)| {
        command.insert("default_member_permissions".to_owned(), permissions(place, config, capability));
        if *place == Place::Everywhere {
            let contexts = [
                config.guilds.is_empty().then_some(IN_GUILDS),
                (!config.access.operators.is_empty()).then_some(IN_DIRECT_MESSAGES),
            ];
            command.insert("contexts".to_owned(), contexts.into_iter().flatten().collect());
            command.insert("integration_types".to_owned(), json!([0]));
        }
        Value::Object(command)
    });
    all.collect()
}

/// The permission that Discord shows a command for; none where it cannot be said with one, and the gate decides alone.
fn permissions(place: &Place, config: &Config, capability: Capability) -> Value {
    let guild = match place {
        Place::Everywhere => "",
        Place::Guild(id) => id,
    };
    match &config.access.granted_to(guild, capability)[..] {
        [Grant::Permission(permission)] => json!(permission.bit().to_string()),
        _ => Value::Null,
    }
}

fn subcommand(command: &Command) -> Value {
    let mut definition = named(&command.text_key(), true);
    definition.insert("type".to_owned(), json!(SUBCOMMAND));
    definition.insert("options".to_owned(), command.options.iter().map(|spec| option(command, spec)).collect());
    Value::Object(definition)
}

fn option(command: &Command, spec: &OptionSpec) -> Value {
    let mut option = named(&spec.text_key(command), true);
    let mut set = |key: &str, value: Value| drop(option.insert(key.to_owned(), value));
    set("type", json!(spec.kind.number()));
    match &spec.kind {
        OptionKind::Text { max_length, suggest } => {
            set("max_length", json!(max_length));
            if suggest.is_some() {
                set("autocomplete", json!(true));
            }
        }
        OptionKind::Choice(words) => {
            let choice = |word: &&str| {
                let mut choice = Map::new();
                localize(&mut choice, "name", &format!("choice.{word}"));
                choice.insert("value".to_owned(), json!(word));
                Value::Object(choice)
            };
            set("choices", words.iter().map(choice).collect());
        }
        OptionKind::Number { min, max } => {
            set("min_value", json!(min));
            set("max_value", json!(max));
        }
        OptionKind::Channel => set("channel_types", json!(CHANNEL_TYPES)),
        OptionKind::Flag | OptionKind::Person => {}
    }
    if spec.required {
        set("required", json!(true));
    }
    Value::Object(option)
}

impl OptionKind {
    fn number(&self) -> u8 {
        match self {
            Self::Text { .. } | Self::Choice(_) => STRING,
            Self::Number { .. } => INTEGER,
            Self::Flag => BOOLEAN,
            Self::Person => USER,
            Self::Channel => CHANNEL,
        }
    }
}

/// With name and, where it has one, description, in every language.
fn named(key: &str, is_described: bool) -> Map<String, Value> {
    let mut object = Map::new();
    localize(&mut object, "name", &format!("{key}.name"));
    if is_described {
        localize(&mut object, "description", &format!("{key}.description"));
    }
    object
}

/// The English text under `field`, and those of the other languages by Discord's locales.
fn localize(object: &mut Map<String, Value>, field: &str, key: &str) {
    let english = Language::English.text(key);
    object.insert(field.to_owned(), json!(english));
    let mut others = Map::new();
    for language in Language::ALL.iter().filter(|language| language.text(key) != english) {
        for locale in language.discord_locales() {
            others.insert((*locale).to_owned(), json!(language.text(key)));
        }
    }
    if !others.is_empty() {
        object.insert(format!("{field}_localizations"), Value::Object(others));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::gate::Access;
    use hookbell_model::secret::Secret;

    fn config() -> Config {
        Config::new(Secret::new("token"), "https://discord.com")
    }

    /// How Discord counts a command against its 8000 characters: the longest text of each, over all languages.
    fn characters(value: &Value) -> usize {
        match value {
            Value::Object(object) => {
                let longest = |field: &str| {
                    let own = object.get(field).and_then(Value::as_str).unwrap_or_default().chars().count();
                    let others = object.get(&format!("{field}_localizations")).and_then(Value::as_object);
                    let others = others.into_iter().flatten().filter_map(|(_, text)| text.as_str());
                    others.map(|text| text.chars().count()).fold(own, usize::max)
                };
                let value = object.get("value").and_then(Value::as_str).map_or(0, |text| text.chars().count());
                let parts = ["options", "choices"].iter().filter_map(|key| object.get(*key)).map(characters);
                longest("name") + longest("description") + value + parts.sum::<usize>()
            }
            Value::Array(list) => list.iter().map(characters).sum(),
            _ => 0,
        }
    }

    #[test]
    fn every_command_fits_discords_limits_in_every_language() {
        let all = definitions(&Place::Everywhere, &config());
        for command in all.as_array().expect("a list") {
            assert!(characters(command) <= 8000, "{}: {}", command["name"], characters(command));
            let mut parts = vec![command];
            while let Some(part) = parts.pop() {
                let is_message = part["type"] == MESSAGE && part["description"] == "";
                let names = std::iter::once(&part["name"]);
                let others = part["name_localizations"].as_object().into_iter().flatten().map(|(_, name)| name);
                for name in names.chain(others).filter_map(Value::as_str) {
                    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | 'ー');
                    assert!((1..=32).contains(&name.chars().count()), "{name}");
                    let is_plain = name.chars().all(is_word) && name.to_lowercase() == name;
                    assert!(is_message || part.get("value").is_some() || is_plain, "{name}");
                }
                let described =
                    part["description_localizations"].as_object().into_iter().flatten().map(|(_, text)| text);
                let own = part.get("description").filter(|_| !is_message);
                for text in own.into_iter().chain(described).filter_map(Value::as_str) {
                    assert!((1..=100).contains(&text.chars().count()), "{text}");
                }
                let below = ["options", "choices"].iter().filter_map(|key| part[*key].as_array());
                for list in below {
                    assert!(list.len() <= 25, "{}", part["name"]);
                    parts.extend(list);
                }
            }
        }
    }

    #[test]
    fn direct_messages_are_for_operators_and_servers_have_commands_of_their_own() {
        let mut config = config();
        let contexts = |config: &Config| definitions(&Place::Everywhere, config)[0]["contexts"].clone();
        assert_eq!(contexts(&config), json!([0]));
        config.access = Access::with_operators(vec!["5".into()]);
        assert_eq!(contexts(&config), json!([0, 1]));
        config.guilds = vec!["1".into()];
        assert_eq!(contexts(&config), json!([1]));
        assert!(definitions(&Place::Guild("1".into()), &config)[0].get("contexts").is_none());
    }
}
