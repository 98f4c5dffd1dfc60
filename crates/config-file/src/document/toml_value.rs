//! TOML values with their spans in the text.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A value and its span in the text.
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

impl TomlKind {
    /// The name of the value's type, for messages.
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

pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

pub(super) fn entries(table: DeTable<'_>) -> Vec<TomlEntry> {
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

pub(super) fn rewrite<E>(
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
