//! From a `[[routes]]` table to a checked route.

use std::collections::BTreeSet;

use super::inhibitors::Inhibitors;
use super::known::Known;
use super::known::KnownSource;
use super::mentions::read::mentions;
use super::read_alerts;
use super::read_pressure;
use super::read_timing;
use super::routable::When;
use super::route::Route;
use crate::codes;
use hookbell_config_file::{Code, Diagnostics, Table, TomlKind, unmatched};
use hookbell_model::delivery::{BatchMode, Plan, RouteName};
use hookbell_model::event::{Globs, Topic};
use hookbell_model::privacy::Masks;
use hookbell_model::suggest::suggestion;
use hookbell_template::codes::TEMPLATE_SYNTAX;
use hookbell_template::expression::Condition;

/// `None` where the table has a mistake.
pub(super) fn route(mut table: Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Option<Route> {
    let before = diagnostics.errors();
    let name = RouteName::from(table.path());
    let sources = sources(&mut table, known, diagnostics);
    let to = destinations(&mut table, known, diagnostics);
    let events: Vec<String> = table.get("events", diagnostics).unwrap_or_default();
    let concerned = |source: &&KnownSource| sources.as_ref().is_none_or(|sources| sources.contains(&source.name));
    let concerned: Vec<&KnownSource> = known.sources.iter().filter(concerned).collect();
    warn_of_unmatched_globs(&table, &events, &concerned, diagnostics);
    warn_of_routine(&table, &events, &concerned, diagnostics);
    let topics = table.read_list("topics", diagnostics, |text| text.parse::<Topic>());
    let when = when(&mut table, diagnostics);
    let plan = Plan {
        route: Some(name.clone()),
        template: template(&mut table, known, diagnostics),
        mask: mask(&mut table, diagnostics),
        notable_only: events.is_empty(),
        digest: read_timing::digest(&mut table, known, diagnostics),
        quiet: read_timing::quiet(&mut table, diagnostics),
        buttons: read_alerts::buttons(&mut table, known, diagnostics),
        escalate: read_alerts::escalate(&mut table, known, diagnostics),
        ..Plan::default()
    };
    let plan = read_pressure::pressure(&mut table, plan, diagnostics);
    read_pressure::check_keys(&table, &plan, &concerned, known, diagnostics);
    warn_of_summaries(&table, &plan, (&to, known), diagnostics);
    let inhibitors = Inhibitors::read(&mut table, diagnostics);
    let mentions = mentions(&mut table, &known.people, diagnostics);
    table.finish(diagnostics);
    let route = Route { name, sources, events: Globs::new(&events), topics, when, to, mentions, inhibitors, plan };
    (diagnostics.errors() == before).then_some(route)
}

/// What sums up many things is about none of them, so it does not go into their posts.
fn warn_of_summaries(table: &Table<'_>, plan: &Plan, (to, known): (&[String], &Known), diagnostics: &mut Diagnostics) {
    let Some(name) = to.iter().find(|name| known.per_key.contains(name)) else { return };
    let (key, what) = match plan {
        Plan { digest: Some(_), .. } => ("digest", "each digest is a post of its own there"),
        Plan { batch: BatchMode::Always, .. } => ("batch", "messages are not put together there"),
        _ => return,
    };
    let what = format!("destination `{name}` has a post for each thing (`thread = \"per_key\"`): {what}");
    let help = format!("leave `{key}` out, or give these events another destination");
    diagnostics.add(table.warning(key, Code::CONFLICTING_KEYS, what).help(help));
}

/// None = every source.
fn sources(table: &mut Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let sources: Vec<String> = table.require("source", diagnostics).unwrap_or_default();
    if sources.iter().any(|name| name == "*") {
        return None;
    }
    let names: Vec<&str> = known.sources.iter().map(|source| source.name.as_str()).collect();
    check_names(table, "source", "source", &sources, &names, diagnostics);
    Some(sources)
}

fn destinations(table: &mut Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Vec<String> {
    let to: Vec<String> = table.require("to", diagnostics).unwrap_or_default();
    let names: Vec<&str> = known.destinations.iter().map(String::as_str).collect();
    check_names(table, "to", "destination", &to, &names, diagnostics);
    if to.is_empty() && table.has("to") {
        diagnostics.add(table.error("to", Code::INVALID_VALUE, "a route needs at least one destination"));
    }
    to
}

fn check_names(
    table: &Table<'_>,
    key: &str,
    noun: &str,
    names: &[String],
    known: &[&str],
    diagnostics: &mut Diagnostics,
) {
    for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
        let unknown = table.span(key).item(name).error(Code::UNKNOWN_REFERENCE, format!("there is no {noun} `{name}`"));
        let every = noun == "source" && ["all", "any", "**", ""].contains(&name.as_str());
        let help = if every { Some("`\"*\"` takes every source".to_owned()) } else { None };
        diagnostics.add(unknown.maybe_help(help.or_else(|| suggestion(name, known.iter().copied()))));
    }
}

fn when(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<When> {
    let expression: String = table.get("when", diagnostics)?;
    match Condition::parse(&expression) {
        Ok(condition) => Some(When { expression, condition }),
        Err(error) => {
            let wrong = table.span("when").within(&error.span).error(TEMPLATE_SYNTAX, &error);
            diagnostics.add(wrong.maybe_help(error.help()));
            None
        }
    }
}

fn template(table: &mut Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Option<String> {
    let name: String = table.get("template", diagnostics)?;
    if !known.templates.contains(&name) {
        let unknown = table.error("template", Code::UNKNOWN_REFERENCE, format!("there is no template `{name}`"));
        let help = suggestion(&name, known.templates.iter().map(String::as_str));
        diagnostics.add(unknown.maybe_help(help));
    }
    Some(name)
}

/// The kinds that are masked; an empty list is a choice too.
fn mask(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Masks> {
    let node = table.node("mask")?;
    let word = match &node.value {
        TomlKind::Boolean(flag) => Some(*flag),
        TomlKind::String(word) if ["none", "off", "nothing"].contains(&word.as_str()) => Some(false),
        TomlKind::String(word) if ["all", "everything", "*"].contains(&word.as_str()) => Some(true),
        _ => None,
    };
    if let Some(all) = word {
        let what = "expected a list of what is masked";
        let help =
            if all { "leave `mask` out: everything private is masked then" } else { "`mask = []` masks nothing" };
        diagnostics.add(table.error("mask", Code::INVALID_VALUE, what).help(help));
        return None;
    }
    let kinds: Vec<String> = table.get("mask", diagnostics)?;
    Masks::parse(kinds).map_err(|error| diagnostics.add(table.error("mask", Code::INVALID_VALUE, error))).ok()
}

/// Globs that match no known event type of the named sources. Only a warning: providers send more types than their
/// files list.
fn warn_of_unmatched_globs(
    table: &Table<'_>,
    events: &[String],
    sources: &[&KnownSource],
    diagnostics: &mut Diagnostics,
) {
    if events.is_empty() {
        return;
    }
    let event_types: Vec<&str> = sources.iter().flat_map(|source| &source.event_types).map(String::as_str).collect();
    for glob in events {
        if let Some(help) = unmatched(glob, &event_types) {
            let message = format!("`{glob}` matches no event type that is known of this source");
            let warning = table.span("events").item(glob).warning(codes::UNMATCHED_GLOB, message);
            diagnostics.add(warning.maybe_help(help));
        }
    }
}

/// Globs that ask for routine events, each of which becomes a message. `*` is how one asks for all of them.
fn warn_of_routine(table: &Table<'_>, events: &[String], sources: &[&KnownSource], diagnostics: &mut Diagnostics) {
    for glob in events.iter().filter(|glob| *glob != "*") {
        let asked = Globs::new([glob]);
        let routine = sources.iter().flat_map(|source| {
            source.event_types.iter().filter(|name| source.routine.matches(name) && asked.matches(name))
        });
        let routine: BTreeSet<&str> = routine.map(String::as_str).collect();
        let Some(first) = routine.first() else { continue };
        let more = match routine.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!("`{glob}` asks for `{first}`{more}, which will be posted often");
        let warning = table.span("events").item(glob).warning(codes::ROUTINE_EVENTS, message);
        diagnostics
            .add(warning.help("without `events` a route takes what is notable; `\"*\"` takes everything, unasked"));
    }
}
