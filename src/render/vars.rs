//! `[vars]`: expressions with a name, computed once for an event.

use minijinja::Value;

use crate::document::{self, Spot, Table};
use crate::expression::{Expression, Scope};
use crate::mistake::Mistakes;

/// Names that mean something in every template; `[vars]` cannot take them.
const TAKEN: [&str; 7] = ["payload", "event", "headers", "item", "loop", "rest", "text"];

/// The `[vars]` as the files say them, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct VarSources<'d>(Vec<Source<'d>>);

#[derive(Debug, Clone)]
struct Source<'d> {
    name: &'d str,
    text: &'d str,
    spot: Spot<'d>,
}

impl<'d> VarSources<'d> {
    pub(super) fn read(table: &Table<'d>, mistakes: &mut Mistakes) -> Self {
        let mut vars = Vec::new();
        for entry in table.all() {
            let (name, spot) = (entry.key.as_str(), table.spot(&entry.key));
            let document::Value::String(text) = &entry.node.value else {
                let what = format!("expected an expression in quotes, found {}", entry.node.value.kind());
                spot.mistake(what, None, mistakes);
                continue;
            };
            match check_name(name) {
                Ok(()) => vars.push(Source { name, text, spot }),
                Err(what) => spot.mistake(what, None, mistakes),
            }
        }
        Self(vars)
    }

    /// These laid over `base`: one of the same name takes that one's place, so that all that is built on it
    /// sees it.
    pub(super) fn over(&self, base: &Self) -> Self {
        let mut merged = base.clone();
        for var in &self.0 {
            match merged.0.iter_mut().find(|known| known.name == var.name) {
                Some(known) => *known = var.clone(),
                None => merged.0.push(var.clone()),
            }
        }
        merged
    }

    pub(super) fn compile(&self, mistakes: &mut Mistakes) -> Vars {
        let mut vars: Vec<(String, Expression)> = Vec::new();
        for Source { name, text, spot } in &self.0 {
            let names: Vec<&str> = vars.iter().map(|(name, _)| name.as_str()).collect();
            // A wrong var stays known, so that its users are not mistakes too.
            let parsed = Expression::parse(text, &names)
                .map_err(|what| spot.pointed(&what).mistake(what, None, mistakes))
                .or_else(|()| Expression::parse("none", &[]));
            if let Ok(expression) = parsed {
                vars.push(((*name).to_owned(), expression));
            }
        }
        Vars(vars)
    }
}

fn check_name(name: &str) -> Result<(), String> {
    if TAKEN.contains(&name) {
        return Err(format!("`{name}` has a meaning of its own, take another name"));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("a var's name is made of letters, digits and `_`".to_owned());
    }
    Ok(())
}

/// The `[vars]` of a file, and of those its messages extend.
#[derive(Debug, Default)]
pub(super) struct Vars(Vec<(String, Expression)>);

impl Vars {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The scope with every var; one that fails is undefined, with a note.
    pub(super) fn apply(&self, scope: &Scope) -> (Scope, Vec<String>) {
        let mut scope = scope.over(self.0.len());
        let mut notes = Vec::new();
        for (name, expression) in &self.0 {
            let value = expression.value(&scope).unwrap_or_else(|why| {
                notes.push(format!("var `{name}` {why}"));
                Value::UNDEFINED
            });
            scope.set(name.clone(), value);
        }
        (scope, notes)
    }
}
