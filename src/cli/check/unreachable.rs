//! Messages of the user that no event gets: an earlier message takes their types, or no event has their type.

use super::super::fixture::example::fixture_of;
use super::corpus::Corpus;
use super::files::Files;
use crate::codes;
use crate::config::Config;
use hookbell_config_file::{Diagnostics, unmatched};
use hookbell_model::timestamp::Timestamp;

pub(super) fn check(config: &Config, corpus: &Corpus, files: &mut Files, diagnostics: &mut Diagnostics) {
    warn_of_hidden(config, files, diagnostics);
    let shown = config.templates_config();
    // Of an own app nobody else knows the types; its examples tell them.
    let examples: Vec<_> = config
        .templates
        .examples()
        .iter()
        .filter_map(|example| Some(fixture_of(example, &shown, Timestamp::default()).ok()?.event))
        .collect();
    for listed in config.templates.list().into_iter().filter(|listed| listed.own) {
        let Some(provider) = config.providers.get(&listed.provider) else { continue };
        let known = provider.known_types();
        let told = examples.iter().filter(|event| event.provider == listed.provider);
        let event_types: Vec<&str> = known
            .iter()
            .map(String::as_str)
            .chain(corpus.event_types(&listed.provider))
            .chain(told.map(|event| event.event_type.as_str()))
            .collect();
        for glob in &listed.on {
            let Some(hint) = unmatched(glob, &event_types) else { continue };
            let location = config.templates.location(&listed.name);
            let Some(span) = location.and_then(|location| files.span(location)).map(|span| span.entry("on").item(glob))
            else {
                continue;
            };
            let what = format!("`{glob}` matches no known event type of provider `{}`", listed.provider);
            diagnostics.add(span.warning(codes::UNMATCHED_GLOB, what).maybe_help(hint));
        }
    }
}

/// Warns of messages that another one always precedes, and that no route names.
fn warn_of_hidden(config: &Config, files: &mut Files, diagnostics: &mut Diagnostics) {
    for hidden in config.templates.shadowed() {
        if config.rules.templates().any(|named| named == hidden.name) {
            continue;
        }
        let what = format!("no event gets `{}`: `{}` comes before it and takes the same types", hidden.name, hidden.by);
        let help = format!("put it before `{}`, or give that one a `when`", hidden.by);
        if let Some(span) = files.span(&hidden.location) {
            diagnostics.add(span.entry("name").warning(codes::UNREACHABLE_MESSAGE, what).help(help));
        }
    }
}
