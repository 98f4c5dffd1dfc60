//! Application commands: names, descriptions, localizations, and where a command is for. The size over all is counted as
//! Discord does: of each text its longest language.

use serde_json::{Map, Value};

use super::option;
use super::validator::{FieldPath, Validator};
use super::wording;
use crate::limits;
use crate::snowflake::is_snowflake;

/// CHAT_INPUT among the types of commands; 2 is USER, 3 MESSAGE.
const CHAT_INPUT: i64 = 1;

/// Checks a command under a path. `global`: it belongs to no single server.
pub(crate) fn check(validator: &mut Validator, path: &FieldPath, command: &Map<String, Value>, global: bool) {
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
    let kind = validator.integer(path, command, "type", (1, 4)).unwrap_or(CHAT_INPUT);
    let mut total = wording::name(validator, path, command, kind == CHAT_INPUT).1;
    if kind == CHAT_INPUT {
        total += wording::description(validator, path, command);
        total += option::check_all(validator, path, command, 0);
    } else {
        menu(validator, path, command);
    }
    if total > limits::COMMAND_TOTAL {
        let message = format!("Command exceeds maximum size ({})", limits::COMMAND_TOTAL);
        validator.error(path, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
    permissions(validator, path, command);
    places(validator, path, command, global);
}

/// A command of a message's or a person's menu has neither description nor options.
fn menu(validator: &mut Validator, path: &FieldPath, command: &Map<String, Value>) {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    for key in ["description", "description_localizations"] {
        if command.get(key).is_some_and(|value| !is_empty(value)) {
            let message = "Context menu commands cannot have description";
            validator.error(&path.at(key), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", message);
        }
    }
    if command.get("options").is_some_and(|value| !is_empty(value)) {
        let message = "Context menu commands cannot have options";
        validator.error(&path.at("options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID", message);
    }
}

fn permissions(validator: &mut Validator, path: &FieldPath, command: &Map<String, Value>) {
    let bits = command.get("default_member_permissions").filter(|bits| !bits.is_null());
    if bits.is_some_and(|bits| !is_snowflake(bits)) {
        let path = path.at("default_member_permissions");
        validator.error(&path, "NUMBER_TYPE_COERCE", "Value is not a permission bit set.");
    }
}

/// `contexts` and `integration_types`, which only a global command can have. The code for one of a server is a guess: the
/// documentation says "only for globally-scoped commands", and no more.
fn places(validator: &mut Validator, path: &FieldPath, command: &Map<String, Value>, global: bool) {
    for (key, most) in [("contexts", 2), ("integration_types", 1)] {
        let given = command.get(key).filter(|value| !value.is_null());
        if !global && given.is_some() {
            let message = "This can only be set on global commands";
            validator.error(&path.at(key), "APPLICATION_COMMAND_GLOBAL_ONLY", message);
            continue;
        }
        let list = validator.list(path, command, key, usize::MAX);
        if given.is_some() && list.is_empty() {
            validator.error(&path.at(key), "BASE_TYPE_BAD_LENGTH", "Must be 1 or more in length.");
        }
        for (index, value) in list.iter().enumerate() {
            if value.as_i64().is_none_or(|value| !(0..=most).contains(&value))
                || list.iter().take(index).any(|other| other == value)
            {
                let path = path.at(key).at(index);
                validator.error(&path, "BASE_TYPE_CHOICES", format!("Value must be one of 0..={most}, once."));
            }
        }
    }
}
