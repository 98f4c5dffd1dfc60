//! Suggestions for the options of `/events`: only what the asker may see, from the table of what the place has seen.

use crate::bot::answer::OptionChoice;
use crate::bot::command::{Call, Suggesting};
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::moment;
use crate::bot::text::plain;
use crate::store::{Class, EventFilter, Paging, PrefixMatch};
use hookbell_model::event::EventId;

/// Discord accepts no more.
const MOST: usize = 25;
/// A choice's name and value, in characters.
const LENGTH: usize = 100;
/// The newest events among which a part of a title is looked for.
const NEWEST: usize = 50;

pub(in crate::bot) fn source<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move { values(call, None, typed, |class| &class.source).await })
}

pub(in crate::bot) fn event_type<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move { values(call, call.options.text("source"), typed, |class| &class.event_type).await })
}

pub(in crate::bot) fn topic<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move { values(call, call.options.text("source"), typed, |class| &class.topic).await })
}

pub(in crate::bot) fn since<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let examples = moment::EXAMPLES.iter().filter(|example| example.contains(&typed.trim().to_lowercase()));
        let mut choices: Vec<OptionChoice> = examples.map(|example| choice(example)).collect();
        let is_moment = moment::read(typed, &call.settings.config.zone, call.now).is_some();
        if is_moment && !choices.iter().any(|choice| choice.value == typed.trim()) {
            choices.insert(0, choice(typed.trim()));
        }
        Ok(choices)
    })
}

/// By the beginning of the id, or by a part of what the newest events say.
pub(in crate::bot) fn event<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let typed = typed.trim().trim_matches(['`', '#']).to_lowercase();
        let scope = call.viewer.scope.clone();
        let page = call.store.recent_page(scope.clone(), EventFilter::default(), Paging::Newest, NEWEST).await?;
        let newest = page.events.iter().map(|summary| {
            let event = summary.masked_event();
            OptionChoice {
                name: event_line::label(&event, &summary.title, call.words, LENGTH),
                value: event.id.to_string(),
            }
        });
        let fits =
            |choice: &OptionChoice| choice.value.starts_with(&typed) || choice.name.to_lowercase().contains(&typed);
        let mut choices: Vec<OptionChoice> = newest.filter(fits).collect();
        choices.sort_by_key(|choice| !choice.value.starts_with(&typed));
        if choices.is_empty() {
            let ids: Vec<EventId> = match call.store.find_in(&typed, scope.clone()).await? {
                PrefixMatch::None => Vec::new(),
                PrefixMatch::One(id) => vec![id],
                PrefixMatch::Many(ids) => ids,
            };
            for id in ids.into_iter().take(MOST) {
                let Some(details) = call.store.details_in(id, scope.clone()).await? else { continue };
                let name = event_line::label(&details.event, "", call.words, LENGTH);
                choices.push(OptionChoice { name, value: id.to_string() });
            }
        }
        Ok(choices)
    })
}

/// The values that hold what is typed, those that begin with it first, and the newest of them first; with a source that
/// exists, its own alone.
async fn values(
    call: &Call,
    source: Option<&str>,
    typed: &str,
    value: fn(&Class) -> &str,
) -> Result<Vec<OptionChoice>, CommandError> {
    let typed = typed.trim().to_lowercase();
    let classes = call.store.classes(call.viewer.scope.clone()).await?;
    let source = source.filter(|source| classes.iter().any(|class| class.source == *source));
    let of_source = |class: &&Class| source.is_none_or(|source| class.source == source);
    let mut found: Vec<&str> = Vec::new();
    for value in classes.iter().filter(of_source).map(value) {
        let fits = value.to_lowercase().contains(&typed) && value.chars().count() <= LENGTH && !value.trim().is_empty();
        if fits && !found.contains(&value) {
            found.push(value);
        }
    }
    found.sort_by_key(|value| !value.to_lowercase().starts_with(&typed));
    Ok(found.into_iter().take(MOST).map(choice).collect())
}

fn choice(value: &str) -> OptionChoice {
    OptionChoice { name: plain(value, LENGTH), value: value.to_owned() }
}
