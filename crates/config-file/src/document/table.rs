//! A table being read, key by key; at the end unread keys are reported.

use std::fmt;
use std::ops::Range;

use super::from_toml::FromToml;
use super::key_log::{self, ValueShape};
use super::remedy;
use super::report;
use super::source::Document;
use super::source_span::SourceSpan;
use super::toml_value::{TomlEntry, TomlKind, TomlValue, join};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use hookbell_model::suggest::{did_you_mean, suggestion};

/// A table being read. Each requested key is marked as read; [`Table::finish`] reports the others as unknown.
#[derive(Debug)]
pub struct Table<'d> {
    document: &'d Document,
    path: String,
    /// The path with `[]` for numbers and `*` for names that the user chose; empty unless keys are recorded.
    pattern: String,
    span: Range<usize>,
    entries: &'d [TomlEntry],
    known: Vec<&'static str>,
}

impl<'d> Table<'d> {
    pub(super) fn new(document: &'d Document, node: &'d TomlValue, path: String, pattern: String) -> Self {
        let entries = if let TomlKind::Table(entries) = &node.value { entries.as_slice() } else { &[] };
        Self { document, path, pattern, span: node.span.clone(), entries, known: Vec::new() }
    }

    /// The dotted path of this table, e.g. `routes[0]`; empty for the root.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same table with no key marked as read, for a second reader.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            document: self.document,
            path: self.path.clone(),
            pattern: self.pattern.clone(),
            span: self.span.clone(),
            entries: self.entries,
            known: Vec::new(),
        }
    }

    /// The entry under `key`, which is marked as read, as a value of this shape.
    fn entry(&mut self, key: &'static str, shape: impl FnOnce() -> ValueShape) -> Option<&'d TomlEntry> {
        key_log::read(&self.document.name, &self.pattern, key, shape);
        // A key may be read twice: first its kind, then its value.
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Whether the key is in the file. Does not mark it as read.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The span of the key, or of the table where the key is absent; for mistakes that are found later.
    pub fn span(&self, key: &str) -> SourceSpan<'d> {
        let found = self.entries.iter().find(|entry| entry.key == key);
        let span = found.map_or(&self.span, |entry| &entry.node.span);
        let path = if key.is_empty() { self.path.clone() } else { join(&self.path, key) };
        SourceSpan { document: self.document, span: span.clone(), path }
    }

    /// Marks keys as read that are checked in another way, or may be absent.
    pub fn tick(&mut self, keys: &[&'static str]) {
        for key in keys {
            key_log::read(&self.document.name, &self.pattern, key, || ValueShape::Any);
        }
        self.known.extend(keys);
    }

    /// The raw value under `key`, which is marked as read.
    pub fn node(&mut self, key: &'static str) -> Option<&'d TomlValue> {
        self.entry(key, || ValueShape::Any).map(|entry| &entry.node)
    }

    /// The value under `key`; a value of the wrong kind is a mistake and counts as absent.
    pub fn get<T: FromToml>(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<T> {
        let entry = self.entry(key, T::shape)?;
        match T::from_toml(&entry.node) {
            Ok(value) => Some(value),
            Err(_) if self.document.is_unfilled(&entry.node) => None,
            Err(wrong) => {
                let path = join(&self.path, key);
                let help = wrong.remedy.and_then(|remedy| remedy::help(self.document, remedy, &wrong.span));
                let error = report::error(self.document, &wrong.span, &path, wrong.code, wrong.message);
                diagnostics.add(error.maybe_help(help));
                None
            }
        }
    }

    /// As [`Table::get`], but absence is a mistake too.
    pub fn require<T: FromToml>(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<T> {
        if !self.has(key) {
            self.entry(key, T::shape);
            diagnostics.add(self.missing(key));
            return None;
        }
        self.get(key, diagnostics)
    }

    /// A string under `key`, converted to `T` by `read`, whose error text becomes the message.
    pub fn read<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text: String = self.get(key, diagnostics)?;
        let wrong = |error: E| {
            if self.entries.iter().any(|entry| entry.key == key && !self.document.is_unfilled(&entry.node)) {
                diagnostics.add(self.error(key, Code::INVALID_VALUE, error.to_string()));
            }
        };
        read(&text).map_err(wrong).ok()
    }

    /// A string or list of strings under `key`, each made into `T` by `read`. Absent = empty.
    pub fn read_list<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let texts: Vec<String> = self.get(key, diagnostics).unwrap_or_default();
        let entry = self.entries.iter().find(|entry| entry.key == key);
        let nodes = entry.map_or(&[][..], |entry| match &entry.node.value {
            TomlKind::Array(items) => items,
            _ => std::slice::from_ref(&entry.node),
        });
        let mut list = Vec::with_capacity(texts.len());
        for (text, node) in texts.into_iter().zip(nodes) {
            match read(&text) {
                Ok(value) => list.push(value),
                Err(_) if self.document.is_unfilled(node) => {}
                Err(error) => diagnostics.add(self.error(key, Code::INVALID_VALUE, error.to_string())),
            }
        }
        list
    }

    /// The table under `key`.
    pub fn table(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Table<'d>> {
        let entry = self.entry(key, || ValueShape::Table)?;
        self.expect_table(&entry.node, join(&self.path, key), self.pattern_of(key), diagnostics)
    }

    /// The array of tables under `key` (`[[key]]`); absent = empty.
    pub fn tables(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<Table<'d>> {
        let Some(entry) = self.entry(key, || ValueShape::Tables) else { return Vec::new() };
        let path = join(&self.path, key);
        let pattern = format!("{}[]", self.pattern_of(key));
        match &entry.node.value {
            TomlKind::Array(items) => {
                let numbered = items.iter().enumerate();
                numbered
                    .filter_map(|(at, item)| {
                        self.expect_table(item, format!("{path}[{at}]"), pattern.clone(), diagnostics)
                    })
                    .collect()
            }
            other => {
                let message = format!("expected a list of tables (`[[{key}]]`), found {}", other.kind());
                let help = matches!(other, TomlKind::Table(_)).then(|| format!("write two brackets: `[[{path}]]`"));
                let error = report::error(self.document, &entry.node.span, &path, Code::WRONG_TYPE, message);
                diagnostics.add(error.maybe_help(help));
                Vec::new()
            }
        }
    }

    /// The tables under `key`, by the names the user chose (`[key.NAME]`), in the order of the file.
    pub fn named_tables(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<(String, Table<'d>)> {
        let path = join(&self.path, key);
        let Some(entry) = self.entry(key, || ValueShape::NamedTables) else { return Vec::new() };
        if matches!(entry.node.value, TomlKind::Array(_)) {
            let message = format!("expected tables with names (`[{path}.NAME]`), found a list");
            let error = report::error(self.document, &entry.node.span, &path, Code::WRONG_TYPE, message);
            let name = named(&entry.node).unwrap_or("NAME");
            diagnostics.add(error.help(format!("`[{path}.{name}]` instead of `[[{path}]]`")));
            return Vec::new();
        }
        let pattern = self.pattern_of(key);
        let Some(outer) = self.expect_table(&entry.node, path, pattern, diagnostics) else { return Vec::new() };
        let one = |entry: &'d TomlEntry| {
            let (path, pattern) = (join(&outer.path, &entry.key), outer.pattern_of("*"));
            if !matches!(entry.node.value, TomlKind::Table(_)) {
                let message = "this table holds tables with names, and no keys of its own".to_owned();
                let help = format!("begin one with `[{}.NAME]`, and put `{}` below it", outer.path, entry.key);
                let error = report::error(self.document, &entry.key_span, &path, Code::WRONG_TYPE, message);
                diagnostics.add(error.help(help));
                return None;
            }
            Some((entry.key.clone(), outer.expect_table(&entry.node, path, pattern, diagnostics)?))
        };
        outer.entries.iter().filter_map(one).collect()
    }

    /// All entries, marked as read: for tables whose keys are the user's own, such as `[vars]`.
    pub fn all(&self) -> &'d [TomlEntry] {
        self.entries
    }

    /// An error at `key`, or at the table itself where the key is absent.
    pub fn error(&self, key: &str, code: Code, message: impl fmt::Display) -> Diagnostic {
        self.span(key).error(code, message)
    }

    /// A warning at `key`, or at the table itself where the key is absent.
    pub fn warning(&self, key: &str, code: Code, message: impl fmt::Display) -> Diagnostic {
        self.span(key).warning(code, message)
    }

    /// The error that `key` is missing in this table.
    pub fn missing(&self, key: &str) -> Diagnostic {
        self.span("").missing(key)
    }

    /// Reports every unread key as a mistake, with a suggestion.
    pub fn finish(self, diagnostics: &mut Diagnostics) {
        key_log::finished(&self.document.name, &self.pattern);
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            let help = self.help_for(&entry.key);
            let path = join(&self.path, &entry.key);
            let unknown =
                report::error(self.document, &entry.key_span, &path, Code::UNKNOWN_KEY, "unknown key".to_owned());
            diagnostics.add(unknown.maybe_help(help));
        }
    }

    /// The pattern of a table below this one.
    fn pattern_of(&self, key: &str) -> String {
        if key_log::is_active() { join(&self.pattern, key) } else { String::new() }
    }

    /// What was meant by a key that this table does not know: one of its own that is spelt alike, else one of another table.
    fn help_for(&self, key: &str) -> Option<String> {
        let known = || self.known.iter().copied();
        let homes = self.document.homes;
        let near = did_you_mean(key, known());
        if let Some(header) = near
            .filter(|_| self.path.is_empty())
            .and_then(|near| homes?.header(near).filter(|header| *header != format!("[{near}]")))
        {
            return Some(format!("did you mean `{header}`?"));
        }
        let part = || known().find(|word| word.split('_').any(|part| part == key)).filter(|_| near.is_none());
        let elsewhere = || homes?.help(key, &self.path).filter(|_| near.is_none());
        let part = part().map(|word| format!("did you mean `{word}`?"));
        part.or_else(elsewhere).or_else(|| suggestion(key, known()))
    }

    fn expect_table(
        &self,
        node: &'d TomlValue,
        path: String,
        pattern: String,
        diagnostics: &mut Diagnostics,
    ) -> Option<Table<'d>> {
        if matches!(node.value, TomlKind::Table(_)) {
            return Some(Table::new(self.document, node, path, pattern));
        }
        let message = format!("expected a table, found {}", node.value.kind());
        diagnostics.add(report::error(self.document, &node.span, &path, Code::WRONG_TYPE, message));
        None
    }
}

/// What the first table of a list calls itself, where that can be the name of a table.
fn named(list: &TomlValue) -> Option<&str> {
    let TomlKind::Array(items) = &list.value else { return None };
    let TomlKind::Table(entries) = &items.first()?.value else { return None };
    let name = entries.iter().find(|entry| entry.key == "name")?;
    let TomlKind::String(name) = &name.node.value else { return None };
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-') && name.len() <= 40;
    plain.then_some(name)
}
