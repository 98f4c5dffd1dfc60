//! Suggestions while somebody types: only what their server may see.

use super::recent::short;
use super::reply::Choice;
use super::sight::{self, Sight, ids_of};
use crate::store::{Column, Filter, Result, Store};
use hookbell_model::event::Event;

/// Discord takes no more.
const MOST: usize = 25;
/// A choice's name and value.
const LENGTH: usize = 100;
/// Events looked at first; what is rarer is looked up by name.
const LATEST: usize = 200;
/// Rarer values looked up for one suggestion.
const LOOKED_UP: usize = 15;

/// Which option is being typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Source,
    Kind,
    Topic,
    Id,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub field: Field,
    pub typed: String,
    /// The source that is already filled in: types of that source alone.
    pub source: Option<String>,
}

/// At most 25 choices, the best match first.
pub(super) async fn run(store: &Store, guild: Option<&str>, query: &Query) -> Result<Vec<Choice>> {
    let Ok(sight) = sight::of(store, guild).await? else { return Ok(Vec::new()) };
    let source = query.source.clone().filter(|_| query.field != Field::Source);
    let filter = Filter { source, ..Filter::default() };
    let latest = store.recent(sight.narrow(filter.clone()), None, LATEST).await?;
    let latest: Vec<Event> = latest.into_iter().map(|summary| summary.event).collect();
    let typed = query.typed.trim().to_lowercase();
    if query.field == Field::Id {
        return ids(store, &sight, &latest, &typed).await;
    }
    let mut found: Vec<String> = Vec::new();
    for event in &latest {
        add(&mut found, value(query.field, event), &typed);
    }
    rarer(store, &sight, query.field, &filter, &typed, &mut found).await?;
    found.sort_by_key(|value| !value.to_lowercase().starts_with(&typed));
    Ok(found.into_iter().take(MOST).map(|value| Choice { name: value.clone(), value }).collect())
}

fn value(field: Field, event: &Event) -> &str {
    match field {
        Field::Source => &event.source,
        Field::Kind => &event.event_type,
        Field::Topic => event.topic.as_str(),
        Field::Id => "",
    }
}

fn fits(value: &str, typed: &str) -> bool {
    !value.trim().is_empty() && value.chars().count() <= LENGTH && value.to_lowercase().contains(typed)
}

fn add(found: &mut Vec<String>, value: &str, typed: &str) {
    if fits(value, typed) && !found.iter().any(|known| known == value) {
        found.push(value.to_owned());
    }
}

/// Values that exist somewhere but not among the latest events here: named only if this server has one.
async fn rarer(
    store: &Store,
    sight: &Sight,
    field: Field,
    filter: &Filter,
    typed: &str,
    found: &mut Vec<String>,
) -> Result<()> {
    let column = match field {
        Field::Source => Column::Source,
        Field::Kind => Column::EventType,
        Field::Topic => Column::Topic,
        Field::Id => return Ok(()),
    };
    let all = store.distinct(column, 500).await?;
    let unknown: Vec<String> =
        all.into_iter().filter(|value| fits(value, typed) && !found.contains(value)).take(LOOKED_UP).collect();
    for value in unknown {
        if found.len() >= MOST {
            break;
        }
        let mut narrow = filter.clone();
        match field {
            Field::Source => narrow.source = Some(value.clone()),
            Field::Kind => narrow.event_type = Some(value.clone()),
            _ => narrow.topic = value.parse().ok(),
        }
        if !store.recent(sight.narrow(narrow), None, 1).await?.is_empty() {
            found.push(value);
        }
    }
    Ok(())
}

/// By the beginning of the id, or by what the latest events are about.
async fn ids(store: &Store, sight: &Sight, latest: &[Event], typed: &str) -> Result<Vec<Choice>> {
    let begins = |event: &&Event| event.id.to_string().starts_with(typed);
    let speaks =
        |event: &&Event| !event.id.to_string().starts_with(typed) && short(event).to_lowercase().contains(typed);
    let matching = latest.iter().filter(begins).chain(latest.iter().filter(speaks));
    let mut choices: Vec<Choice> = matching.take(MOST).map(choice).collect();
    if choices.is_empty() {
        for id in ids_of(store.find(typed).await?) {
            choices.extend(sight.details(store, id).await?.map(|details| choice(&details.event)));
        }
        choices.truncate(MOST);
    }
    Ok(choices)
}

fn choice(event: &Event) -> Choice {
    Choice { name: short(event), value: event.id.to_string() }
}
