//! Whether the names in a mute are names of the config: a misspelt one would mute nothing, unnoticed.

use std::path::Path;

use crate::config::{Config, Environment};
use hookbell_config_file::unmatched;
use hookbell_model::delivery::MuteMatcher;
use hookbell_model::suggest::suggestion;

/// Adds a mistake for each name that does not exist. A running server keeps to the config that it has: so a file with
/// mistakes is no reason not to mute, but then names are not checked.
pub(super) fn check(matcher: &MuteMatcher, path: &Path, mistakes: &mut Vec<String>) {
    let (config, diagnostics) = Config::load_relaxed(path, &Environment::beside(path), None);
    let Some(config) = config else {
        if matcher.source.is_some() || matcher.route.is_some() {
            let name = path.display();
            eprintln!("{name} has {} mistakes, so names are not checked against it", diagnostics.errors());
        }
        return;
    };
    let mut check = |noun: &str, name: &str, known: Vec<&str>| {
        if !known.contains(&name) {
            let help = suggestion(name, known).map(|help| format!("\n  help: {help}")).unwrap_or_default();
            mistakes.push(format!("the config has no {noun} `{name}`{help}"));
        }
    };
    if let Some(source) = &matcher.source {
        check("source", source, config.senders.iter().map(|(name, _)| name.as_str()).collect());
    }
    if let Some(route) = &matcher.route {
        check("route", route.as_str(), config.rules.names().map(|name| name.as_str()).collect());
    }
    if let Some(glob) = &matcher.event_type {
        warn_of_unmatched(glob, matcher.source.as_deref(), &config);
    }
}

/// Only a warning: providers send more types than their files list.
fn warn_of_unmatched(glob: &str, source: Option<&str>, config: &Config) {
    let meant = config.senders.iter().filter(|(name, _)| source.is_none_or(|source| source == name));
    let types: Vec<String> = meant.flat_map(|(_, provider)| provider.known_types()).collect();
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    if let Some(help) = unmatched(glob, &types) {
        let help = help.map(|help| format!("\n  help: {help}")).unwrap_or_default();
        eprintln!("warning: `{glob}` matches no event type that is known{help}");
    }
}
