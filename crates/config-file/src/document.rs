//! A TOML file with positions, read key by key so that every mistake in it is found in one go. serde would
//! stop at the first; here a wrong value costs one mistake and reading goes on.

mod snippet;
mod from_toml;
mod literal;
mod location;
mod table;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

pub use self::from_toml::{FromToml, ValueError};
pub use self::location::SourceSpan;
pub use self::table::Table;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, DiagnosticSeverity, Diagnostics, Location};

/// A parsed file: its name as the user knows it, its text and its root table.
#[derive(Debug, Clone)]
pub struct Document {
    name: Arc<str>,
    text: String,
    root: TomlValue,
    /// Where each line begins, so that a place costs no walk through the text.
    lines: Vec<usize>,
    /// Whether its values may be secrets, so that only harmless ones are ever shown.
    guarded: bool,
    /// Whether it could be read in part only.
    broken: bool,
}

/// A value and where it stands in the text.
#[derive(Debug, Clone)]
pub struct TomlValue {
    pub value: TomlKind,
    pub span: Range<usize>,
}

#[derive(Debug, Clone)]
pub enum TomlKind {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Datetime(String),
    Array(Vec<TomlValue>),
    /// In the order of the file, so that `[vars]` can build on one another.
    Table(Vec<TomlEntry>),
}

#[derive(Debug, Clone)]
pub struct TomlEntry {
    pub key: String,
    pub key_span: Range<usize>,
    pub node: TomlValue,
}

impl Document {
    /// Parses the text. Every syntax mistake is added to `diagnostics`; what could be read is returned all
    /// the same, so that the rest of the file can be judged too.
    pub fn parse(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Self {
        Self::parse_as(name, text, false, diagnostics)
    }

    /// As [`Document::parse`], for a file that may hold secrets: what mistakes show of it is harmless.
    pub fn parse_guarded(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Self {
        Self::parse_as(name, text, true, diagnostics)
    }

    fn parse_as(name: &str, text: &str, guarded: bool, diagnostics: &mut Diagnostics) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let root = TomlValue { span: table.span(), value: TomlKind::Table(entries(table.into_inner())) };
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let broken = !errors.is_empty();
        let document = Self { name: name.into(), text: text.to_owned(), root, lines, guarded, broken };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            diagnostics.add(document.error(&span, "", Code::SYNTAX, error.message().to_owned()));
        }
        document
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The root as a table to be read.
    pub fn root(&self) -> Table<'_> {
        Table::new(self, &self.root, String::new())
    }

    /// Rewrites every string value with `replace`; its errors become diagnostics at the value, with the code that
    /// `code` gives them.
    pub fn rewrite_strings<E: fmt::Display>(
        &mut self,
        replace: impl Fn(&str) -> Result<Option<String>, E>,
        code: impl Fn(&E) -> Code,
        diagnostics: &mut Diagnostics,
    ) {
        let mut failed = Vec::new();
        rewrite(&mut self.root, String::new(), &replace, &mut failed);
        for (span, key, error) in failed {
            diagnostics.add(self.error(&span, &key, code(&error), error.to_string()));
        }
    }

    fn error(&self, span: &Range<usize>, key: &str, code: Code, message: String) -> Diagnostic {
        self.diagnostic(DiagnosticSeverity::Error, span, key, code, message)
    }

    fn diagnostic(
        &self,
        severity: DiagnosticSeverity,
        span: &Range<usize>,
        key: &str,
        code: Code,
        message: String,
    ) -> Diagnostic {
        let message = snippet::without_secrets(self, message);
        let snippet = self.snippet(span);
        Diagnostic { snippet, ..Diagnostic::new(severity, code, self.location(span, key), message) }
    }

    fn location(&self, span: &Range<usize>, key: &str) -> Location {
        let (line, column) = self.place(span.start);
        Location { file: Arc::clone(&self.name), line, column, key: key.to_owned(), width: self.width(span) }
    }
}

impl Document {
    /// Line and column (in characters) of a byte of the text, both from 1.
    fn place(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..byte.min(self.text.len())).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

impl TomlKind {
    /// What kind of value this is, as a person would say it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Boolean(_) => "true/false",
            Self::Datetime(_) => "a date",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn entries(table: DeTable<'_>) -> Vec<TomlEntry> {
    let mut entries: Vec<TomlEntry> = table
        .into_iter()
        .map(|(key, value)| {
            let span = value.span();
            TomlEntry {
                key_span: key.span(),
                key: key.into_inner().into_owned(),
                node: TomlValue { value: convert(value.into_inner()), span },
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn convert(value: DeValue<'_>) -> TomlKind {
    match value {
        DeValue::String(text) => TomlKind::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| TomlKind::Float(number.as_str().parse().unwrap_or(f64::MAX)), TomlKind::Integer),
        DeValue::Float(number) => TomlKind::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => TomlKind::Boolean(flag),
        DeValue::Datetime(at) => TomlKind::Datetime(at.to_string()),
        DeValue::Array(items) => TomlKind::Array(
            items.into_iter().map(|item| TomlValue { span: item.span(), value: convert(item.into_inner()) }).collect(),
        ),
        DeValue::Table(table) => TomlKind::Table(entries(table)),
    }
}

fn rewrite<E>(
    node: &mut TomlValue,
    path: String,
    replace: &impl Fn(&str) -> Result<Option<String>, E>,
    failed: &mut Vec<(Range<usize>, String, E)>,
) {
    match &mut node.value {
        TomlKind::String(text) => match replace(text) {
            Ok(Some(new)) => *text = new,
            Ok(None) => {}
            Err(error) => failed.push((node.span.clone(), path, error)),
        },
        TomlKind::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                rewrite(item, format!("{path}[{at}]"), replace, failed);
            }
        }
        TomlKind::Table(entries) => {
            for entry in entries {
                rewrite(&mut entry.node, join(&path, &entry.key), replace, failed);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let text = "name = 3\nsiez = 1\n[inner]\nflag = \"yes\"\n";
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("a.toml", text, &mut diagnostics);
        let mut root = document.root();
        assert_eq!(root.get::<String>("name", &mut diagnostics), None);
        assert_eq!(root.get::<u64>("size", &mut diagnostics), None);
        let mut inner = root.table("inner", &mut diagnostics).expect("a table");
        assert_eq!(inner.get::<bool>("flag", &mut diagnostics), None);
        assert_eq!(inner.require::<String>("to", &mut diagnostics), None);
        inner.finish(&mut diagnostics);
        root.finish(&mut diagnostics);
        let told = diagnostics.to_string();
        for part in [
            "a.toml:1:8: `name`: expected a string, found an integer",
            "a.toml:2:1: `siez`: unknown key\n  2 | siez = 1\n    | ^^^^\n  help: did you mean `size`?",
            "a.toml:4:8: `inner.flag`: expected true or false, found a string",
            "a.toml:3:1: `inner.to`: missing key",
        ] {
            assert!(told.contains(part), "{part}\n--\n{told}");
        }
        assert_eq!(diagnostics.errors(), 4);
    }

    #[test]
    fn broken_syntax_still_leaves_the_rest_to_be_read() {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("a.toml", "a = \nb = 2\nc = = 3\n", &mut diagnostics);
        assert!(diagnostics.errors() >= 2, "{diagnostics}");
        assert_eq!(document.root().get::<u64>("b", &mut diagnostics), Some(2));
    }

    #[test]
    fn tables_keep_the_order_of_the_file() {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("a.toml", "[vars]\nz = 1\na = 2\nm = 3\n", &mut diagnostics);
        let vars = document.root().table("vars", &mut diagnostics).expect("a table");
        assert_eq!(vars.all().iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["z", "a", "m"]);
    }
}
