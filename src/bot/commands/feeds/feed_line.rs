//! A feed as people read it on a phone.

use crate::bot::command::Call;
use crate::bot::text::{plain, safe};
use crate::bot::words::Words;
use hookbell_model::feed::{Feed, FeedSettings};

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
pub(super) fn what(settings: &FeedSettings, words: Words) -> String {
    let FeedSettings { source, event_type, topic, severity, template, mask, buttons, locale: _ } = settings;
    let masked: Vec<String> = mask.kinds().map(|kind| words.word("mask", kind)).collect();
    let parts = [
        Some(source.clone()),
        event_type.clone(),
        topic.map(|topic| words.word("topic", topic)),
        severity.map(|severity| words.fill("feeds.at_least", &[("severity", &words.word("choice", severity))])),
        template.as_ref().map(|template| words.fill("feeds.template", &[("template", template)])),
        buttons.then(|| words.text("feeds.buttons").to_owned()),
        (!masked.is_empty()).then(|| words.fill("feeds.masked", &[("what", &masked.join(", "))])),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// For menus and suggestions.
pub(super) fn label(feed: &Feed, words: Words) -> String {
    plain(&format!("{} · {}", feed.id, what(&feed.settings, words)), WHAT)
}
