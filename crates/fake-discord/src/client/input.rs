//! Parses what a member types into the message box as a command: `/events recent source:stripe count:5`. Refuses what
//! Discord's client would not send.

use serde_json::{Value, json};

use super::error::{ExpectedValue, InputError};

/// The option types SUB_COMMAND and SUB_COMMAND_GROUP.
const SUBCOMMANDS: [i64; 2] = [1, 2];

/// A command line that was parsed: the registered command, and the `data` of the interaction.
#[derive(Debug, Clone)]
pub(crate) struct ParsedCommand {
    pub(crate) command: Value,
    pub(crate) data: Value,
    /// The type of the option that is completed.
    pub(crate) focused: Option<i64>,
}

/// Parses a complete command.
///
/// # Errors
/// What is missing or wrong, for the member who typed.
pub(crate) fn parse(commands: &[Value], text: &str) -> Result<ParsedCommand, InputError> {
    let CommandLine { command, path, target, options: rest } = find_command(commands, text)?;
    let options = value_options(target);
    let mut values = Vec::new();
    // An option without a value is one that was not given.
    for (option, raw) in pairs(&options, rest)?.into_iter().filter(|(_, raw)| !raw.is_empty()) {
        values.push(json!({ "name": option["name"], "type": option["type"], "value": convert(option, &raw)? }));
    }
    for option in options.iter().filter(|option| option["required"] == true) {
        if !values.iter().any(|value| value["name"] == option["name"]) {
            return Err(InputError::MissingOption(text_of(&option["name"])));
        }
    }
    Ok(ParsedCommand { command: command.clone(), data: data(command, &path, values), focused: None })
}

/// Parses a command that is still being typed; its last option is the one to complete.
///
/// # Errors
/// Why there is nothing to complete.
pub(crate) fn parse_unfinished(commands: &[Value], text: &str) -> Result<ParsedCommand, InputError> {
    let CommandLine { command, path, target, options: rest } = find_command(commands, text)?;
    let options = value_options(target);
    let mut pairs = pairs(&options, rest)?;
    let (option, raw) = pairs.pop().ok_or(InputError::NothingToComplete)?;
    if option["autocomplete"] != true {
        return Err(InputError::NoSuggestions(text_of(&option["name"])));
    }
    let mut values: Vec<Value> = Vec::new();
    for (option, raw) in pairs {
        if let Ok(value) = convert(option, &raw) {
            values.push(json!({ "name": option["name"], "type": option["type"], "value": value }));
        }
    }
    values.push(json!({ "name": option["name"], "type": option["type"], "value": raw, "focused": true }));
    let focused = option["type"].as_i64();
    Ok(ParsedCommand { command: command.clone(), data: data(command, &path, values), focused })
}

/// A command line whose (sub)command was found among the registered ones.
struct CommandLine<'c, 't> {
    command: &'c Value,
    /// From the command's group to its subcommand.
    path: Vec<&'c Value>,
    /// The command or subcommand whose options are values.
    target: &'c Value,
    /// The text of its options.
    options: &'t str,
}

fn find_command<'c, 't>(commands: &'c [Value], text: &'t str) -> Result<CommandLine<'c, 't>, InputError> {
    let text = text.trim_start().strip_prefix('/').ok_or(InputError::NoSlash)?;
    let (name, mut rest) = word(text);
    let chat = |command: &&Value| command["type"] == 1 && is_called(command, name);
    let command = commands.iter().find(chat).ok_or_else(|| InputError::UnknownCommand(name.to_owned()))?;
    let (mut target, mut path) = (command, Vec::new());
    while !subcommands(target).is_empty() {
        let (name, after) = word(rest);
        let Some(next) = subcommands(target).into_iter().find(|option| is_called(option, name)) else {
            let names = subcommands(target).iter().map(|sub| text_of(&sub["name"])).collect();
            return Err(InputError::NoSubcommand { command: text_of(&command["name"]), subcommands: names });
        };
        path.push(next);
        (target, rest) = (next, after);
    }
    Ok(CommandLine { command, path, target, options: rest })
}

fn data(command: &Value, path: &[&Value], values: Vec<Value>) -> Value {
    let mut options = Value::Array(values);
    for step in path.iter().rev() {
        options = json!([{ "name": step["name"], "type": step["type"], "options": options }]);
    }
    let mut data = json!({ "id": command["id"], "name": command["name"], "type": 1, "options": options });
    if let Some(guild) = command.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    data
}

fn options(level: &Value) -> &[Value] {
    level["options"].as_array().map_or(&[], Vec::as_slice)
}

fn subcommands(level: &Value) -> Vec<&Value> {
    options(level)
        .iter()
        .filter(|option| option["type"].as_i64().is_some_and(|kind| SUBCOMMANDS.contains(&kind)))
        .collect()
}

fn value_options(level: &Value) -> Vec<&Value> {
    options(level)
        .iter()
        .filter(|option| option["type"].as_i64().is_none_or(|kind| !SUBCOMMANDS.contains(&kind)))
        .collect()
}

/// By its name in any language.
fn is_called(thing: &Value, name: &str) -> bool {
    let mut localized = thing["name_localizations"].as_object().into_iter().flat_map(serde_json::Map::values);
    thing["name"] == name || localized.any(|localized| localized == name)
}

/// The first word, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// `name:value` pairs; a value runs to the next known name. Bare text goes to the first option not yet given.
fn pairs<'o>(options: &[&'o Value], text: &str) -> Result<Vec<(&'o Value, String)>, InputError> {
    let mut pairs: Vec<(&Value, String)> = Vec::new();
    for piece in text.split_whitespace() {
        let named = piece.split_once(':').and_then(|(name, value)| {
            options.iter().find(|option| is_called(option, name)).map(|option| (*option, value.to_owned()))
        });
        if let Some((option, value)) = named {
            if pairs.iter().any(|(given, _)| given["name"] == option["name"]) {
                return Err(InputError::RepeatedOption(text_of(&option["name"])));
            }
            pairs.push((option, value));
        } else if let Some((_, value)) = pairs.last_mut() {
            *value = format!("{value} {piece}").trim().to_owned();
        } else {
            let first = options.first().ok_or_else(|| InputError::ExtraWord(piece.to_owned()))?;
            pairs.push((first, piece.to_owned()));
        }
    }
    Ok(pairs)
}

fn convert(option: &Value, raw: &str) -> Result<Value, InputError> {
    if option["type"].as_i64() == Some(11) {
        return Err(InputError::Attachment);
    }
    checked(option, raw).map_err(|expected| InputError::Value { option: text_of(&option["name"]), expected })
}

fn checked(option: &Value, raw: &str) -> Result<Value, ExpectedValue> {
    if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
        let same = |choice: &&Value| is_called(choice, raw) || text_of(&choice["value"]) == raw;
        let names = || choices.iter().map(|choice| text_of(&choice["name"])).collect();
        let choice = choices.iter().find(same).ok_or_else(|| ExpectedValue::Choice(names()))?;
        return Ok(choice["value"].clone());
    }
    match option["type"].as_i64() {
        Some(4) => {
            let value = raw.parse::<i64>().map_err(|_| ExpectedValue::Integer)?;
            check_bounds(option, value as f64)?;
            Ok(json!(value))
        }
        Some(5) => raw.to_lowercase().parse::<bool>().map(|flag| json!(flag)).map_err(|_| ExpectedValue::Boolean),
        Some(6..=9) => {
            let id: String = raw.chars().filter(char::is_ascii_digit).collect();
            if id.is_empty() { Err(ExpectedValue::Id) } else { Ok(json!(id)) }
        }
        Some(10) => {
            let value = raw.parse::<f64>().map_err(|_| ExpectedValue::Number)?;
            check_bounds(option, value)?;
            Ok(json!(value))
        }
        _ => check_length(option, raw).map(|()| json!(raw)),
    }
}

fn check_bounds(option: &Value, value: f64) -> Result<(), ExpectedValue> {
    match (option["min_value"].as_f64(), option["max_value"].as_f64()) {
        (Some(least), _) if value < least => Err(ExpectedValue::Minimum(least)),
        (_, Some(most)) if value > most => Err(ExpectedValue::Maximum(most)),
        _ => Ok(()),
    }
}

fn check_length(option: &Value, raw: &str) -> Result<(), ExpectedValue> {
    let length = raw.chars().count();
    let bound = |key: &str| option[key].as_u64().and_then(|bound| usize::try_from(bound).ok());
    match (bound("min_length"), bound("max_length")) {
        (Some(least), _) if length < least => Err(ExpectedValue::MinimumLength(least)),
        (_, Some(most)) if length > most => Err(ExpectedValue::MaximumLength(most)),
        _ => Ok(()),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The name of a command with its subcommands: `events recent`.
pub(crate) fn full_name(data: &Value) -> String {
    let sub =
        options(data).iter().find(|option| option["type"].as_i64().is_some_and(|kind| SUBCOMMANDS.contains(&kind)));
    let name = text_of(&data["name"]);
    sub.map_or(name.clone(), |sub| format!("{name} {}", full_name(sub)))
}
