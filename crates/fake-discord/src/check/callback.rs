//! Interaction callbacks: what a bot may answer, by the kind of interaction it answers.

use serde_json::{Map, Value};

use super::message::{self, Kind};
use super::{Form, Path};
use crate::answer::Answer;
use crate::numbers as n;

/// The kinds of interaction, by Discord's numbers.
pub(crate) const COMMAND: i64 = 2;
pub(crate) const COMPONENT: i64 = 3;
pub(crate) const AUTOCOMPLETE: i64 = 4;

/// A callback that is in order: its type, its data, and the keys that were ignored.
pub(crate) type Callback = (i64, Map<String, Value>, Vec<String>);

/// Judges a callback.
///
/// # Errors
/// Discord's answer when it is not in order.
pub(crate) fn check(body: &Map<String, Value>, kind: i64) -> Result<Callback, Answer> {
    let mut form = Form::default();
    let root = Path::root();
    form.known(&root, body, &["type", "data"]);
    let answer = form.integer(&root, body, "type", (1, 12));
    let allowed: &[i64] = match kind {
        AUTOCOMPLETE => &[8],
        COMPONENT => &[4, 5, 6, 7, 9],
        _ => &[4, 5, 9],
    };
    match answer {
        None => form.required(&root.at("type")),
        Some(answer) if !allowed.contains(&answer) => {
            form.fault(&root.at("type"), "BASE_TYPE_CHOICES", format!("Value must be one of {allowed:?}."));
        }
        Some(_) => {}
    }
    let data = form.inner(&root, body, "data").cloned().unwrap_or_default();
    form.verdict()?;
    let answer = answer.unwrap_or_default();
    let mut ignored = form.ignored;
    match answer {
        4 => ignored.extend(message::check(&data, Kind::Reply, 0)?),
        5 => deferred(&data)?,
        7 => ignored.extend(message::check(&data, Kind::ReplyEdit, 0)?),
        8 => choices(&data)?,
        9 => modal(&data)?,
        _ => {}
    }
    Ok((answer, data, ignored))
}

/// Only EPHEMERAL may be said with "thinking".
fn deferred(data: &Map<String, Value>) -> Result<(), Answer> {
    let mut form = Form::default();
    let flags = form.integer(&Path::root(), data, "flags", (0, i64::from(i32::MAX))).unwrap_or(0);
    if flags & !n::EPHEMERAL != 0 {
        let path = Path::root().at("data").at("flags");
        form.fault(&path, "BITFIELD_TYPE_INVALID", "Only EPHEMERAL can be set here.");
    }
    form.verdict()
}

fn choices(data: &Map<String, Value>) -> Result<(), Answer> {
    let mut form = Form::default();
    let root = Path::root().at("data");
    let choices = form.list(&root, data, "choices", n::CHOICES);
    for (index, choice) in choices.iter().enumerate() {
        let path = root.at("choices").at(index);
        let Some(choice) = form.object(&path, choice) else { continue };
        form.known(&path, choice, &["name", "name_localizations", "value"]);
        if form.between(&path, choice, "name", (1, n::CHOICE_NAME)).is_none() {
            form.required(&path.at("name"));
        }
        match choice.get("value") {
            Some(Value::String(_)) => {
                form.text(&path, choice, "value", n::CHOICE_VALUE);
            }
            Some(Value::Number(_)) => {}
            _ => form.required(&path.at("value")),
        }
    }
    form.verdict()
}

fn modal(data: &Map<String, Value>) -> Result<(), Answer> {
    let mut form = Form::default();
    let root = Path::root();
    for (key, most) in [("custom_id", n::CUSTOM_ID), ("title", n::MODAL_TITLE)] {
        if form.between(&root, data, key, (1, most)).is_none() {
            form.required(&root.at(key));
        }
    }
    let rows = form.list(&root, data, "components", n::MODAL_ROWS);
    if rows.is_empty() {
        form.required(&root.at("components"));
    }
    form.verdict()
}
