//! `severity` of `[[facts]]`.

use super::locator::{Constants, Locator, LocatorScope};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};
use hookbell_model::event::Severity;

/// A fixed severity, a word of the payload, or a mapping of the payload's words; of a list of alerts the worst.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct SeverityRule {
    pub(super) at: Locator,
    map: Vec<(String, Severity)>,
    otherwise: Option<Severity>,
    worst_of: Option<WorstOf>,
}

/// The items of a list whose severity counts.
#[derive(Debug, Clone, PartialEq)]
struct WorstOf {
    /// JSON pointer of the list. `at` is within each of its items.
    list: String,
    /// What an item has to say for its severity to count, if anything: the place and the word.
    only: Option<(Locator, String)>,
}

/// Items of a list that are read.
const ITEMS: usize = 1000;

impl SeverityRule {
    /// `"error"`, `"/severity"`, or `{ at = "/state", map = { failed = "error" }, else = "info" }`; with
    /// `worst_of = "/alerts", only = { at = "/status", is = "firing" }` the worst of the items that say so.
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        match table.node("severity").map(|node| &node.value) {
            None => return Self::default(),
            Some(TomlKind::String(word)) if !word.starts_with('/') && !word.contains([':', '{']) => {
                return Self { otherwise: table.read("severity", diagnostics, str::parse), ..Self::default() };
            }
            Some(TomlKind::Table(_)) => {}
            Some(_) => {
                return Self {
                    at: Locator::read(table, "severity", Constants::Refused, diagnostics),
                    ..Self::default()
                };
            }
        }
        let Some(mut inner) = table.table("severity", diagnostics) else { return Self::default() };
        let at = Locator::read(&mut inner, "at", Constants::Refused, diagnostics);
        if at.is_empty() && !inner.has("at") {
            diagnostics.add(inner.missing("at").help("where the word is"));
        }
        let mut map = Vec::new();
        if let Some(words) = inner.table("map", diagnostics) {
            for entry in words.all() {
                match &entry.node.value {
                    TomlKind::String(word) => match word.parse() {
                        Ok(severity) => map.push((entry.key.to_lowercase(), severity)),
                        Err(what) => diagnostics.add(words.error(&entry.key, Code::INVALID_VALUE, what)),
                    },
                    other => {
                        diagnostics.add(words.error(
                            &entry.key,
                            Code::INVALID_VALUE,
                            format!("expected a string, found {}", other.kind()),
                        ));
                    }
                }
            }
        }
        let otherwise = inner.read("else", diagnostics, str::parse);
        let worst_of = inner.get::<String>("worst_of", diagnostics);
        let only = inner.table("only", diagnostics).map(|mut only| {
            let at = Locator::read(&mut only, "at", Constants::Refused, diagnostics);
            let is: String = only.require("is", diagnostics).unwrap_or_default();
            only.finish(diagnostics);
            (at, is)
        });
        if only.is_some() && worst_of.is_none() {
            diagnostics.add(inner.error("only", Code::CONFLICTING_KEYS, "means something only with `worst_of`"));
        }
        inner.finish(diagnostics);
        Self { at, map, otherwise, worst_of: worst_of.map(|list| WorstOf { list, only }) }
    }

    pub(super) fn find(&self, scope: &LocatorScope<'_>) -> Option<Severity> {
        let Some(WorstOf { list, only }) = &self.worst_of else { return self.find_one(scope) };
        let counts = |item: &LocatorScope<'_>| {
            only.as_ref().is_none_or(|(at, is)| at.find(item).is_some_and(|word| word.trim() == is))
        };
        let items = (0..ITEMS).map_while(|at| scope.item(list, at)).filter(counts);
        let severities = items.filter_map(|item| self.find_one(&item));
        severities.reduce(|worst, next| if next.is_worse_than(worst) { next } else { worst })
    }

    fn find_one(&self, scope: &LocatorScope<'_>) -> Option<Severity> {
        let word = self.at.find(scope).map(|word| word.trim().to_lowercase());
        let mapped = word.and_then(|word| {
            let entry = self.map.iter().find(|(known, _)| *known == word);
            entry.map(|(_, severity)| *severity).or_else(|| word.parse().ok())
        });
        mapped.or(self.otherwise)
    }
}
