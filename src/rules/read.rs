//! From `[[routes]]` to checked routes.

use super::{Route, Rules};
use hookbell_config_file::Table;
use hookbell_config_file::{Mistakes, deaf};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Globs, Topic};
use hookbell_model::privacy::Masks;
use hookbell_model::suggest::suggestion;
use hookbell_template::expression::Condition;

/// The names a route may use.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Each source with the event types that are known of its provider.
    pub sources: Vec<(String, Vec<String>)>,
    pub destinations: Vec<String>,
    pub templates: Vec<String>,
}

impl Rules {
    /// Reads every route; each mistake is told, and only routes without one are kept.
    pub fn read(tables: Vec<Table<'_>>, known: &Known, mistakes: &mut Mistakes) -> Self {
        Self(tables.into_iter().filter_map(|table| route(table, known, mistakes)).collect())
    }

    /// The destinations that some route leads to.
    pub fn destinations(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|route| route.to.iter().map(String::as_str))
    }

    /// The messages that some route names.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|route| route.plan.template.as_deref())
    }

    /// Whether some route could take an event of this source.
    pub fn takes_source(&self, source: &str) -> bool {
        self.0
            .iter()
            .any(|route| route.sources.as_ref().is_none_or(|sources| sources.iter().any(|name| name == source)))
    }
}

fn route(mut table: Table<'_>, known: &Known, mistakes: &mut Mistakes) -> Option<Route> {
    let before = mistakes.errors();
    let names = |list: &[String], key: &str, table: &Table<'_>, known: &[&str], mistakes: &mut Mistakes| {
        for name in list.iter().filter(|name| !known.contains(&name.as_str())) {
            let what = format!("there is no {} `{name}`", key.trim_end_matches('s'));
            let key = if key == "destinations" { "to" } else { "source" };
            table.spot(key).item(name).mistake(what, suggestion(name, known.iter().copied()), mistakes);
        }
    };
    let sources: Vec<String> = table.require("source", mistakes).unwrap_or_default();
    let sources = if sources.iter().any(|name| name == "*") { None } else { Some(sources) };
    let source_names: Vec<&str> = known.sources.iter().map(|(name, _)| name.as_str()).collect();
    names(sources.as_deref().unwrap_or_default(), "sources", &table, &source_names, mistakes);

    let to: Vec<String> = table.require("to", mistakes).unwrap_or_default();
    let destinations: Vec<&str> = known.destinations.iter().map(String::as_str).collect();
    names(&to, "destinations", &table, &destinations, mistakes);
    if to.is_empty() && table.has("to") {
        table.mistake("to", "a route needs at least one destination", None, mistakes);
    }

    let events: Vec<String> = table.get("events", mistakes).unwrap_or_default();
    warn_of_deaf_globs(&table, sources.as_deref(), &events, known, mistakes);
    let topics = table.read_list("topics", mistakes, |text| text.parse::<Topic>());
    let when = table.get::<String>("when", mistakes).and_then(|text| {
        let wrong = |what: String| table.spot("when").pointed(&what).mistake(what, None, mistakes);
        Condition::parse(&text).map_err(wrong).ok()
    });
    let template: Option<String> = table.get("template", mistakes);
    if let Some(name) = template.as_ref().filter(|name| !known.templates.contains(name)) {
        let hint = suggestion(name, known.templates.iter().map(String::as_str));
        table.mistake("template", format!("there is no template `{name}`"), hint, mistakes);
    }
    let mention = table.read_list("mention", mistakes, str::parse);
    let mask = mask(&mut table, mistakes);
    table.finish(mistakes);
    let route =
        Route { sources, events: Globs::new(&events), topics, when, to, plan: Plan { template, mention, mask } };
    (mistakes.errors() == before).then_some(route)
}

/// The kinds that are covered; an empty list is a choice too.
fn mask(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Masks> {
    let kinds: Vec<String> = table.get("mask", mistakes)?;
    Masks::parse(kinds).map_err(|what| table.mistake("mask", what, None, mistakes)).ok()
}

/// Globs that no known event type of the named sources fits. Only a warning: providers have more types than their files know.
fn warn_of_deaf_globs(
    table: &Table<'_>,
    sources: Option<&[String]>,
    events: &[String],
    known: &Known,
    mistakes: &mut Mistakes,
) {
    let concerned = known.sources.iter().filter(|(name, _)| sources.is_none_or(|sources| sources.contains(name)));
    let kinds: Vec<&str> = concerned.flat_map(|(_, kinds)| kinds.iter().map(String::as_str)).collect();
    for glob in events {
        if let Some(hint) = deaf(glob, &kinds) {
            let what = format!("`{glob}` fits no event type that is known of this source");
            table.spot("events").item(glob).warning(what, hint, mistakes);
        }
    }
}
