//! Evaluates a message template for one event.

use minijinja::Value;
use minijinja::value::ValueKind;
use sha2::{Digest, Sha256};

use super::look::{Body, Button, Field, Look};
use super::severity::{self, CRITICAL, parse_color};
use crate::event::{Event, Severity};
use crate::expression::escape::check_url;
use crate::expression::{Place, Scope, Text, Texts, to_rfc3339};
use crate::message::{self, Embed, Message, limit};

/// A longer key is replaced by its hash.
const KEY: usize = 200;
/// Items of one `each` that are rendered at most; more would not fit, however short.
const ITEMS: usize = 100;

/// What a template became, before it is fitted.
#[derive(Debug, Default)]
pub(super) struct Dressed {
    pub(super) message: Message,
    pub(super) key: Option<String>,
    pub(super) notes: Vec<String>,
}

/// # Errors
/// When a text cannot be evaluated, or nothing is left to be seen.
pub(super) fn dress(look: &Look, texts: &Texts, scope: &Scope, event: &Event) -> Result<Dressed, String> {
    let mut dresser = Dresser { texts, scope, notes: Vec::new() };
    let mut dressed = Dressed::default();
    let mut embed = Embed::default();
    let (mut level, mut color) = (event.facts.severity, None);
    for (key, place, text) in &look.texts {
        let value = dresser.value(key, *place, text)?;
        if value.is_empty() {
            continue;
        }
        match *key {
            "severity" => level = dresser.read(key, &value, |text| text.parse().ok()).or(level),
            "color" => color = dresser.read(key, &value, parse_color),
            "timestamp" => embed.timestamp = dresser.read(key, &value, to_rfc3339).unwrap_or_default(),
            "key" => dressed.key = Some(short_key(value)),
            _ => put(&mut dressed.message, &mut embed, key, value),
        }
    }
    for field in &look.fields {
        embed.fields.extend(dresser.field(field)?);
    }
    for button in &look.buttons {
        dressed.message.buttons.extend(dresser.button(button)?);
    }
    let level = level.unwrap_or(Severity::Info);
    embed.color = color.or(Some(severity::color(level)));
    if is_seen(&embed) {
        dressed.message.embeds.push(embed);
    } else if dressed.message.content.is_empty() {
        return Err("nothing is left to be seen: every text came out empty".to_owned());
    }
    if level == Severity::Critical {
        emphasize(&mut dressed.message);
    }
    dressed.message.silent = look.silent.unwrap_or(false);
    dressed.notes = dresser.notes;
    Ok(dressed)
}

fn put(message: &mut Message, embed: &mut Embed, key: &str, value: String) {
    let slot = match key {
        "content" => &mut message.content,
        "username" => &mut message.username,
        "avatar_url" => &mut message.avatar_url,
        "title" => &mut embed.title,
        "url" => &mut embed.url,
        "description" => &mut embed.description,
        "author" => &mut embed.author.name,
        "author_url" => &mut embed.author.url,
        "author_icon" => &mut embed.author.icon_url,
        "thumbnail" => &mut embed.thumbnail,
        "image" => &mut embed.image,
        "footer" => &mut embed.footer.text,
        "footer_icon" => &mut embed.footer.icon_url,
        _ => return,
    };
    *slot = value;
}

fn is_seen(embed: &Embed) -> bool {
    let texts = [&embed.title, &embed.description, &embed.author.name, &embed.thumbnail, &embed.image];
    !embed.fields.is_empty() || texts.iter().any(|text| !text.is_empty())
}

fn emphasize(message: &mut Message) {
    let title = message.embeds.first_mut().map(|embed| &mut embed.title).filter(|title| !title.is_empty());
    let text = title.unwrap_or(&mut message.content);
    if !text.is_empty() {
        *text = format!("{CRITICAL} {text}");
    }
}

fn short_key(key: String) -> String {
    if key.chars().count() <= KEY { key } else { format!("sha256:{}", hex::encode(Sha256::digest(key.as_bytes()))) }
}

struct Dresser<'d> {
    texts: &'d Texts,
    scope: &'d Scope,
    notes: Vec<String>,
}

impl Dresser<'_> {
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A text for its place; a URL that may not be posted comes out empty.
    fn value(&mut self, key: &str, place: Place, text: &Text) -> Result<String, String> {
        let value = self.render(key, text, self.scope)?;
        if value.is_empty() || !matches!(place, Place::Url | Place::Href) {
            return Ok(value);
        }
        Ok(check_url(&value).unwrap_or_else(|why| {
            self.note(format!("`{key}` was left out: {why}"));
            String::new()
        }))
    }

    fn render(&mut self, key: &str, text: &Text, scope: &Scope) -> Result<String, String> {
        let output = self.texts.render(text, scope).map_err(|why| format!("`{key}` {why}"))?;
        for path in output.missing {
            self.note(format!("missing: {path} used in `{key}`"));
        }
        if output.cut > 0 {
            self.note(format!("`{key}` came out too long: its last {} characters were left out", output.cut));
        }
        let text = output.text;
        Ok(if text.trim().len() == text.len() { text } else { text.trim().to_owned() })
    }

    /// A word from data; what it cannot be is told and ignored.
    fn read<T>(&mut self, key: &str, value: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let found = read(value);
        if found.is_none() {
            self.note(format!("`{key}` was ignored: its value is none that it can take"));
        }
        found
    }

    fn field(&mut self, field: &Field) -> Result<Option<message::Field>, String> {
        let name = self.render("field.name", &field.name, self.scope)?;
        if name.is_empty() {
            return Ok(None);
        }
        let value = match &field.body {
            Body::Value(text) => self.render("field.value", text, self.scope)?,
            Body::Lines { each, line, max, more } => {
                let items = each.value(self.scope).map_err(|why| format!("`field.each` {why}"))?;
                self.lines(&items, line, *max, more)?
            }
        };
        Ok((!value.is_empty()).then_some(message::Field { name, value, inline: field.inline, ..Default::default() }))
    }

    /// A line per item. Lines beyond `max`, and those that Discord's limit has no room for, are counted by
    /// `more`; empty lines are left out.
    fn lines(&mut self, items: &Value, line: &Text, max: usize, more: &Text) -> Result<String, String> {
        if !matches!(items.kind(), ValueKind::Seq | ValueKind::Iterable) {
            return Ok(String::new());
        }
        let count = items.len();
        let items = items.try_iter().map_err(|error| format!("`field.each` {}", error.kind()))?;
        let mut lines = Vec::new();
        let (mut seen, mut rest) = (0, 0);
        for item in items {
            seen += 1;
            if lines.len() >= max.min(ITEMS) {
                rest += 1;
                continue;
            }
            let place = Value::from_pairs([("index", seen), ("index0", seen - 1), ("length", count.unwrap_or(0))]);
            let text = self.render("field.line", line, &self.scope.with("item", item).with("loop", place))?;
            if !text.is_empty() {
                lines.push(text);
            }
        }
        self.join_within(lines, rest, more)
    }

    fn join_within(&mut self, mut lines: Vec<String>, mut rest: usize, more: &Text) -> Result<String, String> {
        loop {
            let mut text = lines.join("\n");
            if rest > 0 {
                let more = self.render("field.more", more, &self.scope.with("rest", Value::from(rest)))?;
                text = [text, more].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
            }
            if text.chars().count() <= limit::FIELD_VALUE || lines.len() <= 1 {
                return Ok(text);
            }
            lines.pop();
            rest += 1;
        }
    }

    fn button(&mut self, button: &Button) -> Result<Option<message::Button>, String> {
        let label = self.render("button.label", &button.label, self.scope)?;
        let url = self.value("button.url", Place::Url, &button.url)?;
        Ok((!label.is_empty() && !url.is_empty()).then_some(message::Button { label, url }))
    }
}
