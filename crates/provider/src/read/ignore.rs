//! `[[ignore]]`: events that are not stored.

use crate::request::{FieldCondition, ValueScope};
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::event::Globs;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct IgnoreRule {
    on: Globs,
    when: FieldCondition,
}

impl IgnoreRule {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let on: Option<Vec<String>> = table.get("on", diagnostics);
        let when =
            table.table("when", diagnostics).map(|table| FieldCondition::read(&table, diagnostics)).unwrap_or_default();
        if on.is_none() && when.is_empty() {
            diagnostics.add(table.error("", Code::MISSING_KEY, "expected `on` (types) or `when` (conditions)"));
        }
        table.finish(diagnostics);
        Self { on: Globs::new(on.unwrap_or_else(|| vec!["*".to_owned()])), when }
    }

    pub(super) fn matches(&self, event_type: &str, scope: &ValueScope<'_>) -> bool {
        self.on.matches(event_type) && self.when.holds(scope)
    }
}
