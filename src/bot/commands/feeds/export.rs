//! `/feeds export`: the feeds of a place as text for the config. Webhook URLs are not in it: they never leave the store.

use super::visible;
use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec};
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use hookbell_model::delivery::AlertButton;
use hookbell_model::event::Severity;
use hookbell_model::feed::{Feed, FeedSettings};
use hookbell_model::message::Attachment;

const FILE: &str = "feeds.toml";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "feeds export",
    form: CommandForm::Slash,
    capability: Capability::Arrange,
    answer: AnswerKind::Private,
    options: &[OptionSpec::new("channel", OptionKind::Channel), EVERYWHERE_OPTION],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let words = call.words;
        let feeds = visible::feeds(call, &call.viewer.scope).await?;
        if feeds.is_empty() {
            return Ok(Answer::Private(Reply::text(words.text("feeds.list.none"))));
        }
        let text: String = feeds.iter().map(|feed| config_text(call, feed)).collect::<Vec<_>>().join("\n");
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > call.attachment_size_limit {
            return Err(CommandError::TooManyFeeds);
        }
        let count = u64::try_from(feeds.len()).unwrap_or(u64::MAX);
        let mut reply = Reply::text(words.count("feeds.export.done", count, &[]));
        let description = words.text("feeds.export.file").to_owned();
        reply.message.files = vec![Attachment { filename: FILE.to_owned(), description, bytes: text.into_bytes() }];
        Ok(Answer::Private(reply))
    })
}

/// A destination and a route that do what the feed does.
fn config_text(call: &Call, feed: &Feed) -> String {
    // A name of `feed-` and a number would be the feed's own.
    let (name, place) = (format!("feed_{}", feed.id), &feed.place);
    let FeedSettings { source, event_type, topic, severity, template, locale, .. } = &feed.settings;
    let thread = place.thread.as_ref().map(|thread| format!(", thread {thread}")).unwrap_or_default();
    let mut lines = vec![
        format!("# Feed {} of channel {}{thread}, server {}", feed.id, place.channel, place.guild),
        format!("[destinations.{name}]"),
        format!("webhook_url = \"${{FEED_{}_WEBHOOK_URL}}\"", feed.id),
        format!("locale = {}", quoted(locale.tag())),
        String::new(),
        "[[routes]]".to_owned(),
        format!("source = {}", quoted(source)),
    ];
    lines.extend(event_type.as_ref().map(|glob| format!("events = [{}]", quoted(glob))));
    lines.extend(topic.map(|topic| format!("topics = [{}]", quoted(topic.as_str()))));
    lines.extend(severity.and_then(condition).map(|when| format!("when = {}", quoted(&when))));
    lines.extend(template.as_ref().map(|template| format!("template = {}", quoted(template))));
    let masks = call.settings.rules.masks_of(&feed.settings);
    let masks: Vec<String> = masks.kinds().map(|kind| quoted(kind.as_str())).collect();
    lines.push(format!("mask = [{}]", masks.join(", ")));
    if feed.settings.buttons {
        let buttons: Vec<String> = AlertButton::ALL.iter().map(|button| quoted(button.as_str())).collect();
        lines.push(format!("buttons = [{}]", buttons.join(", ")));
    }
    lines.push(format!("to = {}", quoted(&name)));
    if let Some(own) = &feed.own_template {
        lines.push(format!("# Its own template, version {}, in which `message` is the message above:", own.version));
        lines.extend(own.text.lines().map(|line| format!("# {line}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Events that are at least so severe; none where that is all of them.
fn condition(least: Severity) -> Option<String> {
    let taken: Vec<String> = Severity::ALL
        .iter()
        .filter(|severity| **severity == least || severity.is_worse_than(least))
        .map(|severity| format!("'{severity}'"))
        .collect();
    (least != Severity::Info).then(|| format!("event.severity in [{}]", taken.join(", ")))
}

/// As a string of TOML, which one of JSON is, without the one control character that JSON leaves as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.replace('\u{7f}', "")).to_string()
}
