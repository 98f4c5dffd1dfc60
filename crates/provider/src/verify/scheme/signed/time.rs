//! The signed time: where it is, and how old it may be.

use std::time::Duration;

use super::super::fields::{pointer, read_header, read_keyword};
use super::grammar::Grammar;
use crate::request::{HeaderKey, TimeUnit};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};

/// In seconds.
const DEFAULT_TOLERANCE: u64 = 300;
const MAX_TOLERANCE: u64 = 7 * 86_400;
/// The places of a time.
const KEYS: [&str; 4] = ["header", "kv", "item", "json"];

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SignedTime {
    pub(crate) source: TimeSource,
    pub(crate) unit: TimeUnit,
    /// Before and after now; `None` accepts any age.
    pub(crate) tolerance: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TimeSource {
    Header(HeaderKey),
    /// A pair beside the signature.
    Pair(String),
    /// The first item beside the signature.
    Item,
    /// A JSON pointer.
    Json(String),
}

impl SignedTime {
    pub(in crate::verify::scheme) fn read(
        table: &mut Table<'_>,
        grammar: Option<&Grammar>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let tolerance = read_tolerance(table, diagnostics);
        let Some(mut inner) = table.table("timestamp", diagnostics) else {
            if table.has("tolerance") && !table.has("timestamp") {
                let help = "say where the time is: `timestamp = { header = \"…\" }`";
                diagnostics.add(
                    table.error("tolerance", Code::CONFLICTING_KEYS, "a tolerance without a `timestamp`").help(help),
                );
            }
            return None;
        };
        let unit = read_keyword(&mut inner, "unit", &TimeUnit::KEYWORDS, diagnostics);
        let source = TimeSource::read(&mut inner, grammar, diagnostics);
        inner.finish(diagnostics);
        Some(Self { source: source?, unit, tolerance })
    }

    /// The pointer that it is at.
    pub(crate) fn pointer(&self) -> Option<&str> {
        if let TimeSource::Json(pointer) = &self.source { Some(pointer) } else { None }
    }

    /// The header that it is in.
    pub(crate) fn header(&self) -> Option<&HeaderKey> {
        match &self.source {
            TimeSource::Header(key) => Some(key),
            TimeSource::Pair(_) | TimeSource::Item | TimeSource::Json(_) => None,
        }
    }

    pub(super) fn describe(&self) -> String {
        let age = match self.tolerance {
            None => "be of any age".to_owned(),
            Some(tolerance) => format!("be {} off", whole_units(tolerance)),
        };
        format!("the time in {} may {age}", self.source.describe())
    }
}

impl TimeSource {
    fn read(table: &mut Table<'_>, grammar: Option<&Grammar>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let named: Vec<&str> = KEYS.into_iter().filter(|key| table.has(key)).collect();
        let source = match named.as_slice() {
            ["header"] => read_header(table, "header", diagnostics).map(Self::Header),
            ["json"] => table.read("json", diagnostics, pointer).map(Self::Json),
            ["kv"] => {
                if grammar.is_some_and(|grammar| !matches!(grammar, Grammar::Pairs { .. })) {
                    diagnostics.add(table.error("kv", Code::CONFLICTING_KEYS, "`kv` needs `grammar = \"kv\"`"));
                }
                table.get("kv", diagnostics).map(Self::Pair)
            }
            ["item"] => {
                if grammar.is_some_and(|grammar| !matches!(grammar, Grammar::Items { .. })) {
                    diagnostics.add(table.error("item", Code::CONFLICTING_KEYS, "`item` needs `grammar = \"items\"`"));
                }
                if table.get::<u64>("item", diagnostics).is_some_and(|at| at != 1) {
                    diagnostics.add(table.error(
                        "item",
                        Code::INVALID_VALUE,
                        "expected `1`: the time is the first item",
                    ));
                }
                Some(Self::Item)
            }
            _ => {
                diagnostics.add(table.error(
                    "",
                    Code::CONFLICTING_KEYS,
                    "expected `header`, `kv`, `item` or `json`, one of them",
                ));
                None
            }
        };
        table.tick(&KEYS);
        source
    }

    /// For people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Header(key) => format!("header `{}`", key.spelling),
            Self::Pair(key) => format!("the pair `{key}=`"),
            Self::Item => "the first item".to_owned(),
            Self::Json(pointer) => format!("`{pointer}` of the body"),
        }
    }
}

/// Seconds, or `"none"`.
fn read_tolerance(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Duration> {
    if let Some(TomlKind::String(word)) = table.node("tolerance").map(|node| &node.value) {
        if word != "none" {
            diagnostics.add(table.error("tolerance", Code::INVALID_VALUE, "expected seconds, or `none` for any age"));
        }
        return None;
    }
    let tolerance = table.get("tolerance", diagnostics).unwrap_or(DEFAULT_TOLERANCE);
    if !(1..=MAX_TOLERANCE).contains(&tolerance) {
        let what = format!("expected seconds from 1 to {MAX_TOLERANCE}");
        diagnostics.add(table.error("tolerance", Code::INVALID_VALUE, what));
    }
    Some(Duration::from_secs(tolerance))
}

/// In the largest unit that divides it.
fn whole_units(span: Duration) -> String {
    match span.as_secs() {
        seconds if seconds >= 172_800 && seconds % 86_400 == 0 => format!("{} days", seconds / 86_400),
        seconds if seconds >= 7200 && seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds if seconds >= 60 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
