//! A message as the files define it, before it is compiled: keys and parts, each with its location, so that one message
//! can be overlaid on another.

use std::fmt;

use super::keys::{EMBED_TEXTS, MESSAGE_TEXTS, TextKey};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Diagnostic, FromToml, SourceSpan, Table, TomlValue};
use hookbell_model::suggest::suggestion;

/// What a table describes, which decides its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableKind {
    Message,
    Defaults,
    Embed,
    Field,
    Button,
}

/// What an embed has beside its texts.
const GIVES_WAY: &[&str] = &["fit", "shrink", "min"];
/// What a message has beside its texts.
const POSTED: &[&str] = &["silent", "tags", "raw", "thread_key", "thread_title", "archived"];
/// What makes a message live.
const LIVE: &[&str] = &["key", "remember", "notify", "closed", "routine", "hold", "remind"];
const CHOICE: &[&str] = &["name", "on", "when", "extends"];
/// What the merging of lists needs of their members.
const MEMBER: &[&str] = &["id", "if", "remove", "after", "before"];
const EACH: &[&str] = &["each", "max"];
const FIELD: &[&str] = &["name", "value", "inline", "line", "more"];
const BUTTON: &[&str] = &["label", "url"];

impl TableKind {
    /// Those that hold texts with a place of their own, and the others.
    fn keys(self) -> impl Iterator<Item = &'static str> {
        let (texts, others): (&[&[TextKey]], &[&[&'static str]]) = match self {
            Self::Message => (&[&MESSAGE_TEXTS, &EMBED_TEXTS], &[CHOICE, POSTED, LIVE, GIVES_WAY]),
            Self::Defaults => (&[&MESSAGE_TEXTS, &EMBED_TEXTS], &[POSTED, LIVE, GIVES_WAY]),
            Self::Embed => (&[&EMBED_TEXTS], &[MEMBER, EACH, GIVES_WAY]),
            Self::Field => (&[], &[MEMBER, EACH, FIELD, GIVES_WAY]),
            Self::Button => (&[], &[MEMBER, BUTTON]),
        };
        let texts = texts.iter().copied().flatten().map(|(key, _)| *key);
        texts.chain(others.iter().copied().flatten().copied())
    }

    fn parts(self) -> &'static [(&'static str, Self)] {
        match self {
            Self::Message | Self::Defaults => {
                &[("field", Self::Field), ("button", Self::Button), ("embed", Self::Embed)]
            }
            Self::Embed => &[("field", Self::Field)],
            Self::Field | Self::Button => &[],
        }
    }

    /// The key whose literal text names a part that has no `id`.
    fn naming(self) -> &'static str {
        match self {
            Self::Field | Self::Message | Self::Defaults => "name",
            Self::Button => "label",
            Self::Embed => "title",
        }
    }
}

/// A table of the file, or several overlaid ones.
#[derive(Debug, Clone)]
pub(super) struct RawTemplate<'d> {
    pub(super) kind: TableKind,
    pub(super) span: SourceSpan<'d>,
    entries: Vec<RawEntry<'d>>,
    parts: Vec<(&'static str, Vec<RawTemplate<'d>>)>,
}

#[derive(Debug, Clone)]
struct RawEntry<'d> {
    key: &'static str,
    node: &'d TomlValue,
    span: SourceSpan<'d>,
}

impl<'d> RawTemplate<'d> {
    /// Reads a table; unknown keys are errors, values are checked when they are read.
    pub(super) fn read(kind: TableKind, mut table: Table<'d>, diagnostics: &mut Diagnostics) -> Self {
        let mut entries = Vec::new();
        for key in kind.keys() {
            if let Some(node) = table.node(key) {
                entries.push(RawEntry { key, node, span: table.span(key) });
            }
        }
        let parts = kind.parts().iter().map(|(key, kind)| {
            let tables = table.tables(key, diagnostics);
            (*key, tables.into_iter().map(|table| Self::read(*kind, table, diagnostics)).collect())
        });
        let parts = parts.collect();
        let span = table.span("");
        table.finish(diagnostics);
        Self { kind, span, entries, parts }
    }

    fn entry(&self, key: &str) -> Option<&RawEntry<'d>> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    pub(super) fn node(&self, key: &str) -> Option<(&'d TomlValue, &SourceSpan<'d>)> {
        self.entry(key).map(|entry| (entry.node, &entry.span))
    }

    pub(super) fn parts(&self, key: &str) -> &[RawTemplate<'d>] {
        self.parts.iter().find(|(known, _)| *known == key).map_or(&[], |(_, parts)| parts)
    }

    /// The value under `key`; one of the wrong kind is a mistake and counts as absent.
    pub(super) fn get<T: FromToml>(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        let (node, span) = self.node(key)?;
        T::from_toml(node).map_err(|error| diagnostics.add(span.error(error.code, error.message))).ok()
    }

    /// Whether there is anything visible, `raw` apart.
    pub(super) fn says_something(&self) -> bool {
        let seen = ["content", "title", "description", "author", "thumbnail", "image"];
        seen.iter().any(|key| self.has(key)) || ["field", "embed"].iter().any(|part| !self.parts(part).is_empty())
    }

    /// Where a mistake about `key` is reported.
    pub(super) fn span(&self, key: &str) -> &SourceSpan<'d> {
        self.entry(key).map_or(&self.span, |entry| &entry.span)
    }

    pub(super) fn error(&self, key: &str, code: Code, message: impl fmt::Display) -> Diagnostic {
        self.span(key).error(code, message)
    }

    /// What names this part among its like: `id`, else what is literal of its name.
    pub(super) fn id(&self) -> Option<String> {
        let text = |key| self.entry(key).and_then(|entry| String::from_toml(entry.node).ok());
        text("id").or_else(|| Some(slug(&text(self.kind.naming())?))).filter(|id| !id.is_empty())
    }

    fn without(mut self, keys: &[&str]) -> Self {
        self.entries.retain(|entry| !keys.contains(&entry.key));
        self
    }

    /// Takes from `defaults` what is not set here. Lists are taken whole or not at all.
    pub(super) fn or_defaults(mut self, defaults: &Self) -> Self {
        for entry in &defaults.entries {
            if !self.has(entry.key) {
                self.entries.push(entry.clone());
            }
        }
        for (key, parts) in &mut self.parts {
            if parts.is_empty() {
                *parts = defaults.parts(key).to_vec();
            }
        }
        self
    }

    /// This one overlaid on `base`: keys set here win, lists are merged member by member.
    pub(super) fn over(self, base: &Self, diagnostics: &mut Diagnostics) -> Self {
        let own: &[&str] = if self.kind == TableKind::Message { &["name", "extends"] } else { &[] };
        let mut merged = Self { kind: self.kind, span: self.span.clone(), ..base.clone().without(own) };
        // A field says its value in one way: either the one or the other. One that is repeated has both `each` and `value`.
        let repeats = base.has("each") && base.has("value");
        for (ours, theirs) in
            [("value", ["each", "line", "max", "more"].as_slice()), ("each", &["value"]), ("line", &["value"])]
        {
            if self.kind == TableKind::Field && self.has(ours) && (!repeats || ours == "line") {
                merged = merged.without(theirs);
            }
        }
        for entry in self.entries {
            merged.entries.retain(|known| known.key != entry.key);
            merged.entries.push(entry);
        }
        for (key, ours) in self.parts {
            if let Some((_, parts)) = merged.parts.iter_mut().find(|(known, _)| *known == key) {
                merge(parts, ours, diagnostics);
            }
        }
        merged
    }
}

/// Overlays a list on another: a member with a known id changes that one, the others are added.
fn merge<'d>(list: &mut Vec<RawTemplate<'d>>, ours: Vec<RawTemplate<'d>>, diagnostics: &mut Diagnostics) {
    for part in ours {
        let at = part.id().and_then(|id| position(list, &id));
        if part.get::<bool>("remove", diagnostics) == Some(true) {
            match at {
                Some(at) => drop(list.remove(at)),
                None => unknown(&part, if part.has("id") { "id" } else { "remove" }, list, diagnostics),
            }
            continue;
        }
        let (part, home) = match at {
            Some(at) => {
                let base = list.remove(at);
                (part.over(&base, diagnostics), at)
            }
            None => (part, list.len()),
        };
        let home = place(&part, list, diagnostics).unwrap_or(home);
        // Where to put it is settled.
        list.insert(home.min(list.len()), part.without(&["after", "before"]));
    }
}

fn place(part: &RawTemplate<'_>, list: &[RawTemplate<'_>], diagnostics: &mut Diagnostics) -> Option<usize> {
    for (key, offset) in [("after", 1), ("before", 0)] {
        if let Some(id) = part.get::<String>(key, diagnostics) {
            let at = position(list, &id);
            if at.is_none() {
                unknown(part, key, list, diagnostics);
            }
            return at.map(|at| at + offset);
        }
    }
    None
}

fn position(list: &[RawTemplate<'_>], id: &str) -> Option<usize> {
    list.iter().position(|part| part.id().as_deref() == Some(id))
}

fn unknown(part: &RawTemplate<'_>, key: &str, list: &[RawTemplate<'_>], diagnostics: &mut Diagnostics) {
    let written = part.get::<String>(key, &mut Diagnostics::default()).or_else(|| part.id()).unwrap_or_default();
    let known: Vec<String> = list.iter().filter_map(RawTemplate::id).collect();
    let help = suggestion(&written, known.iter().map(String::as_str));
    diagnostics.add(
        part.span(key)
            .error(Code::UNKNOWN_REFERENCE, format!("the message it extends has no part `{written}`"))
            .maybe_help(help),
    );
}

/// `Paid with` → `paid-with`; expressions count for nothing.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('{') {
        push_slug(&mut slug, before);
        let end = if tag.starts_with('{') { "}}" } else { "}" };
        rest = tag.split_once(end).map_or("", |(_, rest)| rest);
    }
    push_slug(&mut slug, rest);
    slug.trim_matches('-').to_owned()
}

fn push_slug(slug: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_an_id() {
        assert_eq!(slug("Paid with"), "paid-with");
        assert_eq!(slug("🎉 Größe {{ a }} (EU) {% if x %}"), "größe-eu");
        assert_eq!(slug("{{ only }}"), "");
    }
}
