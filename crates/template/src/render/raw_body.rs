//! The escape hatch: a whole Discord message body, written as TOML. Its strings are texts like all others,
//! escaped for the place they stand in; the result is read into a message, so that it is fitted and guarded
//! like every other.

use serde_json::{Map, Number, Value as Json};

use super::compile::Compiler;
use super::evaluate::Evaluator;
use super::template::TextTemplate;
use crate::codes;
use crate::expression::{EscapeContext, Scope};
use hookbell_config_file::{Code, SourceSpan, TomlKind, TomlValue};

/// The body as it is kept: texts to be rendered, and values that stay as they are.
#[derive(Debug)]
pub(super) enum RawBody {
    Text(TextTemplate),
    Fixed(Json),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl RawBody {
    pub(super) fn compile<'d>(
        node: &TomlValue,
        span: &SourceSpan<'d>,
        compiler: &mut Compiler<'_, 'd>,
    ) -> Option<Self> {
        if !matches!(node.value, TomlKind::Table(_)) {
            let what = format!("expected a table, Discord's body as TOML, found {}", node.value.kind());
            compiler.diagnostics.add(span.error(Code::INVALID_VALUE, what));
            return None;
        }
        Self::read("", "", node, span, compiler)
    }

    fn read<'d>(
        parent: &str,
        key: &str,
        node: &TomlValue,
        span: &SourceSpan<'d>,
        compiler: &mut Compiler<'_, 'd>,
    ) -> Option<Self> {
        Some(match &node.value {
            TomlKind::String(_) => {
                let said = compiler.said_of("raw", node, span, place(parent, key))?;
                compiler.check_length(limited(parent, key), &said, span);
                Self::Text(said)
            }
            TomlKind::Integer(number) => Self::Fixed(Json::from(*number)),
            TomlKind::Float(number) => Self::Fixed(Number::from_f64(*number).map_or(Json::Null, Json::Number)),
            TomlKind::Boolean(flag) => Self::Fixed(Json::from(*flag)),
            TomlKind::Datetime(at) => Self::Fixed(Json::from(at.as_str())),
            TomlKind::Array(items) => {
                let item = |(at, item): (usize, &TomlValue)| {
                    Self::read(parent, key, item, &span.below(&item.span, &at.to_string()), compiler)
                };
                // Every mistake is told, also behind the first.
                let read: Vec<Option<Self>> = items.iter().enumerate().map(item).collect();
                Self::List(read.into_iter().collect::<Option<_>>()?)
            }
            TomlKind::Table(entries) => {
                let mut map = Vec::new();
                for entry in entries {
                    let span = span.below(&entry.node.span, &entry.key);
                    if parent.is_empty() && key.is_empty() && entry.key == "allowed_mentions" {
                        compiler.diagnostics.add(
                            span.error(codes::UNSAFE_VALUE, "only a route's `mention` can ping, so this is not taken"),
                        );
                        continue;
                    }
                    let inner = Self::read(key, &entry.key, &entry.node, &span, compiler);
                    map.push(inner.map(|inner| (entry.key.clone(), inner)));
                }
                Self::Map(map.into_iter().collect::<Option<_>>()?)
            }
        })
    }

    /// The body for one event. A text that fails is left out, with a note.
    pub(super) fn render(&self, evaluator: &mut Evaluator<'_>, scope: &Scope) -> Option<Json> {
        Some(match self {
            Self::Text(said) => {
                let text = evaluator.said(said, scope);
                // Empty means absent, as everywhere.
                return (!text.is_empty()).then_some(Json::from(text));
            }
            Self::Fixed(value) => value.clone(),
            Self::List(items) => items.iter().filter_map(|item| item.render(evaluator, scope)).collect(),
            Self::Map(entries) => {
                let entry = |(key, look): &(String, Self)| Some((key.clone(), look.render(evaluator, scope)?));
                Json::Object(entries.iter().filter_map(entry).collect::<Map<_, _>>())
            }
        })
    }

    /// Any of its texts, to tell where it stands.
    pub(super) fn first_text(&self) -> Option<&TextTemplate> {
        match self {
            Self::Text(said) => Some(said),
            Self::Fixed(_) => None,
            Self::List(items) => items.iter().find_map(Self::first_text),
            Self::Map(entries) => entries.iter().find_map(|(_, look)| look.first_text()),
        }
    }
}

/// Where a string of Discord's body stands, by its key and the key of the table around it.
fn place(parent: &str, key: &str) -> EscapeContext {
    match (parent, key) {
        (_, "content" | "description" | "value") => EscapeContext::Block,
        ("fields", "name") | (_, "title") => EscapeContext::Title,
        (_, key) if key == "url" || key.ends_with("_url") => EscapeContext::Url,
        (_, "timestamp" | "color" | "id" | "applied_tags") => EscapeContext::Bare,
        _ => EscapeContext::Plain,
    }
}

/// The text of hookbell's own that has the same limit; empty where there is none.
fn limited(parent: &str, key: &str) -> &'static str {
    match (parent, key) {
        ("", "content") => "content",
        ("", "username") => "username",
        ("", "thread_name") => "thread",
        ("embeds", "title") => "title",
        ("embeds", "description") => "description",
        ("author", "name") => "author",
        ("footer", "text") => "footer",
        ("fields", "name") => "field.name",
        ("fields", "value") => "field.value",
        ("components", "label") => "button.label",
        _ => "",
    }
}
