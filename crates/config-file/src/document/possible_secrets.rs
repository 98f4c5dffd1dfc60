//! What of a config may be a secret. Gathered once for a document, so that a config of thousands of lines with a mistake in each
//! is checked in a time that grows with its length alone.

use std::collections::HashSet;
use std::ops::Range;

use super::key_homes::KeyHomes;
use super::toml_value::{TomlKind, TomlValue};

/// The keys whose values are secrets, or may be.
const SECRET: &[&str] = &[
    "admin_token",
    "bot_token",
    "client_secret",
    "fallback",
    "password",
    "prefix",
    "private_key",
    "secret",
    "secrets",
    "token",
    "url",
    "webhook_url",
];
/// Keys that are known to be none in any file; those of the config's own example are known too.
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
const PRIVATE: &[&str] = &["conf", "headers", "payload", "people", "tags"];

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
    /// Of a document that could not be read every text may be one, and what came from outside of the file in any case.
    pub(super) fn of(root: &TomlValue, broken: bool, filled: &[String], homes: Option<&KeyHomes>) -> Self {
        let mut secrets = Self::default();
        let harmless = |key: &str| {
            let known = HARMLESS.contains(&key) || homes.is_some_and(|homes| homes.knows(key));
            known && !SECRET.contains(&key)
        };
        values(root, "", false, &harmless, &mut secrets.leaves);
        secrets.leaves.sort_by_key(|(span, _)| span.start);
        strings(root, &mut |text| {
            if broken || is_secret(text) || filled.iter().any(|filled| filled == text) {
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

/// A webhook's URL in the wrong place, a password or a long part in a URL, or what looks like a key that was generated.
pub(super) fn is_secret(text: &str) -> bool {
    let url = text.split_once("://").map(|(_, rest)| rest);
    let path = url.and_then(|rest| rest.split_once(['/', '?']));
    let long = path.is_some_and(|(_, path)| path.split(['/', '?', '&', '=']).any(|part| part.len() >= LONG_PART));
    text.contains("webhooks/") || url.is_some_and(|rest| rest.contains('@')) || long || is_generated(text)
}

/// The letters of a part of a URL that nobody typed.
const LONG_PART: usize = 16;
/// The letters of a generated key.
const KEY: usize = 20;

/// Whether a run of letters with digits among them is as long as a key.
fn is_generated(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '+'));
    let mut runs = runs.filter(|run| run.len() >= KEY);
    runs.any(|run| run.bytes().any(|b| b.is_ascii_digit()) && run.bytes().any(|b| b.is_ascii_alphabetic()))
}

/// Whether a literal is nothing but the name of a variable or a file, of which the value is elsewhere.
pub(super) fn is_placeholder(literal: &str) -> bool {
    let inner = literal.trim_matches(['"', '\'']).strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | ':');
    inner.is_some_and(|inner| !inner.is_empty() && inner.chars().all(name) && !is_generated(inner))
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
fn values(
    node: &TomlValue,
    key: &str,
    private: bool,
    harmless: &impl Fn(&str) -> bool,
    found: &mut Vec<(Range<usize>, bool)>,
) {
    match &node.value {
        TomlKind::Table(entries) => {
            for entry in entries {
                let private = private || PRIVATE.contains(&entry.key.as_str());
                values(&entry.node, &entry.key, private, harmless, found);
            }
        }
        TomlKind::Array(items) => items.iter().for_each(|item| values(item, key, private, harmless, found)),
        TomlKind::Boolean(_) => {}
        _ => found.push((node.span.clone(), !private && harmless(key))),
    }
}
