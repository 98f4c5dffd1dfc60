//! Suggestions while a user types an option: only what the user's server may see.

use super::context::Context;
use super::error::CommandError;
use super::options::CommandOptions;
use super::reply::OptionChoice;
use super::text::plain;
use super::visibility::Visibility;
use crate::store::{self, Column, EventFilter, EventSummary, Store};
use hookbell_model::event::Event;

/// Discord accepts no more.
const MAX_CHOICES: usize = 25;
/// A choice's name and value, in characters.
const MAX_LENGTH: usize = 100;
/// How many of the latest events are searched first; what is rarer is looked up by name.
const RECENT_EVENTS: usize = 200;
/// Rarer values looked up for one suggestion.
const MAX_LOOKUPS: usize = 15;
/// Values of a column that are read from the store.
const MAX_VALUES: usize = 500;

/// What the options of all commands that suggest values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OptionField {
    Source,
    EventType,
    Topic,
    Id,
}

/// A request for suggestions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Completion {
    field: OptionField,
    typed: String,
    /// The source that is already filled in: values of that source alone.
    source: Option<String>,
}

impl Completion {
    /// `None` when no option that suggests values is being typed.
    pub(super) fn new(options: CommandOptions) -> Option<Self> {
        let source = options.text("source").map(str::to_owned);
        let focused = options.focused?;
        let field = match focused.name.as_str() {
            "source" => OptionField::Source,
            "type" => OptionField::EventType,
            "topic" => OptionField::Topic,
            "id" => OptionField::Id,
            _ => return None,
        };
        Some(Self { field, typed: focused.typed, source })
    }
}

/// At most 25 choices, the best match first.
pub(super) async fn run(context: &Context, completion: &Completion) -> Result<Vec<OptionChoice>, CommandError> {
    let Completion { field, typed, source } = completion;
    let visibility = Visibility::of(context).await?;
    let source = source.clone().filter(|_| *field != OptionField::Source);
    let filter = EventFilter { source, ..EventFilter::default() };
    let latest = context.store.recent(visibility.restrict(filter.clone()), None, RECENT_EVENTS).await?;
    let latest: Vec<Event> = latest.iter().map(EventSummary::masked_event).collect();
    let typed = typed.trim().to_lowercase();
    let (column, value): (Column, fn(&Event) -> &str) = match field {
        OptionField::Source => (Column::Source, |event| &event.source),
        OptionField::EventType => (Column::EventType, |event| &event.event_type),
        OptionField::Topic => (Column::Topic, |event| event.topic.as_str()),
        OptionField::Id => return Ok(ids(&context.store, &visibility, &latest, &typed).await?),
    };
    let mut found: Vec<String> = Vec::new();
    for value in latest.iter().map(value) {
        if matches(value, &typed) && !found.iter().any(|known| known == value) {
            found.push(value.to_owned());
        }
    }
    add_rarer(&context.store, &visibility, column, &filter, &typed, &mut found).await?;
    found.sort_by_key(|value| !value.to_lowercase().starts_with(&typed));
    Ok(found.into_iter().take(MAX_CHOICES).map(|value| OptionChoice { name: value.clone(), value }).collect())
}

fn matches(value: &str, typed: &str) -> bool {
    !value.trim().is_empty() && value.chars().count() <= MAX_LENGTH && value.to_lowercase().contains(typed)
}

/// Values that exist in the store but not among the latest events: suggested only if this server has one.
async fn add_rarer(
    store: &Store,
    visibility: &Visibility,
    column: Column,
    filter: &EventFilter,
    typed: &str,
    found: &mut Vec<String>,
) -> store::Result<()> {
    let all = store.distinct(column, MAX_VALUES).await?;
    let unknown: Vec<String> =
        all.into_iter().filter(|value| matches(value, typed) && !found.contains(value)).take(MAX_LOOKUPS).collect();
    for value in unknown {
        if found.len() >= MAX_CHOICES {
            break;
        }
        let mut filter = filter.clone();
        match column {
            Column::Source => filter.source = Some(value.clone()),
            Column::EventType => filter.event_type = Some(value.clone()),
            Column::Topic => filter.topic = value.parse().ok(),
        }
        if !store.recent(visibility.restrict(filter), None, 1).await?.is_empty() {
            found.push(value);
        }
    }
    Ok(())
}

/// By the beginning of the id, or by a part of the latest events' names.
async fn ids(
    store: &Store,
    visibility: &Visibility,
    latest: &[Event],
    typed: &str,
) -> store::Result<Vec<OptionChoice>> {
    let by_id = |event: &&Event| event.id.to_string().starts_with(typed);
    let by_name = |event: &&Event| !by_id(event) && name(event).to_lowercase().contains(typed);
    let matching = latest.iter().filter(by_id).chain(latest.iter().filter(by_name));
    let mut choices: Vec<OptionChoice> = matching.take(MAX_CHOICES).map(choice).collect();
    if choices.is_empty() {
        let found = visibility.find(store, typed).await?;
        choices.extend(found.iter().map(|details| choice(&details.event)).take(MAX_CHOICES));
    }
    Ok(choices)
}

fn choice(event: &Event) -> OptionChoice {
    OptionChoice { name: name(event), value: event.id.to_string() }
}

/// An event in a line of plain text.
fn name(event: &Event) -> String {
    let subject = event.facts.subject.as_deref().unwrap_or_default();
    plain(&format!("{} · {} {} {subject}", event.id, event.source, event.event_type), MAX_LENGTH)
}
