//! What of a config may be a secret. Gathered once for a document, so that a config of thousands of lines with a mistake in each
//! is checked in a time that grows with its length alone.

use std::collections::HashSet;
use std::ops::Range;

use super::toml_value::{TomlKind, TomlValue};

/// The keys of a config whose values are never secrets.
const HARMLESS: &[&str] = &[
    "admin_listen",
    "api_base",
    "batch",
    "body_memory_per_address",
    "channel_budget",
    "client_address_header",
    "client_id",
    "color",
    "critical",
    "digest",
    "emoji",
    "events",
    "every",
    "expect",
    "fallback_after",
    "format",
    "from",
    "give_up_after",
    "guilds",
    "header",
    "hold",
    "keep",
    "level",
    "listen",
    "locale",
    "mask",
    "max_body",
    "max_connections",
    "max_connections_per_address",
    "mention",
    "min_body_rate",
    "mode",
    "order",
    "over",
    "per",
    "provider",
    "providers",
    "quiet",
    "rate",
    "remind",
    "repeat",
    "scheme",
    "source",
    "stale_after",
    "storm",
    "template",
    "templates",
    "to",
    "topics",
    "trusted_proxies",
    "when",
    "zone",
];
/// Tables whose keys are the user's own: nothing in them is known to be harmless.
const PRIVATE: &[&str] = &["conf"];

/// The values of a document, and which of them no message may hold.
#[derive(Debug, Clone, Default)]
pub(super) struct PossibleSecrets {
    /// Every value that is no list or table, in the order of the file, and whether it is harmless.
    leaves: Vec<(Range<usize>, bool)>,
    /// Texts that no message may hold.
    texts: HashSet<String>,
    /// Those of them that hold a back quote themselves.
    quoted: Vec<String>,
}

impl PossibleSecrets {
    /// `all`: every text may be one.
    pub(super) fn of(root: &TomlValue, all: bool) -> Self {
        let mut secrets = Self::default();
        values(root, "", false, &mut secrets.leaves);
        secrets.leaves.sort_by_key(|(span, _)| span.start);
        strings(root, &mut |text| {
            if all || is_secret(text) {
                secrets.texts.insert(text.to_owned());
                secrets.quoted.extend(text.contains('`').then(|| text.to_owned()));
            }
        });
        secrets
    }

    /// The words with `…` in place of each text between back quotes that may be one.
    pub(super) fn left_out(&self, words: String) -> String {
        if self.texts.is_empty() {
            return words;
        }
        let quoted = self.quoted.iter();
        let words = quoted.fold(words, |words, text| words.replace(&format!("`{text}`"), "`…`"));
        let parts: Vec<&str> = words.split('`').collect();
        let inner = 1..parts.len().saturating_sub(1);
        let shown = |(at, part): (usize, &&'_ str)| {
            if inner.contains(&at) && self.texts.contains(*part) { "…".to_owned() } else { (*part).to_owned() }
        };
        parts.iter().enumerate().map(shown).collect::<Vec<_>>().join("`")
    }

    /// The values that stand in these bytes, or reach into them.
    pub(super) fn leaves_in(&self, bytes: &Range<usize>) -> &[(Range<usize>, bool)] {
        // Values do not overlap, so that their ends are in order too.
        let from = self.leaves.partition_point(|(span, _)| span.end <= bytes.start);
        let rest = self.leaves.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|(span, _)| span.start < bytes.end)).unwrap_or_default()
    }
}

/// A webhook's URL in the wrong place, or a password in a URL.
pub(super) fn is_secret(text: &str) -> bool {
    text.contains("webhooks/") || (text.contains("://") && text.contains('@'))
}

fn strings<'n>(node: &'n TomlValue, found: &mut impl FnMut(&'n str)) {
    match &node.value {
        TomlKind::String(text) => found(text),
        TomlKind::Array(items) => items.iter().for_each(|item| strings(item, found)),
        TomlKind::Table(entries) => entries.iter().for_each(|entry| strings(&entry.node, found)),
        _ => {}
    }
}

/// Every value that is no list or table, and whether it is harmless.
fn values(node: &TomlValue, key: &str, private: bool, found: &mut Vec<(Range<usize>, bool)>) {
    match &node.value {
        TomlKind::Table(entries) => {
            for entry in entries {
                values(&entry.node, &entry.key, private || PRIVATE.contains(&entry.key.as_str()), found);
            }
        }
        TomlKind::Array(items) => items.iter().for_each(|item| values(item, key, private, found)),
        TomlKind::Boolean(_) => {}
        _ => found.push((node.span.clone(), !private && HARMLESS.contains(&key))),
    }
}
