//! A TOML file with positions, read key by key so that every mistake in it is found in one go. serde would
//! stop at the first; here a wrong value costs one mistake and reading goes on.

mod excerpt;
mod from_node;
mod spot;

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

pub use self::from_node::{FromNode, Wrong};
pub use self::spot::{Site, Spot};
use crate::mistake::{Level, Mistake, Mistakes, suggestion};

/// A parsed file: its name as the user knows it, its text and its root table.
#[derive(Debug, Clone)]
pub struct Document {
    name: Arc<str>,
    text: String,
    root: Node,
    /// Where each line begins, so that a place costs no walk through the text.
    lines: Vec<usize>,
    /// Whether its values may be secrets, so that only harmless ones are ever shown.
    guarded: bool,
    /// Whether it could be read in part only.
    broken: bool,
}

/// A value and where it stands in the text.
#[derive(Debug, Clone)]
pub struct Node {
    pub value: Value,
    pub span: Range<usize>,
}

#[derive(Debug, Clone)]
pub enum Value {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Datetime(String),
    Array(Vec<Node>),
    /// In the order of the file, so that `[vars]` can build on one another.
    Table(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub key: String,
    pub key_span: Range<usize>,
    pub node: Node,
}

impl Document {
    /// Parses the text. Every syntax mistake is added to `mistakes`; what could be read is returned all
    /// the same, so that the rest of the file can be judged too.
    pub fn parse(name: &str, text: &str, mistakes: &mut Mistakes) -> Self {
        Self::parse_as(name, text, false, mistakes)
    }

    /// As [`Document::parse`], for a file that may hold secrets: what mistakes show of it is harmless.
    pub fn parse_guarded(name: &str, text: &str, mistakes: &mut Mistakes) -> Self {
        Self::parse_as(name, text, true, mistakes)
    }

    fn parse_as(name: &str, text: &str, guarded: bool, mistakes: &mut Mistakes) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let root = Node { span: table.span(), value: Value::Table(entries(table.into_inner())) };
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let broken = !errors.is_empty();
        let document = Self { name: name.into(), text: text.to_owned(), root, lines, guarded, broken };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            document.at(&span, "", error.message().to_owned(), None, Level::Error, mistakes);
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

    /// Rewrites every string value with `replace`; what it refuses becomes a mistake at that place.
    pub fn rewrite_strings(
        &mut self,
        replace: &mut dyn FnMut(&str) -> Result<Option<String>, String>,
        mistakes: &mut Mistakes,
    ) {
        let mut failed = Vec::new();
        rewrite(&mut self.root, String::new(), replace, &mut failed);
        for (span, key, what) in failed {
            self.at(&span, &key, what, None, Level::Error, mistakes);
        }
    }

    fn at(
        &self,
        span: &Range<usize>,
        key: &str,
        what: String,
        hint: Option<String>,
        level: Level,
        mistakes: &mut Mistakes,
    ) {
        let (line, column) = self.place(span.start);
        let (file, key) = (self.name.to_string(), key.to_owned());
        let (width, excerpt) = (self.width(span), self.excerpt(span));
        mistakes.add(Mistake { level, file, line, column, key, what, hint, width, excerpt });
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

/// A table being read. Each key asked for is ticked off; [`Table::finish`] reports the ones nobody knows.
#[derive(Debug)]
pub struct Table<'d> {
    document: &'d Document,
    path: String,
    span: Range<usize>,
    entries: &'d [Entry],
    known: Vec<&'static str>,
}

impl<'d> Table<'d> {
    fn new(document: &'d Document, node: &'d Node, path: String) -> Self {
        let entries = if let Value::Table(entries) = &node.value { entries.as_slice() } else { &[] };
        Self { document, path, span: node.span.clone(), entries, known: Vec::new() }
    }

    /// The dotted path of this table, e.g. `routes[0]`; empty for the root.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same table with nothing ticked off, for a second reader.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            document: self.document,
            path: self.path.clone(),
            span: self.span.clone(),
            entries: self.entries,
            known: Vec::new(),
        }
    }

    /// The entry under `key`, ticked off.
    fn entry(&mut self, key: &'static str) -> Option<&'d Entry> {
        self.known.push(key);
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Whether the key stands in the file. Does not tick it off.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// Where the key stands, or the table itself where the key is absent; for mistakes that are found later.
    pub fn spot(&self, key: &str) -> Spot<'d> {
        let found = self.entries.iter().find(|entry| entry.key == key);
        let span = found.map_or(&self.span, |entry| &entry.node.span);
        let path = if key.is_empty() { self.path.clone() } else { join(&self.path, key) };
        Spot { document: self.document, span: span.clone(), path }
    }

    /// Ticks off keys that were looked at in another way, or may be absent.
    pub fn tick(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// The raw node under `key`, ticked off.
    pub fn node(&mut self, key: &'static str) -> Option<&'d Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value under `key`; a value of the wrong kind is a mistake and counts as absent.
    pub fn get<T: FromNode>(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<T> {
        let entry = self.entry(key)?;
        match T::from_node(&entry.node) {
            Ok(value) => Some(value),
            Err(wrong) => {
                let path = join(&self.path, key);
                self.document.at(&wrong.span, &path, wrong.what, wrong.hint, Level::Error, mistakes);
                None
            }
        }
    }

    /// As [`Table::get`], but absence is a mistake too.
    pub fn require<T: FromNode>(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<T> {
        if !self.has(key) {
            self.known.push(key);
            let what = format!("missing key `{key}`");
            self.document.at(&self.span, &self.path, what, None, Level::Error, mistakes);
            return None;
        }
        self.get(key, mistakes)
    }

    /// A string under `key`, made into `T` by `read`, whose error text becomes the mistake.
    pub fn read<T>(
        &mut self,
        key: &'static str,
        mistakes: &mut Mistakes,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text: String = self.get(key, mistakes)?;
        read(&text).map_err(|what| self.mistake(key, what, None, mistakes)).ok()
    }

    /// A string or list of strings under `key`, each made into `T` by `read`. Absent = empty.
    pub fn read_list<T>(
        &mut self,
        key: &'static str,
        mistakes: &mut Mistakes,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let texts: Vec<String> = self.get(key, mistakes).unwrap_or_default();
        let mut list = Vec::with_capacity(texts.len());
        for text in texts {
            match read(&text) {
                Ok(value) => list.push(value),
                Err(what) => self.mistake(key, what, None, mistakes),
            }
        }
        list
    }

    /// The table under `key`.
    pub fn table(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<Table<'d>> {
        let entry = self.entry(key)?;
        self.expect_table(&entry.node, join(&self.path, key), mistakes)
    }

    /// The array of tables under `key` (`[[key]]`); absent = empty.
    pub fn tables(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Vec<Table<'d>> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        let path = join(&self.path, key);
        match &entry.node.value {
            Value::Array(items) => {
                let numbered = items.iter().enumerate();
                numbered.filter_map(|(at, item)| self.expect_table(item, format!("{path}[{at}]"), mistakes)).collect()
            }
            other => {
                let what = format!("expected a list of tables (`[[{key}]]`), found {}", other.kind());
                self.document.at(&entry.node.span, &path, what, None, Level::Error, mistakes);
                Vec::new()
            }
        }
    }

    /// The tables under `key`, by the names the user chose (`[key.NAME]`), in the order of the file.
    pub fn named_tables(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Vec<(String, Table<'d>)> {
        let Some(outer) = self.table(key, mistakes) else { return Vec::new() };
        let one = |entry: &'d Entry| {
            let path = join(&outer.path, &entry.key);
            Some((entry.key.clone(), outer.expect_table(&entry.node, path, mistakes)?))
        };
        outer.entries.iter().filter_map(one).collect()
    }

    /// All entries, ticked off: for tables whose keys are the user's own, such as `[vars]`.
    pub fn all(&self) -> &'d [Entry] {
        self.entries
    }

    /// Adds a mistake at `key`, or at the table itself where the key is absent.
    pub fn mistake(&self, key: &str, what: impl Into<String>, hint: Option<String>, mistakes: &mut Mistakes) {
        self.tell(key, what.into(), hint, Level::Error, mistakes);
    }

    /// Adds a warning at `key`, or at the table itself where the key is absent.
    pub fn warning(&self, key: &str, what: impl Into<String>, hint: Option<String>, mistakes: &mut Mistakes) {
        self.tell(key, what.into(), hint, Level::Warning, mistakes);
    }

    fn tell(&self, key: &str, what: String, hint: Option<String>, level: Level, mistakes: &mut Mistakes) {
        let found = self.entries.iter().find(|entry| entry.key == key);
        let span = found.map_or(&self.span, |entry| &entry.node.span);
        let path = if key.is_empty() { self.path.clone() } else { join(&self.path, key) };
        self.document.at(span, &path, what, hint, level, mistakes);
    }

    /// As [`Table::mistake`], at the text among the list under `key`.
    pub fn item_mistake(
        &self,
        key: &str,
        text: &str,
        what: impl Into<String>,
        hint: Option<String>,
        mistakes: &mut Mistakes,
    ) {
        self.spot(key).item(text).mistake(what, hint, mistakes);
    }

    /// As [`Table::warning`], at the text among the list under `key`.
    pub fn item_warning(
        &self,
        key: &str,
        text: &str,
        what: impl Into<String>,
        hint: Option<String>,
        mistakes: &mut Mistakes,
    ) {
        self.spot(key).item(text).warning(what, hint, mistakes);
    }

    /// Ends the reading: every key that nobody asked for is a mistake, with a did-you-mean.
    pub fn finish(self, mistakes: &mut Mistakes) {
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            let hint = suggestion(&entry.key, self.known.iter().copied());
            let path = join(&self.path, &entry.key);
            self.document.at(&entry.key_span, &path, "unknown key".to_owned(), hint, Level::Error, mistakes);
        }
    }

    fn expect_table(&self, node: &'d Node, path: String, mistakes: &mut Mistakes) -> Option<Table<'d>> {
        if matches!(node.value, Value::Table(_)) {
            return Some(Table::new(self.document, node, path));
        }
        let what = format!("expected a table, found {}", node.value.kind());
        self.document.at(&node.span, &path, what, None, Level::Error, mistakes);
        None
    }
}

impl Value {
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

fn entries(table: DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| {
            let span = value.span();
            Entry {
                key_span: key.span(),
                key: key.into_inner().into_owned(),
                node: Node { value: convert(value.into_inner()), span },
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn convert(value: DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::Float(number.as_str().parse().unwrap_or(f64::MAX)), Value::Integer),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Boolean(flag),
        DeValue::Datetime(at) => Value::Datetime(at.to_string()),
        DeValue::Array(items) => Value::Array(
            items.into_iter().map(|item| Node { span: item.span(), value: convert(item.into_inner()) }).collect(),
        ),
        DeValue::Table(table) => Value::Table(entries(table)),
    }
}

type Failed = Vec<(Range<usize>, String, String)>;

fn rewrite(
    node: &mut Node,
    path: String,
    replace: &mut dyn FnMut(&str) -> Result<Option<String>, String>,
    failed: &mut Failed,
) {
    match &mut node.value {
        Value::String(text) => match replace(text) {
            Ok(Some(new)) => *text = new,
            Ok(None) => {}
            Err(what) => failed.push((node.span.clone(), path, what)),
        },
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                rewrite(item, format!("{path}[{at}]"), replace, failed);
            }
        }
        Value::Table(entries) => {
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
        let mut mistakes = Mistakes::default();
        let document = Document::parse("a.toml", text, &mut mistakes);
        let mut root = document.root();
        assert_eq!(root.get::<String>("name", &mut mistakes), None);
        assert_eq!(root.get::<u64>("size", &mut mistakes), None);
        let mut inner = root.table("inner", &mut mistakes).expect("a table");
        assert_eq!(inner.get::<bool>("flag", &mut mistakes), None);
        assert_eq!(inner.require::<String>("to", &mut mistakes), None);
        inner.finish(&mut mistakes);
        root.finish(&mut mistakes);
        let told = mistakes.to_string();
        for part in [
            "a.toml:1:8: `name`: expected a string, found an integer",
            "a.toml:2:1: `siez`: unknown key\n  2 | siez = 1\n    | ^^^^\n  hint: did you mean `size`?",
            "a.toml:4:8: `inner.flag`: expected true or false, found a string",
            "`inner`: missing key `to`",
        ] {
            assert!(told.contains(part), "{part}\n--\n{told}");
        }
        assert_eq!(mistakes.errors(), 4);
    }

    #[test]
    fn broken_syntax_still_leaves_the_rest_to_be_read() {
        let mut mistakes = Mistakes::default();
        let document = Document::parse("a.toml", "a = \nb = 2\nc = = 3\n", &mut mistakes);
        assert!(mistakes.errors() >= 2, "{mistakes}");
        assert_eq!(document.root().get::<u64>("b", &mut mistakes), Some(2));
    }

    #[test]
    fn tables_keep_the_order_of_the_file() {
        let mut mistakes = Mistakes::default();
        let document = Document::parse("a.toml", "[vars]\nz = 1\na = 2\nm = 3\n", &mut mistakes);
        let vars = document.root().table("vars", &mut mistakes).expect("a table");
        assert_eq!(vars.all().iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["z", "a", "m"]);
    }
}
