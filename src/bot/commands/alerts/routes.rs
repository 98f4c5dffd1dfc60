//! The routes that somebody may name: those that lead to where they ask.

use crate::bot::answer::OptionChoice;
use crate::bot::command::{Call, Suggesting};
use crate::bot::error::CommandError;
use crate::bot::text::plain;
use crate::rules::Rules;
use crate::store::Scope;
use hookbell_model::delivery::RouteName;
use hookbell_model::suggest::did_you_mean;

/// A route that leads to what may be seen.
pub(super) fn named<'c>(call: &'c Call, written: &str, visible: &[String]) -> Result<&'c RouteName, CommandError> {
    let known: Vec<&RouteName> = routes_to(&call.settings.rules, visible).collect();
    let found = known.iter().find(|route| route.as_str() == written);
    found.copied().ok_or_else(|| {
        let near = did_you_mean(written, known.iter().map(|name| name.as_str())).map(str::to_owned);
        CommandError::NoSuchRoute { written: written.to_owned(), near }
    })
}

/// Routes as one tells them apart: what they take and where they lead.
pub(super) fn suggest<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let (typed, visible) = (typed.trim().to_lowercase(), visible(call).await?);
        let rules = &call.settings.rules;
        let choice = |name: &RouteName| {
            let sources = rules.sources_of(name).map(|sources| format!("{}: ", sources.join(", "))).unwrap_or_default();
            let label = format!("{sources}→ {} ({name})", rules.destinations_of(name).join(", "));
            OptionChoice { name: plain(&label, 100), value: name.to_string() }
        };
        let choices = routes_to(rules, &visible).map(choice);
        Ok(choices.filter(|choice| choice.name.to_lowercase().contains(&typed)).collect())
    })
}

fn routes_to<'r>(rules: &'r Rules, destinations: &[String]) -> impl Iterator<Item = &'r RouteName> {
    let leads_there = |name: &&RouteName| rules.destinations_of(name).iter().any(|to| destinations.contains(to));
    rules.names().filter(leads_there)
}

/// The destinations that one may see.
pub(super) async fn visible(call: &Call) -> Result<Vec<String>, CommandError> {
    match &call.viewer.scope {
        Scope::Everything => Ok(call.settings.destinations.keys().cloned().collect()),
        scope => Ok(call.store.destinations_in(scope.clone()).await?),
    }
}
