//! Evaluates a message template for one event. What fails is left out and told; the rest goes out.

use minijinja::Value;
use minijinja::value::ValueKind;
use sha2::{Digest, Sha256};

use super::note::TextNote;
use super::raw_body::RawBody;
use super::template::{Body, ButtonTemplate, Each, EmbedTemplate, FieldTemplate, MessageTemplate, TextTemplate};
use super::theme::{Theme, parse_color};
use crate::expression::url::check_url;
use crate::expression::{Condition, EscapeContext, ExpressionError, Scope, Texts, to_rfc3339};
use hookbell_model::event::{Event, Severity};
use hookbell_model::message::{self, Embed, Message, limit};
use hookbell_model::note::{Clause, Note};

/// A longer key is replaced by its hash.
const KEY: usize = 200;
/// Items of one `each` that are rendered at most; more would not fit, however short.
const ITEMS: usize = 100;
/// Items beyond these are counted without being asked whether they are wanted.
const COUNTED: usize = 10_000;

/// What a template became, before it is fitted.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub(super) message: Message,
    pub(super) key: Option<String>,
    pub(super) severity: Option<Severity>,
    pub(super) notes: Vec<TextNote>,
}

/// # Errors
/// When nothing is left to be seen; with what was noted on the way.
pub(super) fn evaluate(
    look: &MessageTemplate,
    theme: &Theme,
    texts: &Texts,
    scope: &Scope,
    event: &Event,
) -> Result<Evaluated, Vec<TextNote>> {
    let mut evaluator = Evaluator { texts, notes: Vec::new() };
    let mut message = Message::default();
    let (mut level, mut key) = (event.facts.severity, None);
    for said in &look.texts {
        let value = evaluator.said(said, scope);
        match said.key {
            _ if value.is_empty() => {}
            "severity" => level = evaluator.read(said, &value, |text| text.parse().ok()).or(level),
            "key" => key = Some(short_key(value)),
            _ => put(&mut message, said.key, value),
        }
    }
    let level = level.unwrap_or(Severity::Info);
    if let Some(raw) = &look.raw {
        evaluator.raw(raw, scope, &mut message);
    } else {
        for embed in &look.embeds {
            evaluator.embeds(embed, scope, theme.color(level), &mut message.embeds);
        }
        message.buttons = look.buttons.iter().filter_map(|button| evaluator.button(button, scope)).collect();
        emphasize(&mut message, theme.emoji(level));
    }
    // Those of a `raw` stand where the message has none of its own.
    if !look.tags.is_empty() {
        message.tags = look.tags.iter().map(|tag| evaluator.said(tag, scope)).filter(|tag| !tag.is_empty()).collect();
    }
    message.silent |= look.silent;
    let notes = evaluator.notes;
    let empty = message.content.is_empty() && message.embeds.is_empty() && message.poll.is_none();
    if empty { Err(notes) } else { Ok(Evaluated { message, key, severity: Some(level), notes }) }
}

/// The `key` alone.
pub(super) fn key_of(look: &MessageTemplate, texts: &Texts, scope: &Scope) -> Option<String> {
    let said = look.texts.iter().find(|said| said.key == "key")?;
    let key = Evaluator { texts, notes: Vec::new() }.said(said, scope);
    (!key.is_empty()).then(|| short_key(key))
}

fn put(message: &mut Message, key: &str, value: String) {
    match key {
        "content" => message.content = value,
        "username" => message.username = value,
        "avatar_url" => message.avatar_url = value,
        "thread" => message.thread = value,
        _ => {}
    }
}

fn slot<'e>(embed: &'e mut Embed, key: &str) -> Option<&'e mut String> {
    Some(match key {
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
        _ => return None,
    })
}

fn is_seen(embed: &Embed) -> bool {
    let texts = [&embed.title, &embed.description, &embed.author.name, &embed.thumbnail, &embed.image];
    !embed.fields.is_empty() || texts.iter().any(|text| !text.is_empty())
}

/// Puts the emoji before the first thing that is read: the content, which a phone shows, else the title.
fn emphasize(message: &mut Message, emoji: &str) {
    let text = match message.embeds.first_mut() {
        Some(embed) if message.content.is_empty() => &mut embed.title,
        _ => &mut message.content,
    };
    if !emoji.is_empty() && !text.is_empty() && !text.starts_with(emoji) {
        *text = format!("{emoji} {text}");
    }
}

fn short_key(key: String) -> String {
    if key.chars().count() <= KEY { key } else { format!("sha256:{}", hex::encode(Sha256::digest(key.as_bytes()))) }
}

fn with_item(scope: &Scope, items: &[Value], at: usize) -> Scope {
    let place = Value::from_pairs([("index", at + 1), ("index0", at), ("length", items.len())]);
    let mut scope = scope.over(2);
    scope.set("item", items.get(at).cloned().unwrap_or_default());
    scope.set("loop", place);
    scope
}

/// Evaluates texts and gathers what is to be told about them.
pub(super) struct Evaluator<'d> {
    texts: &'d Texts,
    notes: Vec<TextNote>,
}

impl Evaluator<'_> {
    /// Adds a note about a text, once.
    fn note(&mut self, said: &TextTemplate, note: Note) {
        if !self.notes.iter().any(|known| known.note == note) {
            self.notes.push(TextNote { location: said.location.clone(), note });
        }
    }

    fn failed(&mut self, said: &TextTemplate, clause: Clause, error: &ExpressionError) {
        self.note(said, Note::TextFailed { key: said.key.to_owned(), clause, error: error.to_string() });
    }

    /// The text for its place; empty where it fails, is not wanted or may not be posted.
    pub(super) fn said(&mut self, said: &TextTemplate, scope: &Scope) -> String {
        let text = match said.lines.as_slice() {
            [line] => self.line(said, line, scope).unwrap_or_default(),
            lines => {
                let lines: Vec<String> = lines.iter().filter_map(|line| self.line(said, line, scope)).collect();
                lines.join("\n")
            }
        };
        let text = if text.trim().len() == text.len() { text } else { text.trim().to_owned() };
        if text.is_empty() || !matches!(said.place, EscapeContext::Url | EscapeContext::Href) {
            return text;
        }
        check_url(&text).unwrap_or_else(|problem| {
            self.note(said, Note::UrlUnusable { key: said.key.to_owned(), problem: problem.to_owned() });
            String::new()
        })
    }

    /// One of its lines; none when it is not wanted, failed, or only data that is empty.
    fn line(&mut self, said: &TextTemplate, line: &super::template::Line, scope: &Scope) -> Option<String> {
        if !self.wanted(said, line.condition.as_ref(), scope) {
            return None;
        }
        let output = match self.texts.render(&line.text, scope) {
            Ok(output) => output,
            Err(error) => {
                self.failed(said, Clause::Text, &error);
                return None;
            }
        };
        for path in output.missing {
            self.note(said, Note::MissingValue { path, key: said.key.to_owned() });
        }
        if output.cut > 0 {
            self.note(said, Note::TextTooLong { key: said.key.to_owned(), cut: output.cut });
        }
        // A blank line of the template's own is meant.
        (!output.text.trim().is_empty() || line.text.fixed().is_some()).then_some(output.text)
    }

    /// Whether an `if` holds; one that fails leaves its part out.
    fn wanted(&mut self, said: &TextTemplate, condition: Option<&Condition>, scope: &Scope) -> bool {
        condition.is_none_or(|condition| {
            condition.holds(scope).unwrap_or_else(|error| {
                self.failed(said, Clause::If, &error);
                false
            })
        })
    }

    /// A word from data; what it cannot be is told and ignored.
    fn read<T>(&mut self, said: &TextTemplate, value: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let found = read(value);
        if found.is_none() {
            self.note(said, Note::ValueIgnored { key: said.key.to_owned() });
        }
        found
    }

    fn embeds(&mut self, look: &EmbedTemplate, scope: &Scope, color: u32, embeds: &mut Vec<Embed>) {
        let Some(each) = &look.each else {
            embeds.extend(self.embed(look, scope, color));
            return;
        };
        let Some(anchor) = look.texts.first().or_else(|| look.fields.first().map(|field| &field.name)) else { return };
        let items = self.items(anchor, each, scope);
        // More than Discord shows: fitting counts what it leaves out.
        let made =
            (0..items.len().min(COUNTED)).filter_map(|at| self.embed(look, &with_item(scope, &items, at), color));
        embeds.extend(made.take(each.max.min(ITEMS)));
    }

    fn embed(&mut self, look: &EmbedTemplate, scope: &Scope, color: u32) -> Option<Embed> {
        let anchor = look.texts.first().or_else(|| look.fields.first().map(|field| &field.name))?;
        if !self.wanted(anchor, look.condition.as_ref(), scope) {
            return None;
        }
        let mut embed = Embed { color: Some(color), description_fit: look.fit, ..Embed::default() };
        for said in &look.texts {
            let value = self.said(said, scope);
            match said.key {
                _ if value.is_empty() => {}
                "color" => embed.color = self.read(said, &value, parse_color).or(embed.color),
                "timestamp" => embed.timestamp = self.read(said, &value, to_rfc3339).unwrap_or_default(),
                key => {
                    if let Some(slot) = slot(&mut embed, key) {
                        *slot = value;
                    }
                }
            }
        }
        embed.fields = look.fields.iter().filter_map(|field| self.field(field, scope)).collect();
        is_seen(&embed).then_some(embed)
    }

    fn field(&mut self, look: &FieldTemplate, scope: &Scope) -> Option<message::Field> {
        if !self.wanted(&look.name, look.condition.as_ref(), scope) {
            return None;
        }
        let name = self.said(&look.name, scope);
        if name.is_empty() {
            return None;
        }
        let value = match &look.body {
            Body::Value(said) => self.said(said, scope),
            Body::Lines { each, line, more } => self.lines(each, line, more, scope),
        };
        (!value.is_empty()).then_some(message::Field { name, value, inline: look.inline, fit: look.fit })
    }

    fn items(&mut self, said: &TextTemplate, each: &Each, scope: &Scope) -> Vec<Value> {
        let items = each.list.value(scope).unwrap_or_else(|error| {
            self.failed(said, Clause::Each, &error);
            Value::UNDEFINED
        });
        // What is no list, such as a missing one, has no items.
        if !matches!(items.kind(), ValueKind::Seq | ValueKind::Iterable) {
            return Vec::new();
        }
        items.try_iter().map(Iterator::collect).unwrap_or_default()
    }

    /// A line per item that is wanted; empty ones are left out. Lines beyond `max`, and those that Discord's limit
    /// has no room for, are counted by `more`.
    fn lines(&mut self, each: &Each, line: &TextTemplate, more: &TextTemplate, scope: &Scope) -> String {
        let items = self.items(line, each, scope);
        let (mut lines, mut rest) = (Vec::new(), 0);
        for at in 0..items.len() {
            if lines.len() < each.max.min(ITEMS) {
                let text = self.said(line, &with_item(scope, &items, at));
                if !text.is_empty() {
                    lines.push(text);
                }
            } else if at >= COUNTED || self.counts(line, || with_item(scope, &items, at)) {
                rest += 1;
            }
        }
        self.join_within(lines, rest, more, scope)
    }

    /// Whether an item that has no room any more would have had a line.
    fn counts(&mut self, line: &TextTemplate, scope: impl Fn() -> Scope) -> bool {
        line.lines.iter().any(|one| one.condition.is_none())
            || line.lines.iter().any(|one| self.wanted(line, one.condition.as_ref(), &scope()))
    }

    fn join_within(&mut self, mut lines: Vec<String>, mut rest: usize, more: &TextTemplate, scope: &Scope) -> String {
        loop {
            let mut text = lines.join("\n");
            if rest > 0 {
                let more = self.said(more, &scope.with("rest", Value::from(rest)));
                text = [text, more].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
            }
            if text.chars().count() <= limit::FIELD_VALUE || lines.len() <= 1 {
                return text;
            }
            lines.pop();
            rest += 1;
        }
    }

    fn button(&mut self, look: &ButtonTemplate, scope: &Scope) -> Option<message::Button> {
        if !self.wanted(&look.label, look.condition.as_ref(), scope) {
            return None;
        }
        let (label, url) = (self.said(&look.label, scope), self.said(&look.url, scope));
        (!label.is_empty() && !url.is_empty()).then_some(message::Button { label, url })
    }

    /// The body that `raw` describes, beside what the message's own keys said.
    fn raw(&mut self, look: &RawBody, scope: &Scope, message: &mut Message) {
        let Some(body) = look.render(self, scope) else { return };
        let (raw, notes) = Message::from_json(&body).unwrap_or_else(|note| (Message::default(), vec![note]));
        let own = std::mem::replace(message, raw);
        for (slot, own) in [
            (&mut message.username, own.username),
            (&mut message.avatar_url, own.avatar_url),
            (&mut message.thread, own.thread),
        ] {
            if !own.is_empty() {
                *slot = own;
            }
        }
        let Some(said) = look.first_text() else { return };
        for note in notes {
            self.note(said, Note::Raw { key: said.key.to_owned(), note });
        }
    }
}
