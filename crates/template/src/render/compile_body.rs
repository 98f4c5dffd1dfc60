//! Compiles `raw`, a whole Discord message body.

use serde_json::{Number, Value as Json};

use super::compile_text::TextCompiler;
use super::raw_body::RawBody;
use crate::codes;
use crate::expression::EscapeContext;
use hookbell_config_file::{Code, SourceSpan, TomlKind, TomlValue};

pub(super) fn compile_body<'d>(
    node: &TomlValue,
    span: &SourceSpan<'d>,
    compiler: &mut TextCompiler<'_, 'd>,
) -> Option<RawBody> {
    if !matches!(node.value, TomlKind::Table(_)) {
        let what = format!("expected a table, Discord's body as TOML, found {}", node.value.kind());
        compiler.diagnostics.add(span.error(Code::INVALID_VALUE, what));
        return None;
    }
    read("", "", node, span, compiler)
}

fn read<'d>(
    parent: &str,
    key: &str,
    node: &TomlValue,
    span: &SourceSpan<'d>,
    compiler: &mut TextCompiler<'_, 'd>,
) -> Option<RawBody> {
    Some(match &node.value {
        TomlKind::String(_) => {
            let text = compiler.text_of("raw", node, span, context(parent, key))?;
            compiler.check_length(limited(parent, key), &text, span);
            RawBody::Text(text)
        }
        TomlKind::Integer(number) => RawBody::Fixed(Json::from(*number)),
        TomlKind::Float(number) => RawBody::Fixed(Number::from_f64(*number).map_or(Json::Null, Json::Number)),
        TomlKind::Boolean(flag) => RawBody::Fixed(Json::from(*flag)),
        TomlKind::Datetime(at) => RawBody::Fixed(Json::from(at.as_str())),
        TomlKind::Array(items) => {
            let item = |(at, item): (usize, &TomlValue)| {
                read(parent, key, item, &span.below(&item.span, &at.to_string()), compiler)
            };
            // Every mistake is reported, also behind the first.
            let read: Vec<Option<RawBody>> = items.iter().enumerate().map(item).collect();
            RawBody::List(read.into_iter().collect::<Option<_>>()?)
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
                let inner = read(key, &entry.key, &entry.node, &span, compiler);
                map.push(inner.map(|inner| (entry.key.clone(), inner)));
            }
            RawBody::Map(map.into_iter().collect::<Option<_>>()?)
        }
    })
}

/// How a string of Discord's body is escaped, by its key and the key of the table around it.
fn context(parent: &str, key: &str) -> EscapeContext {
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
