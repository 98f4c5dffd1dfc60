//! `[vars]`: named expressions, each computed at most once for an event.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use minijinja::Value;

use crate::codes;
use crate::expression::{self, Expression, HISTORY, Scope};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{self, Code, SourceSpan, Table};
use hookbell_model::live::{RememberedValues, fill};
use hookbell_model::note::Note;

/// Reserved names; `[vars]` cannot define them.
const TAKEN: [&str; 8] = ["payload", "event", "headers", "history", "item", "loop", "rest", "text"];

/// The `[vars]` as the files say them, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct VarSources<'d>(Vec<VarSource<'d>>);

#[derive(Debug, Clone)]
struct VarSource<'d> {
    name: &'d str,
    text: &'d str,
    span: SourceSpan<'d>,
}

impl<'d> VarSources<'d> {
    pub(super) fn read(table: &Table<'d>, diagnostics: &mut Diagnostics) -> Self {
        let mut vars = Vec::new();
        for entry in table.all() {
            let (name, span) = (entry.key.as_str(), table.span(&entry.key));
            let hookbell_config_file::TomlKind::String(text) = &entry.node.value else {
                let what = format!("expected an expression in quotes, found {}", entry.node.value.kind());
                diagnostics.add(span.error(Code::WRONG_TYPE, what));
                continue;
            };
            match check_name(name) {
                Ok(()) => vars.push(VarSource { name, text, span }),
                Err(what) => diagnostics.add(span.error(codes::RESERVED_NAME, what)),
            }
        }
        Self(vars)
    }

    /// These as an overlay of `base`: one of the same name takes that one's place, so that all that depends on it
    /// uses it.
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

    pub(super) fn compile(&self, diagnostics: &mut Diagnostics) -> Vars {
        let mut vars = Vars::default();
        for VarSource { name, text, span } in &self.0 {
            let names: Vec<&str> = vars.names().chain([HISTORY]).collect();
            // A wrong var stays known, so that its users are not mistakes too.
            let parsed = Expression::parse(text, &names)
                .map_err(|error| {
                    let wrong = span.within(&error.span).error(codes::TEMPLATE_SYNTAX, error.to_string());
                    diagnostics.add(wrong.maybe_help(error.help()));
                })
                .or_else(|()| Expression::parse("none", &[]));
            if let Ok(expression) = parsed {
                let needs = vars.needed(&expression.names().into_iter().collect());
                vars.0.push(Var { name: (*name).to_owned(), expression, needs });
            }
        }
        vars
    }
}

/// Why a var cannot have this name.
#[derive(Debug, thiserror::Error)]
enum NameError<'n> {
    #[error("`{0}` has a meaning of its own, take another name")]
    Reserved(&'n str),
    #[error("a var's name is made of letters, digits and `_`")]
    Characters,
}

fn check_name(name: &str) -> Result<(), NameError<'_>> {
    if TAKEN.contains(&name) || expression::is_global(name) {
        return Err(NameError::Reserved(name));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(NameError::Characters);
    }
    Ok(())
}

/// The `[vars]` of a file, and of those its messages extend. Each can use those before it.
#[derive(Debug, Default)]
pub(super) struct Vars(Vec<Var>);

#[derive(Debug)]
struct Var {
    name: String,
    expression: Expression,
    needs: RequiredVars,
}

/// The places of the vars that something is made of, in their order: those it names, and those that these name.
#[derive(Debug, Default)]
pub(super) struct RequiredVars(Vec<usize>);

impl Vars {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|var| var.name.as_str())
    }

    /// The place of the var of this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names().position(|known| known == name)
    }

    /// The names of the vars at these places.
    pub(super) fn named<'v>(&'v self, places: &'v [usize]) -> impl Iterator<Item = &'v str> {
        places.iter().filter_map(|at| self.0.get(*at)).map(|var| var.name.as_str())
    }

    pub(super) fn all(&self) -> RequiredVars {
        RequiredVars((0..self.0.len()).collect())
    }

    /// What texts with these names in them need.
    pub(super) fn needed(&self, names: &HashSet<String>) -> RequiredVars {
        let named = self.0.iter().enumerate().filter(|(_, var)| names.contains(&var.name));
        let places: BTreeSet<usize> = named.flat_map(|(at, var)| var.needs.0.iter().copied().chain([at])).collect();
        RequiredVars(places.into_iter().collect())
    }
}

/// Values that take the place of missing ones, for the vars at these places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fill<'v> {
    pub(super) places: &'v [usize],
    pub(super) values: &'v RememberedValues,
}

/// The vars of a file for one event, each computed when it is first needed.
pub(super) struct VarCache<'v> {
    vars: &'v Arc<Vars>,
    fill: Option<Fill<'v>>,
    /// The values before they were filled, of the vars that are.
    own: RememberedValues,
    scope: Scope,
    done: Vec<bool>,
}

impl<'v> VarCache<'v> {
    pub(super) fn new(vars: &'v Arc<Vars>, scope: &Scope) -> Self {
        Self {
            vars,
            fill: None,
            own: RememberedValues::new(),
            scope: scope.over(vars.0.len()),
            done: vec![false; vars.0.len()],
        }
    }

    /// As [`VarCache::new`], where what is missing is filled in.
    pub(super) fn filled(vars: &'v Arc<Vars>, scope: &Scope, fill: Fill<'v>) -> Self {
        Self { fill: Some(fill), ..Self::new(vars, scope) }
    }

    pub(super) fn are_of(&self, vars: &Arc<Vars>) -> bool {
        Arc::ptr_eq(self.vars, vars)
    }

    /// What the event itself says of the vars that are filled, as far as they were computed.
    pub(super) fn into_own(self) -> RememberedValues {
        self.own
    }

    /// The scope with what is needed; a var that fails is undefined, with a note.
    pub(super) fn scope(&mut self, needed: &RequiredVars, notes: &mut Vec<Note>) -> Scope {
        for at in &needed.0 {
            let (Some(Var { name, expression, .. }), Some(done @ false)) =
                (self.vars.0.get(*at), self.done.get_mut(*at))
            else {
                continue;
            };
            *done = true;
            let value = expression.value(&self.scope).unwrap_or_else(|error| {
                notes.push(Note::VarFailed { name: name.clone(), error: error.to_string() });
                Value::UNDEFINED
            });
            let value = match self.fill.filter(|fill| fill.places.contains(at)) {
                Some(fill) => {
                    let own = serde_json::to_value(&value).unwrap_or_default();
                    let filled = filled(value, &own, fill.values.get(name));
                    self.own.insert(name.clone(), own);
                    filled
                }
                None => value,
            };
            self.scope.set(name.clone(), value);
        }
        self.scope.clone()
    }
}

fn filled(value: Value, own: &serde_json::Value, remembered: Option<&serde_json::Value>) -> Value {
    let Some(remembered) = remembered else { return value };
    let known = fill(own.clone(), remembered);
    if known == *own { value } else { serde_json::from_value(known).unwrap_or(value) }
}
