//! `fallback` of a destination: another destination or a URL. None may lead back to itself.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::courier::{Fallback, FallbackTarget};
use crate::notify::HttpTarget;
use hookbell_config_file::{Code, Diagnostics, Table, TomlKind};
use hookbell_model::suggest::suggestion;
use hookbell_provider::Provider;

/// The default of `fallback_after`.
const AFTER: Duration = Duration::from_secs(600);

/// Reads `fallback` and `fallback_after`.
pub(super) fn read(
    table: &mut Table<'_>,
    destinations: &[String],
    standard: Option<&Provider>,
    diagnostics: &mut Diagnostics,
) -> Option<Fallback> {
    let after: Option<Duration> = table.get("fallback_after", diagnostics);
    if after.is_some_and(|after| after.is_zero()) {
        diagnostics.add(table.error(
            "fallback_after",
            Code::INVALID_VALUE,
            "expected at least some time, such as `10m`",
        ));
    }
    if after.is_some() && !table.has("fallback") {
        let what = "`fallback_after` without a `fallback` has no effect";
        diagnostics.add(table.error("fallback_after", Code::CONFLICTING_KEYS, what));
    }
    let to = match &table.node("fallback")?.value {
        TomlKind::Table(_) => {
            let target = table.table("fallback", diagnostics)?;
            FallbackTarget::Http(HttpTarget::read(target, standard, diagnostics)?)
        }
        TomlKind::String(name) if destinations.contains(name) => FallbackTarget::Destination(name.clone()),
        TomlKind::String(name) => {
            let help = suggestion(name, destinations.iter().map(String::as_str));
            let what = format!("there is no destination `{name}`");
            diagnostics.add(table.error("fallback", Code::UNKNOWN_REFERENCE, what).maybe_help(help));
            return None;
        }
        other => {
            let what = format!("expected a destination or a table with `url`, found {}", other.kind());
            diagnostics.add(table.error("fallback", Code::WRONG_TYPE, what));
            return None;
        }
    };
    Some(Fallback { to, after: after.unwrap_or(AFTER) })
}

/// Reports each fallback that leads back to its own destination, also over others.
pub(super) fn check(tables: &[(String, Table<'_>)], diagnostics: &mut Diagnostics) {
    let target = |table: &Table<'_>| match &table.again().node("fallback")?.value {
        TomlKind::String(name) => Some(name.clone()),
        _ => None,
    };
    let targets: BTreeMap<&str, String> =
        tables.iter().filter_map(|(name, table)| Some((name.as_str(), target(table)?))).collect();
    for (name, table) in tables {
        let mut path = vec![name.clone()];
        while let Some(next) = path.last().and_then(|last| targets.get(last.as_str())) {
            let (is_back, is_other_circle) = (next == name, path.contains(next));
            path.push(next.clone());
            if is_back {
                let what = format!("the fallback leads back to its own destination: {}", path.join(" → "));
                let help = "let the last one fall back to a URL, or have no fallback";
                diagnostics.add(table.error("fallback", Code::CONFLICTING_KEYS, what).help(help));
            }
            if is_other_circle {
                break;
            }
        }
    }
}
