//! Fills in a form (a modal) as Discord's client does, and makes what it sends.

use serde_json::{Value, json};

use super::component;
use super::error::InteractionError;

const TEXT_INPUT: i64 = 4;
const LABEL: i64 = 18;

/// The `data` of a form that is sent. `fields` are named by label or custom id; what is not named keeps its value.
///
/// # Errors
/// When there is no such field, and when a value does not fit one.
pub(super) fn submission(form: &Value, fields: &[(&str, &str)]) -> Result<Value, InteractionError> {
    let mut used = vec![false; fields.len()];
    let mut rows = Vec::new();
    for (index, row) in form["components"].as_array().into_iter().flatten().enumerate() {
        let id = row.get("id").cloned().unwrap_or_else(|| json!(index + 1));
        match row["type"].as_i64() {
            Some(LABEL) => {
                let inner = filled(&row["component"], &row["label"], fields, &mut used)?;
                rows.push(json!({ "type": LABEL, "id": id, "component": inner }));
            }
            Some(1) => {
                let inner = &row["components"][0];
                rows.push(
                    json!({ "type": 1, "id": id, "components": [filled(inner, &inner["label"], fields, &mut used)?] }),
                );
            }
            _ => rows.push(json!({ "type": row["type"], "id": id })),
        }
    }
    if let Some(((unknown, _), _)) = fields.iter().zip(&used).find(|(_, used)| !**used) {
        return Err(InteractionError::UnknownField((*unknown).to_owned()));
    }
    Ok(json!({ "custom_id": form["custom_id"], "components": rows }))
}

fn filled(input: &Value, label: &Value, fields: &[(&str, &str)], used: &mut [bool]) -> Result<Value, InteractionError> {
    let is_named = |(name, _): &(&str, &str)| label == *name || input["custom_id"] == *name;
    let position = fields.iter().position(is_named);
    if let Some(used) = position.and_then(|position| used.get_mut(position)) {
        *used = true;
    }
    let given = position.and_then(|position| fields.get(position)).map(|(_, value)| *value);
    let id = input.get("id").cloned().unwrap_or(json!(1));
    if input["type"].as_i64() != Some(TEXT_INPUT) {
        let chosen: Vec<&str> = given.into_iter().flat_map(|value| value.split(", ")).collect();
        let (data, kind) = component::choose(input, &chosen)?;
        return Ok(json!({ "type": kind, "id": id, "custom_id": input["custom_id"], "values": data["values"] }));
    }
    let value = given.or(input["value"].as_str()).unwrap_or_default();
    check(input, label, value)?;
    Ok(json!({ "type": TEXT_INPUT, "id": id, "custom_id": input["custom_id"], "value": value }))
}

fn check(input: &Value, label: &Value, value: &str) -> Result<(), InteractionError> {
    let length = u64::try_from(value.chars().count()).unwrap_or(u64::MAX);
    let (least, most) = (input["min_length"].as_u64().unwrap_or(0), input["max_length"].as_u64().unwrap_or(4000));
    let empty = length == 0;
    let fits = if empty { input["required"] == false } else { (least.max(1)..=most).contains(&length) };
    if fits { Ok(()) } else { Err(InteractionError::Field(label.as_str().unwrap_or_default().to_owned())) }
}
