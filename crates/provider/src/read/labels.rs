//! `labels` of `[[facts]]`: the names of a list, each a text or an object with a `name` or a `title`.

use super::locator::LocatorScope;
use crate::text;
use hookbell_config_file::{Diagnostics, Table};
use serde_json::Value;

/// Labels that are kept.
const MOST: usize = 100;
/// Of one label, in characters.
const LONGEST: usize = 100;

/// JSON pointers of lists; the first that is one counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct LabelsRule(Vec<String>);

/// A text that is no JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the JSON pointer of a list, such as `/issue/labels`")]
struct NoPointer;

impl LabelsRule {
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let pointer = |text: &str| if text.starts_with('/') { Ok(text.to_owned()) } else { Err(NoPointer) };
        Self(table.read_list("labels", diagnostics, pointer))
    }

    /// None where no pointer leads to a list.
    pub(super) fn find(&self, scope: &LocatorScope<'_>) -> Option<Vec<String>> {
        let list = self.0.iter().find_map(|pointer| scope.payload.pointer(pointer)?.as_array())?;
        Some(list.iter().filter_map(name).take(MOST).collect())
    }
}

fn name(label: &Value) -> Option<String> {
    let name = label.as_str().or_else(|| ["name", "title"].iter().find_map(|key| label.get(key)?.as_str()))?;
    text::first_line(name, LONGEST)
}
