//! Application commands: names, descriptions, options and their sums.

use serde_json::{Map, Value};

use super::validator::{FieldPath, Validator};
use crate::limits;
use crate::snowflake::is_snowflake;

/// Checks a command under a path.
pub(crate) fn check(validator: &mut Validator, path: &FieldPath, command: &Map<String, Value>) {
    validator.known(
        path,
        command,
        &[
            "id",
            "type",
            "name",
            "name_localizations",
            "description",
            "description_localizations",
            "options",
            "default_member_permissions",
            "dm_permission",
            "default_permission",
            "nsfw",
            "integration_types",
            "contexts",
            "handler",
        ],
    );
    let kind = validator.integer(path, command, "type", (1, 4)).unwrap_or(1);
    let name = named(validator, path, command, kind == 1);
    let mut total = name.chars().count();
    if kind == 1 {
        total += described(validator, path, command);
    } else if command.get("description").is_some_and(|text| text.as_str().is_some_and(|text| !text.is_empty())) {
        let message = "Context menu commands cannot have description";
        validator.error(&path.at("description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", message);
    }
    total += options(validator, path, command, 0);
    if total > limits::COMMAND_TOTAL {
        let message = format!("Command exceeds maximum size ({})", limits::COMMAND_TOTAL);
        validator.error(path, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
    permissions(validator, path, command);
}

fn named(validator: &mut Validator, path: &FieldPath, object: &Map<String, Value>, strict: bool) -> String {
    let Some(name) = validator.between(path, object, "name", (1, limits::COMMAND_NAME)) else {
        validator.required(&path.at("name"));
        return String::new();
    };
    if strict && !is_name(&name) {
        validator.error(&path.at("name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
    name
}

/// `^[-_'\p{L}\p{N}…]{1,32}$`, in lower case where there is one. Marks of Devanagari and Thai are accepted.
fn is_name(name: &str) -> bool {
    let script = |c: char| ('\u{900}'..='\u{97f}').contains(&c) || ('\u{e00}'..='\u{e7f}').contains(&c);
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'') || script(c);
    !name.is_empty() && name.chars().all(fits) && name == name.to_lowercase()
}

fn described(validator: &mut Validator, path: &FieldPath, object: &Map<String, Value>) -> usize {
    match validator.between(path, object, "description", (1, limits::COMMAND_DESCRIPTION)) {
        None => validator.required(&path.at("description")),
        Some(text) => return text.chars().count(),
    }
    0
}

fn permissions(validator: &mut Validator, path: &FieldPath, command: &Map<String, Value>) {
    let bits = command.get("default_member_permissions").filter(|bits| !bits.is_null());
    if bits.is_some_and(|bits| !is_snowflake(bits)) {
        let path = path.at("default_member_permissions");
        validator.error(&path, "NUMBER_TYPE_COERCE", "Value is not a permission bit set.");
    }
}

/// Checks options; `depth` is 0 at the command, 1 in a group or subcommand. Returns their size.
fn options(validator: &mut Validator, path: &FieldPath, parent: &Map<String, Value>, depth: usize) -> usize {
    let list = validator.list(path, parent, "options", limits::OPTIONS);
    let path = path.at("options");
    let (mut total, mut optional_seen) = (0, false);
    let mut names: Vec<String> = Vec::new();
    for (index, option) in list.iter().enumerate() {
        let path = path.at(index);
        let Some(option) = validator.object(&path, option) else { continue };
        let Some(kind) = validator.integer(&path, option, "type", (1, 11)) else {
            validator.required(&path.at("type"));
            continue;
        };
        let name = named(validator, &path, option, true);
        if names.contains(&name) {
            let message = "Option names must be unique";
            validator.error(&path.at("name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message);
        }
        total += name.chars().count() + described(validator, &path, option);
        names.push(name);
        let required = validator.boolean(&path, option, "required").unwrap_or(false);
        if required && optional_seen {
            let message = "Required options must be placed before non-required options";
            validator.error(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional_seen |= !required && kind > 2;
        total += if kind <= 2 {
            nested(validator, &path, option, (kind, depth))
        } else {
            value(validator, &path, option, kind)
        };
    }
    let subs = list.iter().filter(|option| option["type"].as_i64().is_some_and(|kind| kind <= 2)).count();
    if subs > 0 && subs < list.len() {
        let message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        validator.error(&path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    total
}

fn nested(
    validator: &mut Validator,
    path: &FieldPath,
    option: &Map<String, Value>,
    (kind, depth): (i64, usize),
) -> usize {
    if depth > 1 || (kind == 2 && depth > 0) {
        let message = "Only command > group > subcommand may be nested";
        validator.error(&path.at("type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    options(validator, path, option, depth + 1)
}

fn value(validator: &mut Validator, path: &FieldPath, option: &Map<String, Value>, kind: i64) -> usize {
    validator.known(
        path,
        option,
        &[
            "type",
            "name",
            "name_localizations",
            "description",
            "description_localizations",
            "required",
            "choices",
            "options",
            "channel_types",
            "min_value",
            "max_value",
            "min_length",
            "max_length",
            "autocomplete",
        ],
    );
    if kind == 3 {
        validator.integer(path, option, "min_length", (0, limits::OPTION_LENGTH));
        validator.integer(path, option, "max_length", (1, limits::OPTION_LENGTH));
    }
    let completes = validator.boolean(path, option, "autocomplete").unwrap_or(false);
    let choices = validator.list(path, option, "choices", limits::CHOICES);
    if completes && (!choices.is_empty() || !matches!(kind, 3 | 4 | 10)) {
        let message = "Autocomplete cannot be set with choices, nor for this type of option";
        validator.error(&path.at("autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message);
    }
    let mut total = 0;
    for (index, choice) in choices.iter().enumerate() {
        let path = path.at("choices").at(index);
        let Some(choice) = validator.object(&path, choice) else { continue };
        match validator.between(&path, choice, "name", (1, limits::CHOICE_NAME)) {
            None => validator.required(&path.at("name")),
            Some(name) => total += name.chars().count(),
        }
        match choice.get("value") {
            Some(Value::String(text)) if kind == 3 => {
                validator.text(&path, choice, "value", limits::CHOICE_VALUE);
                total += text.chars().count();
            }
            Some(Value::Number(_)) if matches!(kind, 4 | 10) => {}
            None | Some(Value::Null) => validator.required(&path.at("value")),
            Some(_) => {
                validator.error(&path.at("value"), "BASE_TYPE_BAD_TYPE", "The value does not fit the option's type.")
            }
        }
    }
    total
}
