//! The paths that a text names (`payload.items[0].name`), how far each exists in an event's data, and which existing
//! key was probably meant: for `check`, which reports typos in templates.

use std::ops::Range;

use minijinja::Value;
use minijinja::value::ValueKind;

use minijinja::machinery::ast::Expr;

use super::comparisons::{self, Known};
use super::limits::range;
use super::scope::Scope;
use super::syntax::Syntax;
use hookbell_model::suggest::did_you_mean;

/// Most keys compared where a path ends; a larger map is keyed by data.
const KEYS: usize = 500;

/// A name and the steps from it.
#[derive(Debug, Clone)]
pub struct ValuePath {
    root: String,
    steps: Vec<PathStep>,
    /// The bytes of the text that it was read from.
    span: Range<usize>,
}

#[derive(Debug, Clone)]
struct PathStep {
    /// As it is written: `.name`, `["name"]`, `[0]`.
    written: String,
    key: StepKey,
}

#[derive(Debug, Clone)]
enum StepKey {
    Name(String),
    Index(i64),
}

/// How far a path leads in one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathLookup {
    /// To a value; or its root is not known here.
    Exists,
    /// Only so many steps; with the keys that there are instead.
    Ends { steps: usize, known: Vec<String>, list: bool },
}

/// The paths of a text with `{{ … }}` in it, in their order; none where it cannot be read.
pub fn paths(source: &str) -> Vec<ValuePath> {
    Syntax::template(source).map(|syntax| paths_of(&syntax)).unwrap_or_default()
}

/// The paths of an expression, in their order; none where it cannot be read.
pub fn expression_paths(text: &str) -> Vec<ValuePath> {
    Syntax::expression(text).map(|syntax| paths_of(&syntax)).unwrap_or_default()
}

/// The paths that a text compares with what is known to be a number or a text; `whole` where the text is an expression.
pub fn compared_paths(text: &str, whole: bool) -> Vec<(ValuePath, Known)> {
    let Ok(syntax) = (if whole { Syntax::expression(text) } else { Syntax::template(text) }) else { return Vec::new() };
    let sides = comparisons::known_sides(&syntax);
    let side = |path: ValuePath| {
        let (_, known) = sides.iter().find(|(span, _)| *span == path.span)?;
        Some((path, *known))
    };
    paths_of(&syntax).into_iter().filter_map(side).collect()
}

fn paths_of(syntax: &Syntax<'_>) -> Vec<ValuePath> {
    let mut found: Vec<ValuePath> = Vec::new();
    let mut within: Vec<&Expr<'_>> = Vec::new();
    syntax.each_expression(&mut |expression| {
        // What is within a longer path is a part of it.
        if within.iter().any(|part| std::ptr::eq(*part, expression)) {
            return;
        }
        // A method is no step.
        if let Expr::Call(call) = expression
            && matches!(call.expr, Expr::GetAttr(_))
        {
            within.push(&call.expr);
        }
        if let Some((path, parts)) = path(expression, syntax.source) {
            within.extend(parts);
            if !path.steps.is_empty() {
                found.push(path);
            }
        }
    });
    found.sort_by_key(|path| path.span.start);
    found
}

/// The path that an expression is, and the expressions that are parts of it.
fn path<'e, 's>(expression: &'e Expr<'s>, source: &str) -> Option<(ValuePath, Vec<&'e Expr<'s>>)> {
    let (mut steps, mut parts, mut base) = (Vec::new(), Vec::new(), expression);
    loop {
        let next = match base {
            Expr::Var(var) => {
                steps.reverse();
                let span = range(var.span()).start..range(expression.span()).end;
                return Some((ValuePath { root: var.id.to_owned(), steps, span }, parts));
            }
            Expr::GetAttr(node) => {
                steps.push(PathStep { written: format!(".{}", node.name), key: StepKey::Name(node.name.to_owned()) });
                &node.expr
            }
            Expr::GetItem(node) => {
                steps.push(subscript(&node.subscript_expr, source)?);
                &node.expr
            }
            _ => return None,
        };
        base = next;
        parts.push(base);
    }
}

/// `[0]`, `['name']` and `.0`; what is computed is no step.
fn subscript(expression: &Expr<'_>, source: &str) -> Option<PathStep> {
    let Expr::Const(node) = expression else { return None };
    let key = match node.value.as_str() {
        Some(name) => StepKey::Name(name.to_owned()),
        None => StepKey::Index(i64::try_from(node.value.clone()).ok()?),
    };
    let span = range(node.span());
    let written = source.get(span.clone())?;
    let dotted = source.get(..span.start)?.ends_with('.');
    Some(PathStep { written: if dotted { format!(".{written}") } else { format!("[{written}]") }, key })
}

impl ValuePath {
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The bytes of the text that it was read from.
    pub fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// As it is written in the text.
    pub fn text(&self) -> String {
        self.root.clone() + &self.steps.iter().map(|step| step.written.as_str()).collect::<String>()
    }

    /// Without the steps from that one on.
    pub fn begin(&self, steps: usize) -> String {
        self.root.clone() + &self.steps.iter().take(steps).map(|step| step.written.as_str()).collect::<String>()
    }

    /// Whether its value is a number or a text, in what a scope holds.
    pub fn known(&self, scope: &Scope) -> Option<Known> {
        let value = self.steps.iter().fold(scope.lookup(&self.root), |value, step| {
            let key = match &step.key {
                StepKey::Name(key) => Value::from(key.as_str()),
                StepKey::Index(index) => Value::from(*index),
            };
            value.get_item(&key).unwrap_or_default()
        });
        match value.kind() {
            ValueKind::Number => Some(Known::Number),
            ValueKind::String => Some(Known::Text),
            _ => None,
        }
    }

    /// How far the path exists in what a scope holds.
    pub fn look_up(&self, scope: &Scope) -> PathLookup {
        let mut value = scope.lookup(&self.root);
        if value.is_undefined() {
            return PathLookup::Exists;
        }
        for (at, step) in self.steps.iter().enumerate() {
            let next = match &step.key {
                StepKey::Name(key) => value.get_item(&Value::from(key.as_str())),
                StepKey::Index(index) => value.get_item(&Value::from(*index)),
            };
            let next = next.unwrap_or_default();
            if next.is_undefined() {
                let list = value.kind() == ValueKind::Seq;
                let known = if list { Vec::new() } else { keys(&value) };
                return PathLookup::Ends { steps: at, known, list };
            }
            value = next;
        }
        PathLookup::Exists
    }

    /// The path that was most likely meant, where this one ends after so many steps: with the nearest of the known
    /// keys. `sure` takes only what can hardly be anything else than a typo.
    pub fn meant(&self, steps: usize, known: &[String], sure: bool) -> Option<String> {
        let Some(PathStep { key: StepKey::Name(written), .. }) = self.steps.get(steps) else { return None };
        let known = || known.iter().map(String::as_str).filter(|key| *key != written);
        let alike = known().find(|key| plain(key) == plain(written));
        let near = alike.or_else(|| did_you_mean(written, known()).filter(|near| !sure || is_slip(written, near)))?;
        let rest: String = self.steps.iter().skip(steps + 1).map(|step| step.written.as_str()).collect();
        let is_word = near.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let step = if is_word { format!(".{near}") } else { format!("[\"{near}\"]") };
        Some(format!("{}{step}{rest}", self.begin(steps)))
    }
}

fn keys(value: &Value) -> Vec<String> {
    if value.kind() != ValueKind::Map {
        return Vec::new();
    }
    let keys = value.try_iter().into_iter().flatten();
    keys.take(KEYS).filter_map(|key| key.as_str().map(str::to_owned)).collect()
}

/// `customerEmail` and `customer_email` are alike.
fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One letter off, or two in a long word; but `merged_at` and `merged_by` are two words.
fn is_slip(written: &str, near: &str) -> bool {
    let other_end = |(a, b): (&str, &str)| a != b && a.chars().count() <= 3 && b.chars().count() <= 3;
    match strsim::damerau_levenshtein(written, near) {
        0 | 1 => true,
        2 => written.chars().count() >= 6 && !written.rsplit('_').zip(near.rsplit('_')).any(other_end),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
    use hookbell_model::timestamp::Timestamp;

    fn texts(source: &str) -> Vec<String> {
        paths(source).iter().map(ValuePath::text).collect()
    }

    #[test]
    fn the_paths_of_a_text_are_found_as_they_are_written() {
        let source = "a.b {{ payload.a[0].b['c d'] | f(payload.d, x=y.z) }} {% if not item.e is defined %}{% endif %}{# p.q #}\
                      {{ payload.items.first() }}{{ 'p.q' }}";
        let expected = ["payload.a[0].b['c d']", "payload.d", "y.z", "item.e", "payload.items"];
        assert_eq!(texts(source), expected.map(str::to_owned));
        let read: Vec<ValuePath> = paths(source);
        assert_eq!(read.iter().filter_map(|path| source.get(path.span().clone())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_path_that_ends_suggests_what_was_meant() {
        let body = json!({ "a": [{ "name": 1 }], "merged_by": 2, "customer_email": 3 }).to_string();
        let event = Event {
            id: EventId::UNSET,
            source: String::new(),
            provider: String::new(),
            reference: String::new(),
            event_type: String::new(),
            topic: Topic::Other,
            facts: Facts::default(),
            time: Timestamp::default(),
            received: Timestamp::default(),
        };
        let scope = Scope::new(&event, &Raw { body: body.into_bytes(), ..Raw::default() });
        let meant = |text: &str, sure| {
            let path = expression_paths(text).remove(0);
            match path.look_up(&scope) {
                PathLookup::Exists => None,
                PathLookup::Ends { steps, known, .. } => path.meant(steps, &known, sure),
            }
        };
        assert_eq!(meant("payload.a[0].name", true), None);
        assert_eq!(meant("payload.a[0].nmae", true).as_deref(), Some("payload.a[0].name"));
        assert_eq!(meant("payload.customerEmail.x", true).as_deref(), Some("payload.customer_email.x"));
        assert_eq!(meant("payload.merged_at", true), None, "two words");
        assert_eq!(meant("payload.merged_at", false).as_deref(), Some("payload.merged_by"));
        assert_eq!(meant("payload.a.name", true), None);
        assert_eq!(meant("unknown.a", true), None);
    }
}
