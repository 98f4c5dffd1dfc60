//! An event as people read it on a phone: led by what it means, never by a type or an id.

use std::borrow::Cow;

use super::answer::SelectOption;
use super::text::{plain, safe};
use super::words::Words;
use crate::store::{EventStatus, EventSummary};
use hookbell_model::delivery::Status;
use hookbell_model::event::{Event, Severity};
use hookbell_model::message::limit;
use hookbell_model::words::spoken;

/// Characters of what leads the line; two lines of a phone.
const HEADLINE: usize = 60;
/// What a masked address holds.
const MASKED: &str = "•••@";
/// Characters of each part that follows.
const PART: usize = 40;

/// Two lines of Markdown: what happened, with a link to its message; then who, when, and what became of it where that is
/// not simply "delivered".
pub(super) fn lines(summary: &EventSummary, words: Words) -> String {
    let event = &summary.event;
    let title = title(event, &summary.title, words);
    let headline = safe(&title, HEADLINE);
    let link = summary.message.as_ref().and_then(|message| message.link());
    let headline = link.map_or_else(|| format!("**{headline}**"), |link| format!("**[{headline}]({link})**"));
    let amount = amount(event, &title, words).map(|amount| safe(&amount, PART));
    let first: Vec<String> = std::iter::once(headline).chain(amount).collect();
    let status = status(summary.status, words);
    let second = [
        who(event, &title).map(|who| safe(&who, PART)),
        Some(format!("<t:{}:R>", event.received.secs())),
        status,
        event.facts.test.then(|| words.text("event.test").to_owned()),
    ];
    let second: Vec<String> = second.into_iter().flatten().collect();
    format!("{} {}\n-# {}", emoji(event.facts.severity), first.join(" · "), second.join(" · "))
}

/// What happened, as plain text: the title that its message bore, or what is known without one.
pub(super) fn title(event: &Event, title: &str, words: Words) -> String {
    if !title.trim().is_empty() {
        // Its sign goes before it anyway.
        let title = title.trim_start();
        return plain(title.strip_prefix(emoji(event.facts.severity)).unwrap_or(title), limit::TITLE);
    }
    let topic = words.word("topic", event.topic);
    match event.facts.subject.as_deref().filter(|subject| !subject.trim().is_empty()) {
        Some(subject) => plain(&format!("{topic}: {subject}"), limit::TITLE),
        None => topic,
    }
}

/// The amount, unless the title says it.
pub(super) fn amount(event: &Event, title: &str, words: Words) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let amount = event.facts.money(words.locale())?;
    (!digits(title).contains(&digits(&amount))).then_some(amount)
}

/// Who did it, or whom it is about, unless the title says it. A masked address says nothing where the title has a name.
pub(super) fn who<'e>(event: &'e Event, title: &str) -> Option<Cow<'e, str>> {
    let known = [event.facts.actor.as_deref(), event.facts.subject.as_deref()];
    let mut known = known.into_iter().flatten().filter(|who| !who.trim().is_empty() && !title.contains(who.trim()));
    known.find(|who| !who.contains(MASKED)).map(spoken)
}

/// In plain text, for a menu's entry or a suggestion.
pub(super) fn label(event: &Event, title_of_message: &str, words: Words, max: usize) -> String {
    let title = title(event, title_of_message, words);
    let amount = amount(event, &title, words);
    let who = who(event, &title);
    let parts: Vec<&str> = std::iter::once(title.as_str()).chain(amount.as_deref()).chain(who.as_deref()).collect();
    plain(&parts.join(" · "), max)
}

/// A menu's entry that stands for an event.
pub(super) fn menu_option(event: &Event, title_of_message: &str, words: Words) -> SelectOption {
    SelectOption {
        label: label(event, title_of_message, words, 100),
        value: event.id.to_string(),
        description: plain(&format!("{} · {}", event.source, event.event_type), 100),
        emoji: emoji(event.facts.severity).to_owned(),
    }
}

/// What became of it, where that is not simply "delivered".
pub(super) fn status(status: EventStatus, words: Words) -> Option<String> {
    let emoji = match status {
        EventStatus::Has(Status::Delivered | Status::Merged) => return None,
        EventStatus::Unrouted | EventStatus::Has(Status::Unrouted) => "▫️",
        EventStatus::Has(Status::Collecting) => "📥",
        EventStatus::Has(Status::Pending) => "⏳",
        EventStatus::Has(Status::Dead) => "❌",
        EventStatus::Has(Status::Muted) => "🔇",
    };
    Some(format!("{emoji} {}", words.word("status", status)))
}

/// How much it matters, distinct also without colours.
pub(super) fn emoji(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "⚪",
        Some(Severity::Info) => "🔵",
        Some(Severity::Success) => "🟢",
        Some(Severity::Warning) => "⚠️",
        Some(Severity::Error) => "🔴",
        Some(Severity::Critical) => "🚨",
    }
}
