//! Interaction callbacks: what a bot may answer, by the type of interaction.

use serde_json::{Map, Value, json};

use super::message::{self, MessageSchema};
use super::modal;
use super::validator::{FieldPath, Validator};
use crate::flags;
use crate::interaction::{AUTOCOMPLETE, COMPONENT, MODAL, PING};
use crate::limits;
use crate::message::UploadedFile;
use crate::response::{ApiBody, ApiResponse};

/// What the answer has to fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    /// Discord's number for the type of the interaction.
    pub(crate) kind: i64,
    /// Whether there is a message whose component was used.
    pub(crate) has_source: bool,
    /// Whether that message has the flag IS_COMPONENTS_V2.
    pub(crate) v2: bool,
    /// The type of the option that is completed.
    pub(crate) focused: Option<i64>,
}

/// A valid callback.
pub(crate) struct Callback {
    /// Discord's number for its type.
    pub(crate) kind: i64,
    pub(crate) data: Map<String, Value>,
    /// Keys that Discord ignores.
    pub(crate) ignored: Vec<String>,
}

/// Validates a callback to an interaction.
///
/// # Errors
/// Discord's response to a callback that is not valid.
pub(crate) fn check(
    body: &Map<String, Value>,
    files: &[UploadedFile],
    answered: Answered,
) -> Result<Callback, ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root();
    validator.known(&root, body, &["type", "data"]);
    let kind = validator.integer(&root, body, "type", (1, 12));
    let allowed: &[i64] = match answered.kind {
        PING => &[1],
        AUTOCOMPLETE => &[8],
        COMPONENT => &[4, 5, 6, 7, 9],
        MODAL if answered.has_source => &[4, 5, 6, 7],
        MODAL => &[4, 5],
        _ => &[4, 5, 9],
    };
    match kind {
        None => validator.required(&root.at("type")),
        Some(kind) if !allowed.contains(&kind) => {
            validator.error(&root.at("type"), "BASE_TYPE_CHOICES", format!("Value must be one of {allowed:?}."));
        }
        Some(_) => {}
    }
    let data = validator.inner(&root, body, "data").cloned();
    if matches!(kind, Some(4 | 8 | 9)) && data.is_none() {
        validator.required(&root.at("data"));
    }
    validator.result()?;
    let (kind, data) = (kind.unwrap_or_default(), data.unwrap_or_default());
    let mut ignored = validator.ignored;
    match kind {
        4 => ignored.extend(message::check(&data, MessageSchema::Response, files).map_err(under_data)?),
        5 => deferred(&data)?,
        7 => ignored
            .extend(message::check(&data, MessageSchema::ResponseEdit { v2: answered.v2 }, files).map_err(under_data)?),
        8 => choices(&data, answered.focused)?,
        9 => ignored.extend(modal::check(&data)?),
        _ => {}
    }
    Ok(Callback { kind, data, ignored })
}

/// The errors of a message, as they are reported of a callback that holds it.
fn under_data(mut error: ApiResponse) -> ApiResponse {
    if let ApiBody::Json(body) = &mut error.body
        && let Some(errors) = body.get("errors").cloned()
    {
        body["errors"] = json!({ "data": errors });
    }
    error
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

fn choices(data: &Map<String, Value>, focused: Option<i64>) -> Result<(), ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root().at("data");
    if data.get("choices").is_none_or(Value::is_null) {
        validator.required(&root.at("choices"));
    }
    let choices = validator.list(&root, data, "choices", limits::CHOICES);
    for (index, choice) in choices.iter().enumerate() {
        let path = root.at("choices").at(index);
        let Some(choice) = validator.object(&path, choice) else { continue };
        validator.known(&path, choice, &["name", "name_localizations", "value"]);
        if validator.between(&path, choice, "name", (1, limits::CHOICE_NAME)).is_none() {
            validator.required(&path.at("name"));
        }
        // Integers and numbers take numbers, texts take texts.
        match (choice.get("value"), focused) {
            (Some(Value::String(_)), None | Some(3)) => {
                validator.text(&path, choice, "value", limits::CHOICE_VALUE);
            }
            (Some(Value::Number(number)), Some(4)) if number.is_f64() => {
                validator.error(&path.at("value"), "NUMBER_TYPE_COERCE", format!("Value \"{number}\" is not int."));
            }
            (Some(Value::Number(_)), None | Some(4 | 10)) => {}
            (None | Some(Value::Null), _) => validator.required(&path.at("value")),
            (Some(_), _) => {
                let message = "The value does not fit the option's type.";
                validator.error(&path.at("value"), "APPLICATION_COMMAND_OPTIONS_VALUE_INVALID", message);
            }
        }
    }
    validator.result()
}
