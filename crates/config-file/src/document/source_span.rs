//! A span in a document that is kept for diagnostics that arise after the document was read.

use std::fmt;
use std::ops::Range;

use super::source::Document;
use super::toml_value::{TomlKind, TomlValue, join};
use super::{literal, report};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, DiagnosticSeverity, Location};

/// The span of a value in a document, with the document.
#[derive(Debug, Clone)]
pub struct SourceSpan<'d> {
    pub(super) document: &'d Document,
    pub(super) span: Range<usize>,
    pub(super) path: String,
}

impl<'d> SourceSpan<'d> {
    /// The same span, with a key or an index appended to its path.
    #[must_use]
    pub fn below(&self, span: &Range<usize>, key: &str) -> Self {
        let numbered = !key.is_empty() && key.chars().all(|c| c.is_ascii_digit());
        let path = if numbered { format!("{}[{key}]", self.path) } else { join(&self.path, key) };
        Self { document: self.document, span: span.clone(), path }
    }

    /// Narrowed to these bytes of the string value.
    #[must_use]
    pub fn within(&self, bytes: &Range<usize>) -> Self {
        self.narrowed(self.document.text.get(self.span.clone()).and_then(|literal| literal::place(literal, bytes)))
    }

    /// Narrowed to this text within it, if it contains the text.
    #[must_use]
    pub fn on(&self, text: &str) -> Self {
        self.narrowed(self.document.text.get(self.span.clone()).and_then(|raw| find_word(raw, text)))
    }

    /// Every string in this value, including those in lists and tables.
    pub fn texts(&self) -> Vec<&'d str> {
        fn gather<'d>(node: &'d TomlValue, found: &mut Vec<&'d str>) {
            match &node.value {
                TomlKind::String(text) => found.push(text),
                TomlKind::Array(items) => items.iter().for_each(|item| gather(item, found)),
                TomlKind::Table(entries) => entries.iter().for_each(|entry| gather(&entry.node, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        if let Some(node) = self.document.node_at(self.span.start) {
            gather(node, &mut found);
        }
        found
    }

    /// The value under a key of a table; the table itself where there is no such key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Self {
        let Some(TomlKind::Table(entries)) = self.document.node_at(self.span.start).map(|node| &node.value) else {
            return self.clone();
        };
        entries
            .iter()
            .find(|entry| entry.key == key)
            .map_or_else(|| self.clone(), |entry| self.below(&entry.node.span, key))
    }

    /// The item of a list with this text.
    #[must_use]
    pub fn item(&self, text: &str) -> Self {
        let node = self.document.node_at(self.span.start);
        let Some(TomlKind::Array(items)) = node.map(|node| &node.value) else { return self.clone() };
        let is = |item: &&TomlValue| matches!(&item.value, TomlKind::String(known) if known == text);
        match items.iter().find(is) {
            Some(item) => Self { span: item.span.clone(), ..self.clone() },
            None => self.clone(),
        }
    }

    fn narrowed(&self, found: Option<Range<usize>>) -> Self {
        let start = self.span.start;
        let span = found.map_or_else(|| self.span.clone(), |found| start + found.start..start + found.end);
        Self { span, ..self.clone() }
    }

    pub fn error(&self, code: Code, message: impl fmt::Display) -> Diagnostic {
        report::diagnostic(self.document, DiagnosticSeverity::Error, &self.span, &self.path, code, message.to_string())
    }

    pub fn warning(&self, code: Code, message: impl fmt::Display) -> Diagnostic {
        report::diagnostic(
            self.document,
            DiagnosticSeverity::Warning,
            &self.span,
            &self.path,
            code,
            message.to_string(),
        )
    }

    /// The error that `key` is missing in this table.
    pub fn missing(&self, key: &str) -> Diagnostic {
        self.below(&self.span, key).error(Code::MISSING_KEY, "missing key")
    }

    /// Line, from 1.
    pub fn line(&self) -> usize {
        self.document.place(self.span.start).0
    }

    pub fn document(&self) -> &'d Document {
        self.document
    }

    pub fn location(&self) -> Location {
        report::location(self.document, &self.span, &self.path)
    }
}

/// Finds a text as a whole word, not as a part of a longer one.
fn find_word(raw: &str, word: &str) -> Option<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: &usize| {
        let before = raw.get(..*at).and_then(|before| before.chars().next_back());
        let after = raw.get(at + word.len()..).and_then(|after| after.chars().next());
        let goes_on = |beside: Option<char>, inner: bool| inner && beside.is_some_and(is_part);
        !goes_on(before, word.starts_with(is_part)) && !goes_on(after, word.ends_with(is_part))
    };
    if word.is_empty() {
        return None;
    }
    raw.match_indices(word).map(|(at, _)| at).find(whole).map(|at| at..at + word.len())
}
