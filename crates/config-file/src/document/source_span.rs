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
        let literal = self.document.text.get(self.span.clone());
        let start = self.span.start;
        match literal.and_then(|literal| literal::place(literal, bytes)) {
            Some(found) => self.at(start + found.start..start + found.end),
            None => self.clone(),
        }
    }

    /// The bytes that it covers in the document.
    pub fn bytes(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The same key, at other bytes of the document.
    #[must_use]
    pub fn at(&self, bytes: Range<usize>) -> Self {
        Self { span: bytes, ..self.clone() }
    }

    /// Whether it is a string that could not be rewritten: what is wrong with it has been reported.
    pub fn is_unfilled(&self) -> bool {
        self.document.unfilled.contains(&self.span)
    }

    /// Every string in this value, including those in lists and tables, each with its location. The key stays.
    pub fn strings(&self) -> Vec<(&'d str, Self)> {
        fn gather<'d>(node: &'d TomlValue, found: &mut Vec<(&'d str, Range<usize>)>) {
            match &node.value {
                TomlKind::String(text) => found.push((text, node.span.clone())),
                TomlKind::Array(items) => items.iter().for_each(|item| gather(item, found)),
                TomlKind::Table(entries) => entries.iter().for_each(|entry| gather(&entry.node, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        if let Some(node) = self.document.node_at(self.span.start) {
            gather(node, &mut found);
        }
        found.into_iter().map(|(text, bytes)| (text, self.at(bytes))).collect()
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
            Some(item) => self.at(item.span.clone()),
            None => self.clone(),
        }
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
