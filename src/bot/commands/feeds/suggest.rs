//! Suggestions for the options of `/feeds`: sources that are open to the server, what their providers know, and feeds of the
//! place.

use super::{feed_line, visible};
use crate::bot::answer::OptionChoice;
use crate::bot::command::{Call, Suggesting};
use crate::bot::error::CommandError;
use crate::bot::text::plain;
use crate::rules::OpenSource;
use hookbell_model::event::Topic;
use hookbell_model::privacy::MaskKind;

/// A choice's name and value, in characters.
const LENGTH: usize = 100;

pub(super) fn source<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move { Ok(fitting(open(call).map(|source| choice(&source.name, &source.name)), typed)) })
}

/// What the source's provider knows, with a pattern for each group of types.
pub(super) fn event_type<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let mut types: Vec<String> = Vec::new();
        for known in sources(call).await?.iter().flat_map(|source| &source.event_types) {
            let group = known.split_once('.').map(|(group, _)| format!("{group}.*"));
            for value in group.into_iter().chain([known.clone()]) {
                if !types.contains(&value) {
                    types.push(value);
                }
            }
        }
        Ok(fitting(types.iter().map(|value| choice(value, value)), typed))
    })
}

pub(super) fn topic<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        Ok(fitting(Topic::ALL.iter().map(|topic| choice(&call.words.word("topic", topic), topic.as_str())), typed))
    })
}

pub(super) fn template<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let sources = sources(call).await?;
        Ok(fitting(sources.iter().flat_map(|source| &source.templates).map(|name| choice(name, name)), typed))
    })
}

pub(super) fn mask<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let kinds = MaskKind::ALL.iter().map(|kind| choice(&call.words.word("mask", kind), kind.as_str()));
        Ok(fitting(kinds, typed))
    })
}

pub(in crate::bot::commands) fn feed<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let feeds = visible::feeds(call, &call.viewer.scope).await?;
        let all = feeds.iter().map(|feed| choice(&feed_line::label(feed, call.words), &feed.id.to_string()));
        Ok(fitting(all, typed))
    })
}

/// The source that is named or whose feed is, else all that are open.
async fn sources(call: &Call) -> Result<Vec<&OpenSource>, CommandError> {
    let named = match (call.options.text("source"), call.options.text("feed")) {
        (Some(source), _) => Some(source.to_owned()),
        (None, Some(feed)) => visible::feed(call, feed, &call.viewer.scope).await.ok().map(|feed| feed.settings.source),
        (None, None) => None,
    };
    Ok(open(call).filter(|source| named.as_ref().is_none_or(|named| *named == source.name)).collect())
}

fn open(call: &Call) -> impl Iterator<Item = &OpenSource> {
    call.settings.rules.open_to(call.viewer.guild().unwrap_or_default())
}

/// Those that hold what is typed; those that begin with it first.
fn fitting(choices: impl Iterator<Item = OptionChoice>, typed: &str) -> Vec<OptionChoice> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<OptionChoice> = choices
        .filter(|choice| choice.name.to_lowercase().contains(&typed) || choice.value.to_lowercase().contains(&typed))
        .filter(|choice| choice.value.chars().count() <= LENGTH)
        .collect();
    found.sort_by_key(|choice| !choice.value.to_lowercase().starts_with(&typed));
    found
}

fn choice(name: &str, value: &str) -> OptionChoice {
    OptionChoice { name: plain(name, LENGTH), value: value.to_owned() }
}
