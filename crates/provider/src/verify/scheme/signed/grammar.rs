//! How signatures are written in their place: alone, in pairs, or in a list.

use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// The whole value after the prefix.
    Plain { prefix: String, optional: bool },
    /// Pairs `k=v` separated by `separator`; signatures under `key`, which may repeat.
    Pairs { separator: String, key: String },
    /// Items `tag,value` separated by spaces.
    List { tag: String },
    /// The time, then signatures, without names.
    Items { separator: String },
}

/// Why a value has no signature to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GrammarError {
    MissingPrefix(String),
    RepeatedTime,
}

/// What a value holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ParsedValue<'a> {
    /// As they are written.
    pub(crate) signatures: Vec<&'a str>,
    /// The time, where it is a pair beside them.
    pub(crate) time: Option<&'a str>,
    pub(crate) error: Option<GrammarError>,
}

impl Grammar {
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let name: String = table.get("grammar", diagnostics).unwrap_or_else(|| "plain".to_owned());
        for (key, owners) in [
            ("prefix", ["plain"].as_slice()),
            ("prefix_optional", &["plain"]),
            ("sep", &["kv", "items"]),
            ("sig_key", &["kv"]),
            ("tag", &["list"]),
        ] {
            if !owners.contains(&name.as_str()) && table.node(key).is_some() {
                let owner = owners.first().copied().unwrap_or_default();
                let what = format!("`{key}` belongs to `grammar = \"{owner}\"`, this one is `{name}`");
                diagnostics.add(table.error(key, Code::INVALID_VALUE, what));
            }
        }
        match name.as_str() {
            "plain" => Some(Self::Plain {
                prefix: table.get("prefix", diagnostics).unwrap_or_default(),
                optional: table.get("prefix_optional", diagnostics).unwrap_or(false),
            }),
            "kv" => {
                let separator = read_separator(table, diagnostics);
                Some(Self::Pairs { separator, key: table.require("sig_key", diagnostics)? })
            }
            "items" => Some(Self::Items { separator: read_separator(table, diagnostics) }),
            "list" => Some(Self::List { tag: table.require("tag", diagnostics)? }),
            _ => {
                diagnostics.add(table.error(
                    "grammar",
                    Code::INVALID_VALUE,
                    "expected `plain`, `kv`, `list` or `items`",
                ));
                None
            }
        }
    }

    /// The signatures in a value, and the time beside them, which in pairs is under the key `time_pair`.
    pub(crate) fn parse<'a>(&self, value: &'a str, time_pair: Option<&str>) -> ParsedValue<'a> {
        match self {
            Self::Plain { prefix, optional } => match value.strip_prefix(prefix.as_str()) {
                Some(text) => ParsedValue { signatures: vec![text], ..ParsedValue::default() },
                None if *optional => ParsedValue { signatures: vec![value], ..ParsedValue::default() },
                None => {
                    ParsedValue { error: Some(GrammarError::MissingPrefix(prefix.clone())), ..ParsedValue::default() }
                }
            },
            Self::Pairs { separator, key } => {
                let pairs = value.split(separator.as_str()).filter_map(|pair| pair.split_once('='));
                let pairs: Vec<(&str, &str)> = pairs.map(|(key, text)| (key.trim(), text.trim())).collect();
                let under =
                    |key: &str| pairs.iter().filter(|(found, _)| *found == key).map(|(_, text)| *text).collect();
                let times: Vec<&str> = time_pair.map(under).unwrap_or_default();
                ParsedValue {
                    signatures: under(key),
                    time: if let [time] = times.as_slice() { Some(*time) } else { None },
                    error: (times.len() > 1).then_some(GrammarError::RepeatedTime),
                }
            }
            Self::List { tag } => {
                let items = value.split_ascii_whitespace().filter_map(|item| item.split_once(','));
                let signatures = items.filter(|(found, _)| found == tag).map(|(_, text)| text).collect();
                ParsedValue { signatures, ..ParsedValue::default() }
            }
            Self::Items { separator } => {
                let mut items = value.split(separator.as_str()).map(str::trim);
                let time = items.next();
                ParsedValue { signatures: items.collect(), time, error: None }
            }
        }
    }

    /// The opposite of [`Grammar::parse`].
    pub(crate) fn write(&self, signature: &str, time_pair: Option<&str>, time: Option<&str>) -> String {
        match self {
            Self::Plain { prefix, .. } => format!("{prefix}{signature}"),
            Self::List { tag } => format!("{tag},{signature}"),
            Self::Items { separator } => format!("{}{separator}{signature}", time.unwrap_or_default()),
            Self::Pairs { separator, key } => match time_pair.zip(time) {
                Some((time_key, time)) => format!("{time_key}={time}{separator}{key}={signature}"),
                None => format!("{key}={signature}"),
            },
        }
    }

    /// The name of the signatures in their place, for people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Plain { .. } | Self::Items { .. } => String::new(),
            Self::Pairs { key, .. } => format!(" ({key})"),
            Self::List { tag } => format!(" ({tag})"),
        }
    }
}

fn read_separator(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> String {
    let separator: String = table.get("sep", diagnostics).unwrap_or_else(|| ",".to_owned());
    if separator.trim().is_empty() {
        let what = "expected what separates the parts, such as `,` or `;`";
        diagnostics.add(table.error("sep", Code::INVALID_VALUE, what));
    }
    separator
}
