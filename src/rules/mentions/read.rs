//! From the `mention` of a `[[routes]]` table to checked entries.

use super::super::people::People;
use super::super::routable::When;
use super::{EventMentions, MentionEntry, MentionTarget, Mentions};
use hookbell_config_file::{
    Code, Diagnostics, FromToml, SourceSpan, Table, TomlEntry, TomlKind, TomlValue, ValueError,
};
use hookbell_model::delivery::{Mention, ParseMentionError};
use hookbell_model::snowflake::is_snowflake;
use hookbell_model::suggest::suggestion;
use hookbell_template::codes::TEMPLATE_SYNTAX;
use hookbell_template::expression::{Condition, EscapeContext, ExpressionError, Texts};

/// What comes before a person's name.
const PERSON: &str = "person:";
/// The keys of an entry that is a table.
const KEYS: [&str; 2] = ["to", "when"];

/// The text names nobody who could be pinged.
#[derive(Debug, thiserror::Error)]
#[error("{ParseMentionError}; or `person:NAME` with a name of `[people]`, or `person:{{{{ … }}}}`")]
struct UnknownTarget;

/// Reads the key; where it has mistakes, all are reported. Absent = nobody.
pub(in crate::rules) fn mentions(table: &mut Table<'_>, people: &People, diagnostics: &mut Diagnostics) -> Mentions {
    let span = table.span("mention");
    let Some(node) = table.node("mention") else { return Mentions::Fixed(Vec::new()) };
    let items = if let TomlKind::Array(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
    let mut texts = Texts::default();
    let mut entries = Vec::with_capacity(items.len());
    for item in items {
        let mut reader = EntryReader { people, texts: &mut texts, diagnostics: &mut *diagnostics };
        entries.extend(reader.entry(item, &span.at(item.span.clone())));
    }
    let fixed = |entry: &MentionEntry| match entry {
        MentionEntry { target: MentionTarget::Fixed(mention), when: None } => Some(mention.clone()),
        _ => None,
    };
    match entries.iter().map(fixed).collect() {
        Some(fixed) => Mentions::Fixed(fixed),
        None => Mentions::ByEvent(Box::new(EventMentions { entries, texts, people: people.clone() })),
    }
}

struct EntryReader<'r> {
    people: &'r People,
    texts: &'r mut Texts,
    diagnostics: &'r mut Diagnostics,
}

impl EntryReader<'_> {
    /// A text, or a table with `to` and `when`.
    fn entry(&mut self, node: &TomlValue, span: &SourceSpan<'_>) -> Option<MentionEntry> {
        let TomlKind::Table(keys) = &node.value else {
            let target = self.target(node, span)?;
            return Some(MentionEntry { target, when: None });
        };
        for unknown in keys.iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
            let found = span.below(&unknown.key_span, &unknown.key).error(Code::UNKNOWN_KEY, "unknown key");
            self.diagnostics.add(found.maybe_help(suggestion(&unknown.key, KEYS)));
        }
        let find = |key: &str| keys.iter().find(|entry| entry.key == key);
        let when = find("when").map(|entry| self.when(entry, &span.below(&entry.node.span, "when")));
        let Some(to) = find("to") else {
            self.diagnostics.add(span.missing("to"));
            return None;
        };
        let target = self.target(&to.node, &span.below(&to.node.span, "to"))?;
        // A `when` with a mistake leaves no entry: it would ping in any case.
        let when = when.map_or(Some(None), |when| when.map(Some))?;
        Some(MentionEntry { target, when })
    }

    fn target(&mut self, node: &TomlValue, span: &SourceSpan<'_>) -> Option<MentionTarget> {
        if let TomlKind::Integer(id) = node.value {
            let what = "expected whom to ping, as a text; this is an id alone";
            self.diagnostics.add(span.error(Code::WRONG_TYPE, what).maybe_help(help(&id.to_string())));
            return None;
        }
        let text = self.text(node, span)?;
        if span.is_unfilled() {
            return None;
        }
        let Some(name) = text.strip_prefix(PERSON) else {
            let parsed: Result<Mention, _> = text.parse();
            let help = help(&text);
            let wrong = |_| self.diagnostics.add(span.error(Code::INVALID_VALUE, UnknownTarget).maybe_help(help));
            return parsed.map_err(wrong).ok().map(MentionTarget::Fixed);
        };
        let parsed = self.texts.add(name, EscapeContext::Bare, &[]);
        let wrong = |error: &ExpressionError| {
            let (from, to) = (error.span.start + PERSON.len(), error.span.end + PERSON.len());
            self.diagnostics.add(span.within(&(from..to)).error(TEMPLATE_SYNTAX, error));
        };
        let text = parsed.inspect_err(wrong).ok()?;
        match text.fixed() {
            Some(name) => self.fixed(name, span),
            None => Some(MentionTarget::Person(text)),
        }
    }

    /// A name that does not depend on the event must be known.
    fn fixed(&mut self, name: &str, span: &SourceSpan<'_>) -> Option<MentionTarget> {
        let found = self.people.find(name).map(MentionTarget::Fixed);
        if name.trim().is_empty() {
            let what = "nobody is named: `person:alice`, or a text such as `person:{{ payload.login }}`";
            self.diagnostics.add(span.error(Code::INVALID_VALUE, what));
        } else if found.is_none() {
            let unknown = span.error(Code::UNKNOWN_REFERENCE, format!("`[people]` has no `{}`", name.trim()));
            self.diagnostics.add(unknown.maybe_help(suggestion(name.trim(), self.people.names())));
        }
        found
    }

    fn when(&mut self, entry: &TomlEntry, span: &SourceSpan<'_>) -> Option<When> {
        let expression = self.text(&entry.node, span)?;
        let parsed = Condition::parse(&expression);
        let wrong = |error: &ExpressionError| {
            self.diagnostics.add(span.within(&error.span).error(TEMPLATE_SYNTAX, error).maybe_help(error.help()));
        };
        let condition = parsed.inspect_err(wrong).ok()?;
        Some(When { expression, condition })
    }

    fn text(&mut self, node: &TomlValue, span: &SourceSpan<'_>) -> Option<String> {
        let wrong = |error: ValueError| {
            self.diagnostics.add(span.at(error.span).error(error.code, error.message));
        };
        String::from_toml(node).map_err(wrong).ok()
    }
}

/// What was meant by what Discord shows of a ping, or by an id alone.
fn help(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let role = inner.strip_prefix("@&").filter(|id| is_snowflake(id));
    let user = inner.strip_prefix("@!").or_else(|| inner.strip_prefix('@')).filter(|id| is_snowflake(id));
    Some(match (role, user, text) {
        (Some(id), _, _) => format!("`\"role:{id}\"`"),
        (_, Some(id), _) => format!("`\"user:{id}\"`"),
        (_, _, "@everyone" | "@here") => format!("`\"{}\"`", text.trim_start_matches('@')),
        (_, _, id) if is_snowflake(id) => format!("`\"role:{id}\"` for a role, `\"user:{id}\"` for a person"),
        _ => return None,
    })
}
