//! The messages that need no template: the generic card, and the plain text that is sent when all else was
//! refused.

use super::theme;
use crate::expression::EscapeContext;
use crate::expression::escape::escape;
use crate::expression::url::check_url;
use hookbell_model::event::{Event, EventId, Severity};
use hookbell_model::locale::Locale;
use hookbell_model::message::{Author, Embed, Field, Footer, Message};

/// A title longer than this is cut here already: it may be a whole document.
const TITLE: usize = 200;
/// An engine's reason may repeat data; this much of it explains enough.
const REASON: usize = 300;

/// What is known of the event, whatever it is.
pub(super) fn generic(event: &Event) -> Message {
    let facts = &event.facts;
    let title = facts.subject.as_deref().filter(|subject| !subject.trim().is_empty()).unwrap_or(&event.event_type);
    let fields = [
        ("Type", Some(event.event_type.clone())),
        ("By", facts.actor.clone()),
        ("Amount", facts.money(Locale::default())),
        ("Severity", facts.severity.map(|severity| severity.to_string())),
    ];
    let embed = Embed {
        title: line(title, TITLE),
        url: facts.url.as_deref().and_then(|url| check_url(url).ok()).unwrap_or_default(),
        color: Some(theme::color(facts.severity.unwrap_or(Severity::Info))),
        author: Author { name: escape(&event.source, EscapeContext::Plain).into_owned(), ..Author::default() },
        fields: fields.into_iter().filter_map(|(name, value)| field(name, &value?)).collect(),
        footer: Footer { text: footer(event), ..Footer::default() },
        timestamp: event.time.to_rfc3339(),
        ..Embed::default()
    };
    Message { embeds: vec![embed], ..Message::default() }
}

/// The generic card, and why it is one.
pub(super) fn failed(event: &Event, template: &str, why: &str) -> Message {
    let mut message = generic(event);
    if let Some(embed) = message.embeds.first_mut() {
        let template = line(template, TITLE);
        embed.description =
            format!("⚠️ The template **{template}** failed, so this is a plain card: {}", line(why, REASON));
    }
    message
}

/// Text alone, without subject, actor and link: whatever was refused is not in it.
pub(super) fn plain(event: &Event, why: &str) -> Message {
    let id = if event.id == EventId::UNSET { String::new() } else { format!(" · event `{}`", event.id) };
    let why = if why.trim().is_empty() { String::new() } else { format!("\n{}", line(why, REASON)) };
    let content = format!("**{}** from {}{id}{why}", line(&event.event_type, 100), line(&event.source, 100));
    Message { content, ..Message::default() }
}

fn field(name: &str, value: &str) -> Option<Field> {
    let value = line(value, TITLE);
    (!value.is_empty()).then(|| Field { name: name.to_owned(), value, inline: true, ..Field::default() })
}

fn footer(event: &Event) -> String {
    let id = if event.id == EventId::UNSET { String::new() } else { format!(" · {}", event.id) };
    format!("{}{id}", escape(&event.provider, EscapeContext::Plain))
}

/// One line of markdown, cut before it is escaped so that no escape is cut in two.
fn line(text: &str, max: usize) -> String {
    let mut kept: String = text.trim().chars().take(max).collect();
    if text.trim().chars().nth(max).is_some() {
        kept.push('…');
    }
    escape(&kept, EscapeContext::Line).trim().to_owned()
}
