//! The options of commands: subcommands, values and their choices.

use serde_json::{Map, Value};

use super::validator::{FieldPath, Validator};
use super::wording;
use crate::limits;

const STRING: i64 = 3;
const INTEGER: i64 = 4;
const CHANNEL: i64 = 7;
const NUMBER: i64 = 10;
/// The types of channels that an option may ask for. [O ChannelTypes]
const CHANNEL_TYPES: [i64; 12] = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 15, 16];

/// Checks options; `depth` is 0 at the command, 1 in a group or subcommand. Returns their size.
pub(super) fn check_all(
    validator: &mut Validator,
    path: &FieldPath,
    parent: &Map<String, Value>,
    depth: usize,
) -> usize {
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
        let (name, length) = wording::name(validator, &path, option, true);
        if names.contains(&name) {
            let message = "Option names must be unique";
            validator.error(&path.at("name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message);
        }
        total += length + wording::description(validator, &path, option);
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
    check_all(validator, path, option, depth + 1)
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
    let refused: &[(&str, &[i64])] = &[
        ("min_length", &[STRING]),
        ("max_length", &[STRING]),
        ("min_value", &[INTEGER, NUMBER]),
        ("max_value", &[INTEGER, NUMBER]),
        ("channel_types", &[CHANNEL]),
    ];
    for (key, kinds) in refused {
        let given = option.get(*key).is_some_and(|value| !value.is_null() && *value != Value::Array(Vec::new()));
        if given && !kinds.contains(&kind) {
            let message = format!("{key} cannot be set for this type of option");
            validator.error(&path.at(key), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
        }
    }
    bounds(validator, path, option, kind);
    for (index, wanted) in validator.list(path, option, "channel_types", usize::MAX).iter().enumerate() {
        if !wanted.as_i64().is_some_and(|wanted| CHANNEL_TYPES.contains(&wanted)) {
            let message = format!("Value must be one of {CHANNEL_TYPES:?}.");
            validator.error(&path.at("channel_types").at(index), "BASE_TYPE_CHOICES", message);
        }
    }
    choices(validator, path, option, kind)
}

fn bounds(validator: &mut Validator, path: &FieldPath, option: &Map<String, Value>, kind: i64) {
    let mut pair = (None, None);
    if kind == STRING {
        pair.0 = validator.integer(path, option, "min_length", (0, limits::OPTION_LENGTH)).map(|bound| bound as f64);
        pair.1 = validator.integer(path, option, "max_length", (1, limits::OPTION_LENGTH)).map(|bound| bound as f64);
    } else if matches!(kind, INTEGER | NUMBER) {
        let bound = |key: &str| option.get(key).and_then(Value::as_f64);
        pair = (bound("min_value"), bound("max_value"));
    }
    if let (Some(least), Some(most)) = pair
        && least > most
    {
        let message = "The minimum must not be larger than the maximum";
        validator.error(path, "APPLICATION_COMMAND_OPTIONS_MIN_MAX_INVALID", message);
    }
}

fn choices(validator: &mut Validator, path: &FieldPath, option: &Map<String, Value>, kind: i64) -> usize {
    let completes = validator.boolean(path, option, "autocomplete").unwrap_or(false);
    let choices = validator.list(path, option, "choices", limits::CHOICES);
    if completes && (!choices.is_empty() || !matches!(kind, STRING | INTEGER | NUMBER)) {
        let message = "Autocomplete cannot be set with choices, nor for this type of option";
        validator.error(&path.at("autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message);
    }
    let (mut total, mut names) = (0, Vec::new());
    for (index, choice) in choices.iter().enumerate() {
        let path = path.at("choices").at(index);
        let Some(choice) = validator.object(&path, choice) else { continue };
        total += wording::choice(validator, &path, choice);
        let name = choice.get("name").cloned().unwrap_or_default();
        if names.contains(&name) {
            let message = "Option choice names must be unique";
            validator.error(&path.at("name"), "APPLICATION_COMMAND_OPTIONS_CHOICES_NAME_INVALID", message);
        }
        names.push(name);
        match choice.get("value") {
            Some(Value::String(text)) if kind == STRING => {
                validator.text(&path, choice, "value", limits::CHOICE_VALUE);
                total += text.chars().count();
            }
            Some(Value::Number(_)) if matches!(kind, INTEGER | NUMBER) => {}
            None | Some(Value::Null) => validator.required(&path.at("value")),
            Some(_) => {
                validator.error(&path.at("value"), "BASE_TYPE_BAD_TYPE", "The value does not fit the option's type.");
            }
        }
    }
    total
}
