//! A feed as people read it on a phone.

use crate::bot::command::Call;
use crate::bot::text::{plain, safe};
use crate::bot::words::Words;
use hookbell_model::feed::{Feed, FeedSettings};
use hookbell_model::privacy::Masks;

/// Characters of what it takes.
const WHAT: usize = 100;

/// Two lines of Markdown: what it takes; then where it goes, since when, and that it stands still, where it does.
pub(super) fn lines(call: &Call, feed: &Feed) -> String {
    let words = call.words;
    let what = safe(&what(&feed.settings, words), WHAT);
    let place = feed.place.thread.as_ref().unwrap_or(&feed.place.channel);
    let since = format!("<t:{}:R>", feed.created.secs());
    let is_open = call.settings.rules.is_open_to(&feed.settings.source, &feed.place.guild);
    let second = [
        Some(format!("<#{place}>")),
        how(&feed.settings, words),
        Some(words.fill("list.since", &[("when", &since)])),
        feed.own_template
            .as_ref()
            .map(|own| words.fill("feeds.own_template", &[("version", &own.version.to_string())])),
        (!is_open).then(|| words.text("feeds.closed").to_owned()),
    ];
    let second: Vec<String> = second.into_iter().flatten().collect();
    format!("📡 **{what}**\n-# {}", second.join(" · "))
}

/// What it takes, as plain text: `stripe · invoice.* · Payment · error or worse`.
pub(in crate::bot) fn what(settings: &FeedSettings, words: Words) -> String {
    let FeedSettings { source, event_type, topic, severity, .. } = settings;
    let parts = [
        Some(source.clone()),
        event_type.clone(),
        topic.map(|topic| words.word("topic", topic)),
        severity.map(|severity| words.fill("feeds.at_least", &[("severity", &words.word("choice", severity))])),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How it is shown, in Markdown; none where nothing is said of that.
pub(super) fn how(settings: &FeedSettings, words: Words) -> Option<String> {
    let template = settings.template.as_ref().map(|template| safe(template, WHAT));
    let template = template.map(|template| words.fill("feeds.template", &[("template", &template)]));
    let buttons = settings.buttons.then(|| words.text("feeds.buttons").to_owned());
    let parts: Vec<String> = template.into_iter().chain(buttons).chain(masked(settings.mask, words)).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// What is hidden; none where nothing is.
pub(super) fn masked(masks: Masks, words: Words) -> Option<String> {
    if masks == Masks::all() {
        return Some(words.text("feeds.all_masked").to_owned());
    }
    let kinds: Vec<String> = masks.kinds().map(|kind| words.word("mask", kind)).collect();
    (!masks.is_empty()).then(|| words.fill("feeds.masked", &[("what", &kinds.join(", "))]))
}

/// For menus and suggestions.
pub(super) fn label(feed: &Feed, words: Words) -> String {
    plain(&format!("{} · {}", feed.id, what(&feed.settings, words)), WHAT)
}
