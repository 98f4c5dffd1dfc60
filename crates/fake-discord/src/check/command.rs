//! Application commands: names, descriptions, options and their sums.

use serde_json::{Map, Value};

use super::{Form, Path};
use crate::numbers as n;

/// Checks a command under a path.
pub(crate) fn check(form: &mut Form, path: &Path, command: &Map<String, Value>) {
    form.known(
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
    let kind = form.integer(path, command, "type", (1, 4)).unwrap_or(1);
    let name = named(form, path, command, kind == 1);
    let mut total = name.chars().count();
    if kind == 1 {
        total += described(form, path, command);
    } else if command.get("description").is_some_and(|text| text.as_str().is_some_and(|text| !text.is_empty())) {
        let message = "Context menu commands cannot have description";
        form.fault(&path.at("description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", message);
    }
    total += options(form, path, command, 0);
    if total > n::COMMAND_TOTAL {
        let message = format!("Command exceeds maximum size ({})", n::COMMAND_TOTAL);
        form.fault(path, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
    permissions(form, path, command);
}

fn named(form: &mut Form, path: &Path, object: &Map<String, Value>, strict: bool) -> String {
    let Some(name) = form.between(path, object, "name", (1, n::COMMAND_NAME)) else {
        form.required(&path.at("name"));
        return String::new();
    };
    if strict && !is_name(&name) {
        form.fault(&path.at("name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
    name
}

/// `^[-_'\p{L}\p{N}…]{1,32}$`, in lower case where there is one. Marks of Devanagari and Thai are let pass.
fn is_name(name: &str) -> bool {
    let script = |c: char| ('\u{900}'..='\u{97f}').contains(&c) || ('\u{e00}'..='\u{e7f}').contains(&c);
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'') || script(c);
    !name.is_empty() && name.chars().all(fits) && name == name.to_lowercase()
}

fn described(form: &mut Form, path: &Path, object: &Map<String, Value>) -> usize {
    match form.between(path, object, "description", (1, n::COMMAND_DESCRIPTION)) {
        None => form.required(&path.at("description")),
        Some(text) => return text.chars().count(),
    }
    0
}

fn permissions(form: &mut Form, path: &Path, command: &Map<String, Value>) {
    let bits = command.get("default_member_permissions").filter(|bits| !bits.is_null());
    if bits.is_some_and(|bits| !super::is_snowflake(bits)) {
        let path = path.at("default_member_permissions");
        form.fault(&path, "NUMBER_TYPE_COERCE", "Value is not a permission bit set.");
    }
}

/// Checks options; `depth` is 0 at the command, 1 in a group or subcommand. Answers their size.
fn options(form: &mut Form, path: &Path, parent: &Map<String, Value>, depth: usize) -> usize {
    let list = form.list(path, parent, "options", n::OPTIONS);
    let path = path.at("options");
    let (mut total, mut optional_seen) = (0, false);
    let mut names: Vec<String> = Vec::new();
    for (index, option) in list.iter().enumerate() {
        let path = path.at(index);
        let Some(option) = form.object(&path, option) else { continue };
        let Some(kind) = form.integer(&path, option, "type", (1, 11)) else {
            form.required(&path.at("type"));
            continue;
        };
        let name = named(form, &path, option, true);
        if names.contains(&name) {
            let message = "Option names must be unique";
            form.fault(&path.at("name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message);
        }
        total += name.chars().count() + described(form, &path, option);
        names.push(name);
        let required = form.boolean(&path, option, "required").unwrap_or(false);
        if required && optional_seen {
            let message = "Required options must be placed before non-required options";
            form.fault(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional_seen |= !required && kind > 2;
        total += if kind <= 2 { nested(form, &path, option, (kind, depth)) } else { value(form, &path, option, kind) };
    }
    let subs = list.iter().filter(|option| option["type"].as_i64().is_some_and(|kind| kind <= 2)).count();
    if subs > 0 && subs < list.len() {
        let message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        form.fault(&path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    total
}

fn nested(form: &mut Form, path: &Path, option: &Map<String, Value>, (kind, depth): (i64, usize)) -> usize {
    if depth > 1 || (kind == 2 && depth > 0) {
        let message = "Only command > group > subcommand may be nested";
        form.fault(&path.at("type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    options(form, path, option, depth + 1)
}

fn value(form: &mut Form, path: &Path, option: &Map<String, Value>, kind: i64) -> usize {
    form.known(
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
        form.integer(path, option, "min_length", (0, n::OPTION_LENGTH));
        form.integer(path, option, "max_length", (1, n::OPTION_LENGTH));
    }
    let completes = form.boolean(path, option, "autocomplete").unwrap_or(false);
    let choices = form.list(path, option, "choices", n::CHOICES);
    if completes && (!choices.is_empty() || !matches!(kind, 3 | 4 | 10)) {
        let message = "Autocomplete cannot be set with choices, nor for this type of option";
        form.fault(&path.at("autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message);
    }
    let mut total = 0;
    for (index, choice) in choices.iter().enumerate() {
        let path = path.at("choices").at(index);
        let Some(choice) = form.object(&path, choice) else { continue };
        match form.between(&path, choice, "name", (1, n::CHOICE_NAME)) {
            None => form.required(&path.at("name")),
            Some(name) => total += name.chars().count(),
        }
        match choice.get("value") {
            Some(Value::String(text)) if kind == 3 => {
                form.text(&path, choice, "value", n::CHOICE_VALUE);
                total += text.chars().count();
            }
            Some(Value::Number(_)) if matches!(kind, 4 | 10) => {}
            None | Some(Value::Null) => form.required(&path.at("value")),
            Some(_) => form.fault(&path.at("value"), "BASE_TYPE_BAD_TYPE", "The value does not fit the option's type."),
        }
    }
    total
}
