//! `[[type]]`: event types that no place in the request names.

use crate::request::{FieldCondition, ValueScope};
use hookbell_config_file::{Code, Diagnostics, Table};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct TypeRule {
    pub(super) event_type: String,
    /// Without one it is the type of every event that no rule before it names.
    when: FieldCondition,
}

impl TypeRule {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let event_type: String = table.require("is", diagnostics).unwrap_or_default();
        if table.has("is") && (event_type.trim().is_empty() || event_type.contains(['*', '?', '{'])) {
            diagnostics.add(table.error(
                "is",
                Code::INVALID_VALUE,
                "expected the type itself, such as `video.deleted`",
            ));
        }
        let when = table.table("when", diagnostics).map(|when| FieldCondition::read(&when, diagnostics));
        table.finish(diagnostics);
        Self { event_type, when: when.unwrap_or_default() }
    }

    pub(super) fn holds(&self, scope: &ValueScope<'_>) -> bool {
        self.when.holds(scope)
    }
}
