//! `severity` of `[[facts]]`.

use super::locator::{Constants, Locator, LocatorScope};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};
use hookbell_model::event::Severity;

/// A fixed severity, a word of the payload, or a mapping of the payload's words.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct SeverityRule {
    pub(super) at: Locator,
    map: Vec<(String, Severity)>,
    otherwise: Option<Severity>,
}

impl SeverityRule {
    /// `"error"`, `"/severity"`, or `{ at = "/state", map = { failed = "error" }, else = "info" }`.
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
        inner.finish(diagnostics);
        Self { at, map, otherwise }
    }

    pub(super) fn find(&self, scope: &LocatorScope<'_>) -> Option<Severity> {
        let word = self.at.find(scope).map(|word| word.trim().to_lowercase());
        let mapped = word.and_then(|word| {
            let entry = self.map.iter().find(|(known, _)| *known == word);
            entry.map(|(_, severity)| *severity).or_else(|| word.parse().ok())
        });
        mapped.or(self.otherwise)
    }
}
