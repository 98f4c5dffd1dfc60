//! Filters for structured data.

use std::io::{self, Write};

use minijinja::value::{Rest, ValueKind};
use minijinja::{State, Value};

use super::args::{Args, FilterResult};
use crate::expression::cut::cut;
use crate::expression::escape::EscapeContext;
use crate::expression::value::{context, is_absent, text};
use crate::expression::view::View;

/// Changes that `diff` shows.
const CHANGES: usize = 20;
/// Characters that it shows of one value.
const SHOWN: usize = 80;
/// Levels of nesting that it descends.
const DEPTH: usize = 8;
/// Bytes that `json` keeps.
const JSON: usize = 16 * 1024;

/// Takes the place of what is missing, none or empty.
#[expect(clippy::needless_pass_by_value, reason = "the engine passes arguments by value")]
pub(super) fn default(value: &Value, fallback: Rest<Value>) -> Value {
    if is_absent(value) || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return fallback.first().cloned().unwrap_or_else(|| Value::from(""));
    }
    value.clone()
}

/// The table's entry for the value; a value that it lacks is returned unchanged, or as the second argument.
pub(super) fn lookup(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let Some(table) = args.get(0, "table").filter(|table| table.kind() == ValueKind::Map) else {
        return Ok(value.clone());
    };
    let found = |key: &Value| table.get_item(key).ok().filter(|found| !is_absent(found));
    let known = found(value).or_else(|| found(&Value::from(text(value).into_owned())));
    Ok(known.or_else(|| args.get(1, "default")).unwrap_or_else(|| value.clone()))
}

/// Compact JSON, cut after 16 KiB.
pub(super) fn json(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    let mut kept = CappedJson(Vec::new());
    let whole = serde_json::to_writer(&mut kept, value).is_ok();
    let text = String::from_utf8_lossy(&kept.0);
    Ok(Value::from(if whole { text.into_owned() } else { text.trim_end_matches('\u{fffd}').to_owned() + "…" }))
}

/// Stops the serializer once the limit is reached.
struct CappedJson(Vec<u8>);

impl Write for CappedJson {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = bytes.len().min(JSON - self.0.len().min(JSON));
        self.0.extend(bytes.iter().take(room));
        if room < bytes.len() { Err(io::Error::other("enough")) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Old → new, a line for each key of `previous` whose value is another now: what Stripe sends as
/// `previous_attributes`. GitHub's `{"title": {"from": "old"}}` is read too.
pub(super) fn diff(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let Some(previous) = args.get(0, "previous") else { return Ok(Value::UNDEFINED) };
    let mut lines = ChangeList { lines: Vec::new(), rest: 0 };
    lines.compare("", value, &previous, 0);
    if lines.rest > 0 {
        lines.lines.push(View::of(state).locale.more_lines(lines.rest));
    }
    Ok(Value::from(lines.lines.join(if context(state) == EscapeContext::Block { "\n" } else { "; " })))
}

struct ChangeList {
    lines: Vec<String>,
    rest: usize,
}

impl ChangeList {
    fn compare(&mut self, path: &str, now: &Value, before: &Value, depth: usize) {
        let is_map = |value: &Value| value.kind() == ValueKind::Map;
        if !is_map(before) || !(is_map(now) || path.is_empty()) || depth >= DEPTH {
            return self.changed(path, now, before);
        }
        let Ok(keys) = before.try_iter() else { return };
        for key in keys {
            let (old, new) = (before.get_item(&key).unwrap_or_default(), now.get_item(&key).unwrap_or_default());
            let path = if path.is_empty() { text(&key).into_owned() } else { format!("{path}.{}", text(&key)) };
            match from(&old).filter(|_| !is_map(&new)) {
                Some(old) => self.changed(&path, &new, &old),
                None => self.compare(&path, &new, &old, depth + 1),
            }
        }
    }

    fn changed(&mut self, path: &str, now: &Value, before: &Value) {
        if now == before || (is_absent(now) && is_absent(before)) {
            return;
        }
        if self.lines.len() >= CHANGES {
            self.rest += 1;
            return;
        }
        let name = if path.is_empty() { String::new() } else { format!("{}: ", cut(path, SHOWN)) };
        self.lines.push(format!("{name}{} → {}", shown(before), shown(now)));
    }
}

/// The old value in GitHub's form of changes.
fn from(change: &Value) -> Option<Value> {
    (change.kind() == ValueKind::Map && change.len() == Some(1))
        .then(|| change.get_attr("from").ok())?
        .filter(|old| !old.is_undefined())
}

/// A value in a few characters.
fn shown(value: &Value) -> String {
    let simple = |value: &Value| !matches!(value.kind(), ValueKind::Map | ValueKind::Seq | ValueKind::Iterable);
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => "–".to_owned(),
        ValueKind::Map => format!("{{{}}}", value.len().unwrap_or(0)),
        ValueKind::Seq | ValueKind::Iterable => {
            let items: Vec<Value> = value.try_iter().into_iter().flatten().take(SHOWN).collect();
            if items.iter().all(simple) {
                cut(&format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")), SHOWN)
            } else {
                format!("[{}]", value.len().unwrap_or(0))
            }
        }
        _ if text(value).trim().is_empty() => "–".to_owned(),
        _ => cut(text(value).lines().next().unwrap_or_default(), SHOWN),
    }
}
