//! From `[[routes]]` to checked routes.

use super::{Route, Rules};
use crate::codes;
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics, unmatched};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Globs, Topic};
use hookbell_model::privacy::Masks;
use hookbell_model::suggest::suggestion;
use hookbell_template::codes::TEMPLATE_SYNTAX;
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
    pub fn read(tables: Vec<Table<'_>>, known: &Known, diagnostics: &mut Diagnostics) -> Self {
        Self(tables.into_iter().filter_map(|table| route(table, known, diagnostics)).collect())
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

fn route(mut table: Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Option<Route> {
    let before = diagnostics.errors();
    let names = |list: &[String], key: &str, table: &Table<'_>, known: &[&str], diagnostics: &mut Diagnostics| {
        for name in list.iter().filter(|name| !known.contains(&name.as_str())) {
            let what = format!("there is no {} `{name}`", key.trim_end_matches('s'));
            let key = if key == "destinations" { "to" } else { "source" };
            diagnostics.add(
                table
                    .span(key)
                    .item(name)
                    .error(Code::UNKNOWN_REFERENCE, what)
                    .maybe_help(suggestion(name, known.iter().copied())),
            );
        }
    };
    let sources: Vec<String> = table.require("source", diagnostics).unwrap_or_default();
    let sources = if sources.iter().any(|name| name == "*") { None } else { Some(sources) };
    let source_names: Vec<&str> = known.sources.iter().map(|(name, _)| name.as_str()).collect();
    names(sources.as_deref().unwrap_or_default(), "sources", &table, &source_names, diagnostics);

    let to: Vec<String> = table.require("to", diagnostics).unwrap_or_default();
    let destinations: Vec<&str> = known.destinations.iter().map(String::as_str).collect();
    names(&to, "destinations", &table, &destinations, diagnostics);
    if to.is_empty() && table.has("to") {
        diagnostics.add(table.error("to", Code::INVALID_VALUE, "a route needs at least one destination"));
    }

    let events: Vec<String> = table.get("events", diagnostics).unwrap_or_default();
    warn_of_unmatched_globs(&table, sources.as_deref(), &events, known, diagnostics);
    let topics = table.read_list("topics", diagnostics, |text| text.parse::<Topic>());
    let when = table.get::<String>("when", diagnostics).and_then(|text| {
        let parsed = Condition::parse(&text);
        let place = |span: &std::ops::Range<usize>| table.span("when").within(span);
        parsed.map_err(|error| diagnostics.add(place(&error.span).error(TEMPLATE_SYNTAX, error.to_string()))).ok()
    });
    let template: Option<String> = table.get("template", diagnostics);
    if let Some(name) = template.as_ref().filter(|name| !known.templates.contains(name)) {
        let help = suggestion(name, known.templates.iter().map(String::as_str));
        diagnostics.add(
            table.error("template", Code::UNKNOWN_REFERENCE, format!("there is no template `{name}`")).maybe_help(help),
        );
    }
    let mention = table.read_list("mention", diagnostics, str::parse);
    let mask = mask(&mut table, diagnostics);
    table.finish(diagnostics);
    let route =
        Route { sources, events: Globs::new(&events), topics, when, to, plan: Plan { template, mention, mask } };
    (diagnostics.errors() == before).then_some(route)
}

/// The kinds that are covered; an empty list is a choice too.
fn mask(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Masks> {
    let kinds: Vec<String> = table.get("mask", diagnostics)?;
    Masks::parse(kinds).map_err(|what| diagnostics.add(table.error("mask", Code::INVALID_VALUE, what))).ok()
}

/// Globs that no known event type of the named sources fits. Only a warning: providers have more types than their files know.
fn warn_of_unmatched_globs(
    table: &Table<'_>,
    sources: Option<&[String]>,
    events: &[String],
    known: &Known,
    diagnostics: &mut Diagnostics,
) {
    let concerned = known.sources.iter().filter(|(name, _)| sources.is_none_or(|sources| sources.contains(name)));
    let kinds: Vec<&str> = concerned.flat_map(|(_, kinds)| kinds.iter().map(String::as_str)).collect();
    for glob in events {
        if let Some(hint) = unmatched(glob, &kinds) {
            let what = format!("`{glob}` fits no event type that is known of this source");
            diagnostics.add(table.span("events").item(glob).warning(codes::UNMATCHED_GLOB, what).maybe_help(hint));
        }
    }
}
