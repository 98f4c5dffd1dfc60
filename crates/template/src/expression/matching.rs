//! The test `matching`: whether a text matches a glob, or one of a list. Globs are those of a route's `events`.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value};

use super::budget::spend;
use hookbell_model::event::Globs;

pub(super) fn add(engine: &mut Environment<'static>) {
    engine.add_test("matching", matching);
}

/// What is no text matches nothing, as a missing value does.
fn matching(state: &mut State<'_, '_>, value: &Value, globs: &Value) -> Result<bool, Error> {
    let Some(text) = value.as_str() else { return Ok(false) };
    let globs: Vec<Value> = match globs.kind() {
        ValueKind::Seq => globs.try_iter()?.collect(),
        _ => vec![globs.clone()],
    };
    let globs: Vec<&str> = globs.iter().filter_map(Value::as_str).collect();
    // What comparing them may take, as each star may be tried at each character.
    let length = globs.iter().fold(0_usize, |sum, glob| sum.saturating_add(glob.len()));
    spend(state, text.len().saturating_mul(length))?;
    Ok(Globs::new(globs).matches(text))
}
