//! Which keys the readers of a kind of file ask for, and as what: recorded while they read, so that the JSON Schemas that editors
//! use are those of the readers themselves.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

thread_local! {
    /// None = nothing is recorded.
    static ACTIVE: RefCell<Option<KeyLog>> = const { RefCell::new(None) };
}

/// Every table that was read, by the file's name and the table's pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyLog {
    tables: BTreeMap<(String, String), TableKeys>,
}

/// The keys of all tables of one pattern: `server`, `routes[]`, `sources.*`; empty for the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableKeys {
    /// What each key was read as.
    pub keys: BTreeMap<String, BTreeSet<ValueShape>>,
    /// Whether a key that nothing reads is a mistake. Otherwise the keys are the user's own.
    pub closed: bool,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueShape {
    Any,
    Boolean,
    /// A whole number of at least 0.
    Integer,
    Number,
    String,
    /// A span of time as text, `"90d"`.
    Duration,
    /// One of them, or a list.
    OneOrMany(Box<ValueShape>),
    Table,
    /// `[[key]]`.
    Tables,
    /// `[key.NAME]`, with names that the user chooses.
    NamedTables,
}

impl KeyLog {
    /// What the readers that `read` calls ask for, on this thread.
    pub fn record(read: impl FnOnce()) -> Self {
        ACTIVE.with_borrow_mut(|active| *active = Some(Self::default()));
        read();
        ACTIVE.with_borrow_mut(Option::take).unwrap_or_default()
    }

    /// The tables of the files whose names are of one kind, by pattern: what was read from any of them.
    pub fn tables(&self, is_of: impl Fn(&str) -> bool) -> BTreeMap<String, TableKeys> {
        let mut tables = BTreeMap::<String, TableKeys>::new();
        for ((_, pattern), table) in self.tables.iter().filter(|((file, _), _)| is_of(file)) {
            let all = tables.entry(pattern.clone()).or_default();
            all.closed |= table.closed;
            for (key, shapes) in &table.keys {
                all.keys.entry(key.clone()).or_default().extend(shapes.iter().cloned());
            }
        }
        tables
    }
}

/// Whether anything is recorded: otherwise no pattern is needed.
pub(super) fn is_active() -> bool {
    ACTIVE.with_borrow(Option::is_some)
}

/// Records that a key of a table was read as `shape`.
pub(super) fn read(file: &str, pattern: &str, key: &str, shape: impl FnOnce() -> ValueShape) {
    in_table(file, pattern, |table| {
        table.keys.entry(key.to_owned()).or_default().insert(shape());
    });
}

/// Records that nothing else is read from a table.
pub(super) fn finished(file: &str, pattern: &str) {
    in_table(file, pattern, |table| table.closed = true);
}

fn in_table(file: &str, pattern: &str, change: impl FnOnce(&mut TableKeys)) {
    ACTIVE.with_borrow_mut(|active| {
        let Some(log) = active else { return };
        change(log.tables.entry((file.to_owned(), pattern.to_owned())).or_default());
    });
}
