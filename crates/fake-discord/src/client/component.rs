//! Finds components in a message and checks what a person does with them, as Discord's client would.

use serde_json::{Value, json};

use super::error::InteractionError;

pub(super) const BUTTON: i64 = 2;
pub(super) const STRING_SELECT: i64 = 3;

/// The enabled component with this custom id.
pub(super) fn by_custom_id<'c>(components: &'c Value, custom_id: &str) -> Option<&'c Value> {
    all(components).into_iter().find(|one| one["custom_id"] == custom_id && one["disabled"] != true)
}

/// The component that a person would call so: by a button's label or emoji, a select's placeholder, or the custom id.
pub(super) fn by_label<'c>(components: &'c Value, label: &str) -> Option<&'c Value> {
    let called = |one: &&Value| {
        let emoji = one["emoji"]["name"].as_str();
        let text = one["label"].as_str();
        let both = emoji.zip(text).is_some_and(|(emoji, text)| format!("{emoji} {text}") == label);
        both || text == Some(label) || emoji == Some(label) || one["placeholder"] == label || one["custom_id"] == label
    };
    all(components).into_iter().filter(|one| one["custom_id"].is_string()).find(called)
}

/// All components of a message, those within others included.
pub(super) fn all(components: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    for component in components.as_array().into_iter().flatten() {
        found.push(component);
        found.extend(all(&component["components"]));
        if component["accessory"].is_object() {
            found.push(&component["accessory"]);
        }
    }
    found
}

/// The `data` of an interaction with a button.
pub(super) fn press(button: &Value) -> Result<Value, InteractionError> {
    if button["type"].as_i64() != Some(BUTTON) || button["disabled"] == true {
        return Err(InteractionError::UnknownButton);
    }
    Ok(json!({ "id": button["id"], "custom_id": button["custom_id"], "component_type": BUTTON }))
}

/// The `data` of an interaction with a select, and its type. Values of a string select are named by label or value.
///
/// # Errors
/// When the select does not offer this choice.
pub(super) fn choose(select: &Value, chosen: &[&str]) -> Result<(Value, i64), InteractionError> {
    let kind = select["type"].as_i64().unwrap_or_default();
    if !matches!(kind, STRING_SELECT | 5..=8) || select["disabled"] == true {
        return Err(InteractionError::UnknownSelect);
    }
    let values = values(select, kind, chosen)?;
    let bound = |key: &str| select[key].as_u64().and_then(|bound| usize::try_from(bound).ok()).unwrap_or(1);
    let (least, most) = (bound("min_values"), bound("max_values"));
    if !(least..=most).contains(&values.len()) {
        return Err(InteractionError::ChoiceCount { least, most });
    }
    let data = json!({
        "id": select["id"], "custom_id": select["custom_id"], "component_type": kind, "values": values,
    });
    Ok((data, kind))
}

fn values(select: &Value, kind: i64, chosen: &[&str]) -> Result<Vec<String>, InteractionError> {
    if kind != STRING_SELECT {
        return Ok(chosen.iter().map(|id| (*id).to_owned()).collect());
    }
    let options = select["options"].as_array().map_or(&[][..], Vec::as_slice);
    let value = |wanted: &&str| {
        let named = options.iter().find(|option| option["value"] == *wanted || option["label"] == *wanted);
        let value = named.and_then(|option| option["value"].as_str()).map(str::to_owned);
        value.ok_or_else(|| InteractionError::UnknownChoice((*wanted).to_owned()))
    };
    chosen.iter().map(value).collect()
}
