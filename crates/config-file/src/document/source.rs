//! A parsed file: its text, its values, and the lines and columns of its bytes.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::key_homes::KeyHomes;
use super::possible_secrets::PossibleSecrets;
use super::toml_value::{TomlKind, TomlValue};

/// A parsed file: its name as the user gave it, its text and its root table.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) name: Arc<str>,
    pub(super) text: String,
    pub(super) root: TomlValue,
    /// Where each line begins, so that a location is found without a scan of the text.
    pub(super) lines: Vec<usize>,
    /// Whether its values may be secrets, so that only harmless ones are ever shown.
    pub(super) guarded: bool,
    /// Whether it could be read in part only.
    pub(super) broken: bool,
    /// Values with which something is wrong that has been reported.
    pub(super) unfilled: Vec<Range<usize>>,
    /// Texts that came from outside the file.
    pub(super) filled: Vec<String>,
    /// Which table has which key, where that is known of this kind of file.
    pub(super) homes: Option<&'static KeyHomes>,
    /// What of it may be a secret, gathered when the first mistake is reported.
    pub(super) secrets: OnceLock<PossibleSecrets>,
}

impl Document {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// With what is known of the tables of this kind of file.
    #[must_use]
    pub fn with_homes(self, homes: &'static KeyHomes) -> Self {
        Self { homes: Some(homes), secrets: OnceLock::new(), ..self }
    }

    /// Something is wrong with the values at these bytes that has been reported: what is read of them is not reported as well.
    pub fn add_reported(&mut self, spans: impl IntoIterator<Item = Range<usize>>) {
        self.unfilled.extend(spans);
    }

    /// Whether something is wrong with the value that has been reported.
    pub(super) fn is_unfilled(&self, node: &TomlValue) -> bool {
        self.unfilled.contains(&node.span)
    }

    /// What of it may be a secret.
    pub(super) fn secrets(&self) -> &PossibleSecrets {
        self.secrets.get_or_init(|| PossibleSecrets::of(&self.root, self.broken, &self.filled, self.homes))
    }

    /// Line and column (in characters) of a byte of the text, both from 1.
    pub(super) fn place(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..byte.min(self.text.len())).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// The value that begins at this byte; of a list of tables, the table.
    pub(super) fn node_at(&self, byte: usize) -> Option<&TomlValue> {
        fn find(node: &TomlValue, byte: usize) -> Option<&TomlValue> {
            let within = match &node.value {
                TomlKind::Array(items) => {
                    let last = items.partition_point(|item| item.span.start <= byte);
                    nearest_first(items, last).find_map(|item| find(item, byte))
                }
                TomlKind::Table(entries) => {
                    let last = entries.partition_point(|entry| entry.key_span.start <= byte);
                    nearest_first(entries, last).find_map(|entry| find(&entry.node, byte))
                }
                _ => None,
            };
            within.or_else(|| (node.span.start == byte).then_some(node))
        }
        match &self.root.value {
            TomlKind::Table(entries) => entries.iter().find_map(|entry| find(&entry.node, byte)),
            _ => None,
        }
    }
}

/// The parts from the last one before this position backwards, then the others. A value is nearly always in the last part that
/// begins before it, but a table may continue after others (`[a.b.c]`).
fn nearest_first<T>(parts: &[T], position: usize) -> impl Iterator<Item = &T> {
    let (before, after) = parts.split_at(position.min(parts.len()));
    before.iter().rev().chain(after)
}
