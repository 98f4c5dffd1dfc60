//! Tries every `[[example]]` of the config: where its event goes, and whom it pings.

use std::path::Path;

use super::super::pipeline;
use crate::codes;
use crate::config::Config;
use crate::report::explanation::PlannedDelivery;
use crate::rules::{RouteExample, RouteExampleInput};
use hookbell_config_file::{Diagnostics, Document, Location};
use hookbell_model::event::{Event, Raw};
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Provider, Sample};

/// `path` is that of the config, whose examples they are.
pub(super) fn check(config: &Config, path: &Path, diagnostics: &mut Diagnostics) {
    if config.route_examples.is_empty() {
        return;
    }
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let document = Document::parse_guarded(&path.display().to_string(), &text, &mut Diagnostics::default());
    let (base, now) = (path.parent().unwrap_or(Path::new("")), Timestamp::now());
    for example in &config.route_examples {
        for (location, what) in mismatches(config, example, base, now) {
            let span = document.span(location);
            diagnostics.add(span.error(codes::FAILED_EXAMPLE, format!("example `{}`: {what}", example.name)));
        }
    }
}

fn mismatches<'e>(
    config: &Config,
    example: &'e RouteExample,
    base: &Path,
    now: Timestamp,
) -> Vec<(&'e Location, String)> {
    let locations = &example.locations;
    let (event, raw) = match event_of(config, example, base, now) {
        Ok(read) => read,
        Err(what) => return vec![(&locations.input, what)],
    };
    let planned = pipeline::plan(config, &event, &raw, &[], now);
    let (posted, routine): (Vec<_>, Vec<_>) = planned.into_iter().partition(|planned| !planned.routine);
    let mut wrong = Vec::new();
    let found: Vec<&str> = posted.iter().map(|planned| planned.destination.as_str()).collect();
    if !is_same(&example.to, &found) {
        let explained = explained(config, &event, &raw, &routine);
        let difference = difference(&example.to, &found, "nowhere");
        wrong.push((&locations.to, format!("it goes elsewhere{difference}{explained}")));
    }
    if let Some(expected) = &example.mention {
        let mut found: Vec<&str> = posted.iter().flat_map(|planned| &planned.mention).map(String::as_str).collect();
        found.sort_unstable();
        found.dedup();
        if !is_same(expected, &found) {
            wrong.push((&locations.mention, format!("it pings others{}", difference(expected, &found, "nobody"))));
        }
    }
    wrong
}

/// In whatever order.
fn is_same(expected: &[String], found: &[&str]) -> bool {
    let within = |name: &String| found.contains(&name.as_str());
    expected.iter().all(within) && found.iter().all(|name| expected.iter().any(|expected| expected == name))
}

fn difference(expected: &[String], found: &[&str], none: &str) -> String {
    let list = |names: Vec<&str>| if names.is_empty() { none.to_owned() } else { names.join(", ") };
    let expected = list(expected.iter().map(String::as_str).collect());
    format!("\n    - expected: {expected}\n    + found:    {}", list(found.to_vec()))
}

/// Why each route takes the event or not.
fn explained(config: &Config, event: &Event, raw: &Raw, routine: &[PlannedDelivery]) -> String {
    let routes = config.rules.explain(event, raw).into_iter().map(|(route, outcome)| {
        let verdict = if outcome.takes() { "takes it" } else { "does not take it" };
        format!("\n    {route} {verdict}: {outcome}")
    });
    let only_updates = routine.iter().map(|planned| {
        let route = planned.route.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("\n    {route} → {}: as routine it only updates a message that is there", planned.destination)
    });
    routes.chain(only_updates).collect()
}

/// The event of an example, as the intake would read it.
fn event_of(config: &Config, example: &RouteExample, base: &Path, now: Timestamp) -> Result<(Event, Raw), String> {
    let provider = config.senders.iter().find(|(name, _)| *name == example.source).map(|(_, provider)| provider);
    // A source without a provider was reported.
    let provider = provider.ok_or_else(|| format!("the provider of source `{}` is not known", example.source))?;
    // Samples do not follow what a source overrides.
    let shipped = config.providers.get(&provider.name).unwrap_or(provider);
    let provider = if matches!(example.input, RouteExampleInput::Sample(_)) { shipped } else { provider };
    let mut sample = sample_of(example, provider, base)?;
    sample.headers.extend(example.headers.iter().cloned());
    let read = provider.read_sample(&example.source, &sample, now);
    let (events, _) = read.map_err(|error| format!("its payload cannot be read: {error}; `headers` may help"))?;
    let (mut event, raw) = events.into_iter().next().ok_or("its payload holds no event that is not ignored")?;
    event.event_type = example.event_type.clone().unwrap_or(event.event_type);
    Ok((event, raw))
}

fn sample_of(example: &RouteExample, provider: &Provider, base: &Path) -> Result<Sample, String> {
    match &example.input {
        RouteExampleInput::Body(body) => Ok(provider.sample_of(body.clone())),
        RouteExampleInput::File(file) => {
            let path = base.join(file);
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
            Ok(provider.sample_of(text))
        }
        RouteExampleInput::Sample(name) => provider.sample(name).cloned().ok_or_else(|| {
            let names = provider.samples.iter().map(|sample| sample.name.as_str());
            let help = suggestion(name, names).map(|help| format!(", {help}")).unwrap_or_default();
            format!("provider `{}` has no sample `{name}`{help}", provider.name)
        }),
    }
}
