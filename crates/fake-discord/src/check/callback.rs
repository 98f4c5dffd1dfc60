//! Interaction callbacks: what a bot may answer, by the type of interaction.

use serde_json::{Map, Value};

use super::message::{self, MessageSchema};
use super::validator::{FieldPath, Validator};
use crate::flags;
use crate::interaction::{AUTOCOMPLETE, COMPONENT};
use crate::limits;
use crate::response::ApiResponse;

/// A valid callback.
pub(crate) struct Callback {
    /// Discord's number for its type.
    pub(crate) kind: i64,
    pub(crate) data: Map<String, Value>,
    /// Keys that Discord ignores.
    pub(crate) ignored: Vec<String>,
}

/// Validates a callback to an interaction of this type.
///
/// # Errors
/// Discord's response to a callback that is not valid.
pub(crate) fn check(body: &Map<String, Value>, interaction: i64) -> Result<Callback, ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root();
    validator.known(&root, body, &["type", "data"]);
    let kind = validator.integer(&root, body, "type", (1, 12));
    let allowed: &[i64] = match interaction {
        AUTOCOMPLETE => &[8],
        COMPONENT => &[4, 5, 6, 7, 9],
        _ => &[4, 5, 9],
    };
    match kind {
        None => validator.required(&root.at("type")),
        Some(kind) if !allowed.contains(&kind) => {
            validator.error(&root.at("type"), "BASE_TYPE_CHOICES", format!("Value must be one of {allowed:?}."));
        }
        Some(_) => {}
    }
    let data = validator.inner(&root, body, "data").cloned().unwrap_or_default();
    validator.result()?;
    let kind = kind.unwrap_or_default();
    let mut ignored = validator.ignored;
    match kind {
        4 => ignored.extend(message::check(&data, MessageSchema::Response, 0)?),
        5 => deferred(&data)?,
        7 => ignored.extend(message::check(&data, MessageSchema::ResponseEdit, 0)?),
        8 => choices(&data)?,
        9 => modal(&data)?,
        _ => {}
    }
    Ok(Callback { kind, data, ignored })
}

/// "Thinking" may only be EPHEMERAL.
fn deferred(data: &Map<String, Value>) -> Result<(), ApiResponse> {
    let mut validator = Validator::default();
    let flags = validator.integer(&FieldPath::root(), data, "flags", (0, i64::from(i32::MAX))).unwrap_or(0);
    if flags & !flags::EPHEMERAL != 0 {
        let path = FieldPath::root().at("data").at("flags");
        validator.error(&path, "BITFIELD_TYPE_INVALID", "Only EPHEMERAL can be set here.");
    }
    validator.result()
}

fn choices(data: &Map<String, Value>) -> Result<(), ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root().at("data");
    let choices = validator.list(&root, data, "choices", limits::CHOICES);
    for (index, choice) in choices.iter().enumerate() {
        let path = root.at("choices").at(index);
        let Some(choice) = validator.object(&path, choice) else { continue };
        validator.known(&path, choice, &["name", "name_localizations", "value"]);
        if validator.between(&path, choice, "name", (1, limits::CHOICE_NAME)).is_none() {
            validator.required(&path.at("name"));
        }
        match choice.get("value") {
            Some(Value::String(_)) => {
                validator.text(&path, choice, "value", limits::CHOICE_VALUE);
            }
            Some(Value::Number(_)) => {}
            _ => validator.required(&path.at("value")),
        }
    }
    validator.result()
}

fn modal(data: &Map<String, Value>) -> Result<(), ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root();
    for (key, most) in [("custom_id", limits::CUSTOM_ID), ("title", limits::MODAL_TITLE)] {
        if validator.between(&root, data, key, (1, most)).is_none() {
            validator.required(&root.at(key));
        }
    }
    let rows = validator.list(&root, data, "components", limits::MODAL_ROWS);
    if rows.is_empty() {
        validator.required(&root.at("components"));
    }
    validator.result()
}
