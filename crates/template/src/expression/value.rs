//! What filters and operators share: the text of a value, whether it is absent, and how it will be escaped.

use std::borrow::Cow;
use std::fmt::{self, Write};

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, State, Value};

use super::escape::EscapeContext;

/// The longest text that is written for a value that is no text, in bytes: far more than any message holds.
const LONGEST: usize = 1 << 20;

/// A value's text as it would be printed, before any escaping.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None if is_absent(value) => Cow::Borrowed(""),
        None if value.kind() == ValueKind::Bool => Cow::Borrowed(if value.is_true() { "true" } else { "false" }),
        None => Cow::Owned(written(value)),
    }
}

pub(super) fn is_absent(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

/// The value at a dotted path within a value; undefined where there is none.
pub(super) fn at_path(value: &Value, path: &str) -> Value {
    path.split('.').fold(value.clone(), |value, part| {
        let at = part.parse::<usize>().ok().map(Value::from);
        at.map_or_else(|| value.get_attr(part), |at| value.get_item(&at)).unwrap_or_default()
    })
}

/// How the values of the text that is being rendered are escaped. Escaping cannot be turned off: `{% autoescape false
/// %}` falls back to the strictest context that shows text.
pub(super) fn context(state: &State<'_, '_>) -> EscapeContext {
    match state.auto_escape() {
        AutoEscape::Custom(name) => {
            EscapeContext::ALL.into_iter().find(|context| context.name() == name).unwrap_or(EscapeContext::Block)
        }
        _ => EscapeContext::Block,
    }
}

/// A value that is not a string, printed up to the longest size of a message: a list may hold another many times.
fn written(value: &Value) -> String {
    let mut capped = CappedText(String::new());
    // The rest is dropped, and ends the printing.
    if write!(capped, "{value}").is_err() {
        capped.0.push('…');
    }
    capped.0
}

struct CappedText(String);

impl fmt::Write for CappedText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}
