//! Parses a document.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use toml::de::DeTable;

use super::report;
use super::source::Document;
use super::source_span::SourceSpan;
use super::syntax_slip::SyntaxSlip;
use super::table::Table;
use super::toml_value::{TomlKind, TomlValue, entries, rewrite};
use crate::code::Code;
use crate::diagnostic::{Diagnostics, Location};

impl Document {
    /// Parses the text. Every syntax mistake is added to `diagnostics`; what could be read is returned all
    /// the same, so that the rest of the file can be checked too.
    pub fn parse(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Self {
        Self::parse_as(name, text, false, diagnostics)
    }

    /// As [`Document::parse`], for a file that may hold secrets: its diagnostics show no values that may be secret.
    pub fn parse_guarded(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Self {
        Self::parse_as(name, text, true, diagnostics)
    }

    fn parse_as(name: &str, text: &str, guarded: bool, diagnostics: &mut Diagnostics) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let root = TomlValue { span: table.span(), value: TomlKind::Table(entries(table.into_inner())) };
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let broken = !errors.is_empty();
        let mut document = Self {
            name: name.into(),
            text: text.to_owned(),
            root,
            lines,
            guarded,
            broken,
            unfilled: Vec::new(),
            filled: Vec::new(),
            homes: None,
            secrets: OnceLock::new(),
        };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let wrong = SyntaxSlip::find(text, &span, error.message());
            diagnostics.add(match &wrong {
                Some((slip, at)) => report::error(&document, at, "", Code::SYNTAX, slip.to_string()).help(slip.help()),
                None => report::error(&document, &span, "", Code::SYNTAX, error.message().to_owned()),
            });
            // What was read of such a value is no mistake of its own.
            let reported = [Some(span), wrong.map(|(_, at)| at)].into_iter().flatten();
            reported.for_each(|span| leaves_at(&document.root, &span, &mut document.unfilled));
        }
        document
    }

    /// The root as a table to be read.
    pub fn root(&self) -> Table<'_> {
        Table::new(self, &self.root, String::new(), String::new())
    }

    /// Rewrites every string value with `replace`; its errors become diagnostics at the value, with the code that
    /// `code` gives them. What is read of such a value later is not reported as well.
    pub fn rewrite_strings<E: fmt::Display>(
        &mut self,
        replace: impl Fn(&str) -> Result<Option<String>, E>,
        code: impl Fn(&E) -> Code,
        diagnostics: &mut Diagnostics,
    ) {
        let mut failed = Vec::new();
        // What was gathered before was of other values.
        self.secrets = OnceLock::new();
        let filled = RefCell::new(Vec::new());
        let replace = |text: &str| replace(text).inspect(|new| filled.borrow_mut().extend(new.clone()));
        rewrite(&mut self.root, String::new(), &replace, &mut failed);
        self.filled.extend(filled.into_inner());
        for (span, key, error) in failed {
            diagnostics.add(report::error(self, &span, &key, code(&error), error.to_string()));
            self.unfilled.push(span);
        }
    }

    /// The value at this span, if the text is still the same.
    pub fn span(&self, location: &Location) -> SourceSpan<'_> {
        let start = self.lines.get(location.line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..).unwrap_or_default();
        let byte = start + line.chars().take(location.column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
        let span = self.node_at(byte).map_or(byte..byte, |node| node.span.clone());
        SourceSpan { document: self, span, path: location.key.clone() }
    }
}

/// The spans of the values, lists and tables apart, that reach into these bytes.
fn leaves_at(node: &TomlValue, bytes: &Range<usize>, found: &mut Vec<Range<usize>>) {
    match &node.value {
        TomlKind::Table(entries) => entries.iter().for_each(|entry| leaves_at(&entry.node, bytes, found)),
        TomlKind::Array(items) => items.iter().for_each(|item| leaves_at(item, bytes, found)),
        _ if node.span.start < bytes.end.max(bytes.start + 1)
            && bytes.start < node.span.end.max(node.span.start + 1) =>
        {
            found.push(node.span.clone());
        }
        _ => {}
    }
}
