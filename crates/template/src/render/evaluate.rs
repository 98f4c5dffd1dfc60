//! Evaluates a template for one event: the parts of the message. What fails is left out and noted; the rest goes out.

use minijinja::Value;
use serde_json::{Map, Value as Json};

use super::each::Each;
use super::live::{self, LiveValues};
use super::note::TextNote;
use super::raw_body::RawBody;
use super::template::{ButtonTemplate, EmbedTemplate, FieldContent, FieldTemplate, MessageTemplate};
use super::text_evaluator::TextEvaluator;
use super::text_template::TextTemplate;
use super::theme::{Theme, parse_color};
use crate::expression::{Scope, Texts, to_rfc3339};
use hookbell_model::event::{Event, Severity};
use hookbell_model::message::{self, Embed, Message, limit};
use hookbell_model::note::Note;

/// Items of one `each` that are rendered at most; more would not fit, however short.
const ITEMS: usize = 100;
/// Items beyond these are counted without evaluating their `if`.
const COUNTED: usize = 10_000;

/// A rendered message, before it is fitted.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub(super) message: Message,
    pub(super) live: LiveValues,
    pub(super) severity: Option<Severity>,
    pub(super) notes: Vec<TextNote>,
}

/// # Errors
/// When there is nothing to show; with the notes so far.
pub(super) fn evaluate(
    template: &MessageTemplate,
    theme: &Theme,
    texts: &Texts,
    scope: &Scope,
    event: &Event,
) -> Result<Evaluated, Vec<TextNote>> {
    let mut evaluator = TextEvaluator::new(texts);
    let mut message = Message::default();
    let mut level = event.facts.severity;
    for text in &template.texts {
        let value = evaluator.text(text, scope);
        match text.key {
            _ if value.is_empty() => {}
            "severity" => level = evaluator.parse(text, &value, |text| text.parse().ok()).or(level),
            _ => put(&mut message, text.key, value),
        }
    }
    let level = level.unwrap_or(Severity::Info);
    if let Some(raw) = &template.raw {
        apply_raw(&mut evaluator, raw, scope, &mut message);
    } else {
        for embed in &template.embeds {
            embeds(&mut evaluator, embed, scope, theme.color(level), &mut message.embeds);
        }
        message.buttons =
            template.buttons.iter().filter_map(|template| button(&mut evaluator, template, scope)).collect();
        emphasize(&mut message, theme.emoji(level));
    }
    // Those of a `raw` count where the message has none of its own.
    if !template.tags.is_empty() {
        message.tags =
            template.tags.iter().map(|tag| evaluator.text(tag, scope)).filter(|tag| !tag.is_empty()).collect();
    }
    message.silent |= template.silent;
    let keys = live::names(&template.live.keys, &mut evaluator, scope);
    let thread_keys = live::names(&template.live.thread_keys, &mut evaluator, scope);
    let thread_title =
        template.live.thread_title.as_ref().map(|title| evaluator.text(title, scope)).unwrap_or_default();
    let mut notes = evaluator.notes;
    let live = LiveValues { keys, thread_keys, thread_title, ..live::evaluate(&template.live, scope, &mut notes) };
    let empty = message.content.is_empty() && message.embeds.is_empty() && message.poll.is_none();
    if empty { Err(notes) } else { Ok(Evaluated { message, live, severity: Some(level), notes }) }
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

fn is_visible(embed: &Embed) -> bool {
    let texts = [&embed.title, &embed.description, &embed.author.name, &embed.thumbnail, &embed.image];
    !embed.fields.is_empty() || texts.iter().any(|text| !text.is_empty())
}

/// Puts the emoji before the text that a phone's notification shows: the content, else the title.
fn emphasize(message: &mut Message, emoji: &str) {
    let text = match message.embeds.first_mut() {
        Some(embed) if message.content.is_empty() => &mut embed.title,
        _ => &mut message.content,
    };
    if !emoji.is_empty() && !text.is_empty() && !text.starts_with(emoji) {
        *text = format!("{emoji} {text}");
    }
}

fn with_item(scope: &Scope, items: &[Value], at: usize) -> Scope {
    let place = Value::from_pairs([("index", at + 1), ("index0", at), ("length", items.len())]);
    let mut scope = scope.over(2);
    scope.set("item", items.get(at).cloned().unwrap_or_default());
    scope.set("loop", place);
    scope
}

fn embeds(
    evaluator: &mut TextEvaluator<'_>,
    template: &EmbedTemplate,
    scope: &Scope,
    color: u32,
    embeds: &mut Vec<Embed>,
) {
    let Some(each) = &template.each else {
        embeds.extend(embed(evaluator, template, scope, color));
        return;
    };
    let Some(anchor) = template.texts.first().or_else(|| template.fields.first().map(|field| &field.name)) else {
        return;
    };
    let items = evaluator.items(anchor, each, scope);
    // More than Discord shows: fitting counts what it leaves out.
    let made =
        (0..items.len().min(COUNTED)).filter_map(|at| embed(evaluator, template, &with_item(scope, &items, at), color));
    embeds.extend(made.take(each.max.min(ITEMS)));
}

fn embed(evaluator: &mut TextEvaluator<'_>, template: &EmbedTemplate, scope: &Scope, color: u32) -> Option<Embed> {
    let anchor = template.texts.first().or_else(|| template.fields.first().map(|field| &field.name))?;
    if !evaluator.holds(anchor, template.condition.as_ref(), scope) {
        return None;
    }
    let mut embed = Embed { color: Some(color), description_fit: template.fit, ..Embed::default() };
    for text in &template.texts {
        let value = evaluator.text(text, scope);
        match text.key {
            _ if value.is_empty() => {}
            "color" => embed.color = evaluator.parse(text, &value, parse_color).or(embed.color),
            "timestamp" => embed.timestamp = evaluator.parse(text, &value, to_rfc3339).unwrap_or_default(),
            key => {
                if let Some(slot) = slot(&mut embed, key) {
                    *slot = value;
                }
            }
        }
    }
    for template in &template.fields {
        fields(evaluator, template, scope, &mut embed.fields);
    }
    is_visible(&embed).then_some(embed)
}

fn fields(
    evaluator: &mut TextEvaluator<'_>,
    template: &FieldTemplate,
    scope: &Scope,
    fields: &mut Vec<message::Field>,
) {
    let Some(each) = &template.each else {
        fields.extend(field(evaluator, template, scope));
        return;
    };
    let items = evaluator.items(&template.name, each, scope);
    // More than Discord shows: fitting counts what it leaves out.
    let made = (0..items.len().min(COUNTED)).filter_map(|at| field(evaluator, template, &with_item(scope, &items, at)));
    fields.extend(made.take(each.max.min(ITEMS)));
}

fn field(evaluator: &mut TextEvaluator<'_>, template: &FieldTemplate, scope: &Scope) -> Option<message::Field> {
    if !evaluator.holds(&template.name, template.condition.as_ref(), scope) {
        return None;
    }
    let name = evaluator.text(&template.name, scope);
    if name.is_empty() {
        return None;
    }
    let value = match &template.content {
        FieldContent::Value(text) => evaluator.text(text, scope),
        FieldContent::Lines { each, line, more } => lines(evaluator, each, line, more, scope),
    };
    (!value.is_empty()).then_some(message::Field { name, value, inline: template.inline, fit: template.fit })
}

/// A line per item whose `if` holds; empty ones are left out. Lines beyond `max`, and those over Discord's
/// limit, are counted by `more`.
fn lines(
    evaluator: &mut TextEvaluator<'_>,
    each: &Each,
    line: &TextTemplate,
    more: &TextTemplate,
    scope: &Scope,
) -> String {
    let items = evaluator.items(line, each, scope);
    let (mut lines, mut rest) = (Vec::new(), 0);
    for at in 0..items.len() {
        if lines.len() < each.max.min(ITEMS) {
            let text = evaluator.text(line, &with_item(scope, &items, at));
            if !text.is_empty() {
                lines.push(text);
            }
        } else if at >= COUNTED || counts(evaluator, line, || with_item(scope, &items, at)) {
            rest += 1;
        }
    }
    join_within(evaluator, lines, rest, more, scope)
}

/// Whether an item beyond the limit would have had a line.
fn counts(evaluator: &mut TextEvaluator<'_>, line: &TextTemplate, scope: impl Fn() -> Scope) -> bool {
    line.lines.iter().any(|one| one.condition.is_none())
        || line.lines.iter().any(|one| evaluator.holds(line, one.condition.as_ref(), &scope()))
}

fn join_within(
    evaluator: &mut TextEvaluator<'_>,
    mut lines: Vec<String>,
    mut rest: usize,
    more: &TextTemplate,
    scope: &Scope,
) -> String {
    loop {
        let mut text = lines.join("\n");
        if rest > 0 {
            let more = evaluator.text(more, &scope.with("rest", Value::from(rest)));
            text = [text, more].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        }
        if text.chars().count() <= limit::FIELD_VALUE || lines.len() <= 1 {
            return text;
        }
        lines.pop();
        rest += 1;
    }
}

fn button(evaluator: &mut TextEvaluator<'_>, template: &ButtonTemplate, scope: &Scope) -> Option<message::Button> {
    if !evaluator.holds(&template.label, template.condition.as_ref(), scope) {
        return None;
    }
    let (label, url) = (evaluator.text(&template.label, scope), evaluator.text(&template.url, scope));
    (!label.is_empty() && !url.is_empty()).then_some(message::Button { label, url })
}

/// The body that `raw` describes, beside what the message's own keys text.
fn apply_raw(evaluator: &mut TextEvaluator<'_>, raw: &RawBody, scope: &Scope, message: &mut Message) {
    let Some(body) = body(raw, evaluator, scope) else { return };
    let (read, notes) = Message::from_json(&body).unwrap_or_else(|note| (Message::default(), vec![note]));
    let own = std::mem::replace(message, read);
    for (slot, own) in [
        (&mut message.username, own.username),
        (&mut message.avatar_url, own.avatar_url),
        (&mut message.thread, own.thread),
    ] {
        if !own.is_empty() {
            *slot = own;
        }
    }
    let Some(text) = raw.first_text() else { return };
    for note in notes {
        evaluator.note(text, Note::Raw { key: text.key.to_owned(), note });
    }
}

/// The body for one event. A text that fails is left out, with a note.
fn body(raw: &RawBody, evaluator: &mut TextEvaluator<'_>, scope: &Scope) -> Option<Json> {
    Some(match raw {
        RawBody::Text(text) => {
            let text = evaluator.text(text, scope);
            // Empty means absent, as everywhere.
            return (!text.is_empty()).then_some(Json::from(text));
        }
        RawBody::Fixed(value) => value.clone(),
        RawBody::List(items) => items.iter().filter_map(|item| body(item, evaluator, scope)).collect(),
        RawBody::Map(entries) => {
            let entry = |(key, raw): &(String, RawBody)| Some((key.clone(), body(raw, evaluator, scope)?));
            Json::Object(entries.iter().filter_map(entry).collect::<Map<_, _>>())
        }
    })
}
