//! Forms: rows of one text input each, or labels with one input of any kind. [D components/reference, O ModalInteractionCallbackRequest]

use serde_json::{Map, Value};

use super::component::{self, CustomIds};
use super::validator::{FieldPath, Validator};
use crate::limits;
use crate::response::ApiResponse;

const ROW: i64 = 1;
const TEXT_INPUT: i64 = 4;
const TEXT_DISPLAY: i64 = 10;
const LABEL: i64 = 18;
/// What a label may hold: selects, a text input, an upload.
const IN_LABEL: [i64; 7] = [3, TEXT_INPUT, 5, 6, 7, 8, 19];

/// Validates a form and returns the keys that Discord ignores.
///
/// # Errors
/// Discord's response: the tree of errors.
pub(super) fn check(data: &Map<String, Value>) -> Result<Vec<String>, ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root().at("data");
    validator.known(&root, data, &["custom_id", "title", "components"]);
    for (key, most) in [("custom_id", limits::CUSTOM_ID), ("title", limits::MODAL_TITLE)] {
        if validator.between(&root, data, key, (1, most)).is_none() {
            validator.required(&root.at(key));
        }
    }
    let rows = validator.list(&root, data, "components", usize::MAX);
    let path = root.at("components");
    if !(1..=limits::MODAL_ROWS).contains(&rows.len()) {
        let message = format!("Must be between 1 and {} in length.", limits::MODAL_ROWS);
        validator.error(&path, "BASE_TYPE_BAD_LENGTH", message);
    }
    let mut ids = CustomIds::default();
    for (index, row) in rows.iter().enumerate() {
        let path = path.at(index);
        let Some(row) = validator.object(&path, row) else { continue };
        match validator.integer(&path, row, "type", (1, 64)) {
            None => validator.required(&path.at("type")),
            Some(ROW) => one_input(&mut validator, &path, row, &mut ids),
            Some(LABEL) => label(&mut validator, &path, row, &mut ids),
            Some(TEXT_DISPLAY) => {
                validator.needed(&path, row, "content", limits::TEXT_DISPLAY);
            }
            Some(_) => {
                let message = "Value of field \"type\" must be one of (1, 10, 18).";
                validator.error(&path.at("type"), "BASE_TYPE_CHOICES", message);
            }
        }
    }
    validator.result().map(|()| validator.ignored)
}

/// A row holds one text input, and nothing else.
fn one_input(validator: &mut Validator, path: &FieldPath, row: &Map<String, Value>, ids: &mut CustomIds) {
    validator.known(path, row, &["type", "id", "components"]);
    let inputs = validator.list(path, row, "components", limits::BUTTONS);
    let path = path.at("components");
    let [input] = inputs else {
        return validator.error(&path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 1 in length.");
    };
    let path = path.at(0);
    let Some(input) = validator.object(&path, input) else { return };
    if input.get("type").and_then(Value::as_i64) != Some(TEXT_INPUT) {
        let message = "Value of field \"type\" must be one of (4,).";
        return validator.error(&path.at("type"), "BASE_TYPE_CHOICES", message);
    }
    validator.needed(&path, input, "label", limits::INPUT_LABEL);
    text_input(validator, &path, input, ids);
}

fn label(validator: &mut Validator, path: &FieldPath, label: &Map<String, Value>, ids: &mut CustomIds) {
    validator.known(path, label, &["type", "id", "label", "description", "component"]);
    validator.needed(path, label, "label", limits::INPUT_LABEL);
    validator.text(path, label, "description", limits::LABEL_DESCRIPTION);
    let Some(inner) = validator.inner(path, label, "component") else {
        return validator.required(&path.at("component"));
    };
    let path = path.at("component");
    match inner.get("type").and_then(Value::as_i64) {
        Some(TEXT_INPUT) => {
            if inner.get("label").is_some_and(|text| !text.is_null()) {
                validator.error(
                    &path.at("label"),
                    "BASE_TYPE_BAD_TYPE",
                    "A text input in a label has no label of its own",
                );
            }
            text_input(validator, &path, inner, ids);
        }
        Some(3) => component::check_select_menu(validator, &path, inner, ids),
        Some(kind) if IN_LABEL.contains(&kind) => ids.take(validator, &path, inner),
        _ => {
            let message = format!("Value of field \"type\" must be one of {IN_LABEL:?}.");
            validator.error(&path.at("type"), "BASE_TYPE_CHOICES", message);
        }
    }
}

fn text_input(validator: &mut Validator, path: &FieldPath, input: &Map<String, Value>, ids: &mut CustomIds) {
    let keys =
        ["type", "id", "custom_id", "style", "label", "min_length", "max_length", "required", "value", "placeholder"];
    validator.known(path, input, &keys);
    ids.take(validator, path, input);
    if validator.integer(path, input, "style", (1, 2)).is_none() {
        validator.required(&path.at("style"));
    }
    validator.boolean(path, input, "required");
    validator.text(path, input, "placeholder", limits::INPUT_PLACEHOLDER);
    let bound = i64::try_from(limits::INPUT_VALUE).unwrap_or(i64::MAX);
    let least = validator.integer(path, input, "min_length", (0, bound)).unwrap_or(0);
    let most = validator.integer(path, input, "max_length", (1, bound)).unwrap_or(bound);
    if least > most {
        let message = "The minimum must not be larger than the maximum";
        validator.error(&path.at("min_length"), "TEXT_INPUT_MIN_MAX_INVALID", message);
    }
    // An empty value is none, so that `min_length` does not hold for it.
    let value = input.get("value").and_then(Value::as_str).filter(|value| !value.is_empty());
    let length = value.map(|value| i64::try_from(value.chars().count()).unwrap_or(i64::MAX));
    if length.is_some_and(|length| !(least..=most).contains(&length)) {
        let message = format!("Must be between {least} and {most} in length.");
        validator.error(&path.at("value"), "BASE_TYPE_BAD_LENGTH", message);
    }
}
