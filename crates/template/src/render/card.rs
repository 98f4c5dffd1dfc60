//! The messages that need no template: the card of an event that no message was written for, and the plain text that is sent when all
//! else was refused.

mod found;
mod names;
mod shape;
mod values;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use self::found::Found;
use super::theme::Theme;
use crate::expression::escape::escape;
use crate::expression::url::check_url;
use crate::expression::{EscapeContext, View, cut};
use hookbell_model::event::{Event, EventId, Raw, Severity, UNKNOWN_TYPE};
use hookbell_model::message::{Author, Embed, Field, Footer, Message};
use hookbell_model::privacy::{MaskKind, Masks};
use hookbell_model::words::sentence;

/// A title longer than this is cut here already: it may be a whole document.
const TITLE: usize = 200;
/// What the notification of a phone shows, in characters.
const NOTIFICATION: usize = 135;
/// As much of it as one name may take.
const NAME: usize = 80;
const SHORT: usize = 40;
const TEXT: usize = 600;
/// An engine's reason may repeat data; this much of it explains enough.
const REASON: usize = 300;

/// A card, and how much it matters.
pub(super) struct Card {
    pub(super) message: Message,
    pub(super) severity: Severity,
}

impl Card {
    /// Takes a text of the `[defaults]`, where the card has none of its own.
    pub(super) fn take(&mut self, key: &str, text: impl FnOnce() -> String) {
        let Some(embed) = self.message.embeds.first_mut() else { return };
        let slot = match key {
            "username" => &mut self.message.username,
            "avatar_url" => &mut self.message.avatar_url,
            "thread" => &mut self.message.thread,
            "url" if embed.url.is_empty() => &mut embed.url,
            "footer" => &mut embed.footer.text,
            "footer_icon" => &mut embed.footer.icon_url,
            "thumbnail" => &mut embed.thumbnail,
            _ => return,
        };
        *slot = text();
    }
}

/// Who, what, where, how it is, how much, the text and the link of an event, as far as its facts or its payload say so. What the readers
/// may not see is masked.
pub(super) fn generic(event: &Event, raw: &Raw, view: &View, theme: &Theme) -> Card {
    let masks = view.masks.unwrap_or_else(Masks::all);
    let event = masks.event(event);
    let mut payload: Json = serde_json::from_slice(&raw.body).unwrap_or_default();
    masks.mask_json(&mut payload);
    let found = Found::of(&event, &payload, view.locale, masks.holds(MaskKind::Note));
    let text = found.text.as_deref();
    let mut fields: Vec<Field> = found.details.iter().filter_map(|(name, value)| field(name, value)).collect();
    // The text is the better title where nothing has a name.
    let title = found.title.as_deref().or(text.filter(|text| text.chars().count() <= NAME));
    let text = text.filter(|text| Some(*text) != title);
    let is_bare = title.is_none() && fields.is_empty() && text.is_none();
    if is_bare && let Some(place) = &found.place {
        fields.extend(field("Where", place));
    }
    let embed = Embed {
        title: escaped(title.unwrap_or(&label(&event)), TITLE, EscapeContext::Title),
        url: found.url.as_deref().and_then(|url| check_url(url).ok()).unwrap_or_default(),
        description: text.map(|text| escaped(text, TEXT, EscapeContext::Block)).unwrap_or_default(),
        color: Some(theme.color(found.severity)),
        author: Author {
            name: found.actor.as_deref().map(|actor| escaped(actor, TITLE, EscapeContext::Plain)).unwrap_or_default(),
            icon_url: found.actor_icon.as_deref().and_then(|url| check_url(url).ok()).unwrap_or_default(),
            ..Author::default()
        },
        fields,
        footer: Footer { text: escape(&event.source, EscapeContext::Plain).into_owned(), ..Footer::default() },
        timestamp: event.time.to_rfc3339(),
        ..Embed::default()
    };
    let content = first_line(&event, &found, title);
    let emoji = theme.emoji(found.severity);
    let content = if emoji.is_empty() { content } else { format!("{emoji} {content}") };
    Card { message: Message { content, embeds: vec![embed], ..Message::default() }, severity: found.severity }
}

/// `Milestone created: Beta in octocat/hello by Ada Example (open), **€12.00**`. A name that is long gives way to the others.
fn first_line(event: &Event, found: &Found, title: Option<&str>) -> String {
    let label = label(event);
    let mut end = String::new();
    if let Some(place) = &found.place {
        end = format!(" in {}", line(place, SHORT));
    }
    if let Some(actor) = &found.actor {
        let word = if found.is_concerned { "for" } else { "by" };
        end = format!("{end} {word} {}", line(actor, SHORT));
    }
    if let Some(state) = &found.state {
        end = format!("{end} ({})", line(state, SHORT));
    }
    if let Some(amount) = &found.amount {
        end = format!("{end}, **{}**", line(amount, SHORT));
    }
    let label = line(&label, NAME);
    let room = NOTIFICATION.saturating_sub(label.chars().count() + end.chars().count()).max(SHORT);
    match title.filter(|title| !title.eq_ignore_ascii_case(&label)) {
        Some(title) => format!("{label}: {}{end}", line(title, room.min(NAME))),
        None => format!("{label}{end}"),
    }
}

/// What happened, in words: the type of the event, where its sender says one.
fn label(event: &Event) -> String {
    match event.event_type.as_str() {
        UNKNOWN_TYPE => format!("Event from {}", event.source),
        event_type => sentence(event_type),
    }
}

/// The card of an event whose template failed, with the reason.
pub(super) fn failed(mut card: Card, template: &str, why: &str) -> Card {
    if let Some(embed) = card.message.embeds.first_mut() {
        let template = line(template, TITLE);
        let why = format!("⚠️ The template **{template}** failed, so this is a plain card: {}", line(why, REASON));
        embed.description = format!("{why}\n\n{}", embed.description).trim_end().to_owned();
    }
    card
}

/// Text alone, without subject, actor and link: whatever was refused is not in it.
pub(super) fn plain(event: &Event, why: &str) -> Message {
    let id = if event.id == EventId::UNSET { String::new() } else { format!(" · event `{}`", event.id) };
    let why = if why.trim().is_empty() { String::new() } else { format!("\n{}", line(why, REASON)) };
    let content = format!("**{}** from {}{id}{why}", line(&event.event_type, 100), line(&event.source, 100));
    Message { content, ..Message::default() }
}

fn field(name: &str, value: &str) -> Option<Field> {
    let (name, value) = (escaped(name, TITLE, EscapeContext::Plain), line(value, TITLE));
    (!value.is_empty() && !name.is_empty()).then(|| Field { name, value, inline: true, ..Field::default() })
}

/// One line of markdown.
fn line(text: &str, max: usize) -> String {
    escaped(text, max, EscapeContext::Line)
}

/// Cut before it is escaped, so that no escape is cut in two.
fn escaped(text: &str, max: usize, context: EscapeContext) -> String {
    escape(&cut(text.trim(), max), context).trim().to_owned()
}
