//! The keys of a route that say when its messages are sent: `digest` and `quiet`.

use super::known::Known;
use hookbell_config_file::{Code, Diagnostics, Table, TomlKind};
use hookbell_model::delivery::DigestPlan;
use hookbell_model::quiet_hours::{CriticalPlan, QuietHours};
use hookbell_model::schedule::Schedule;
use hookbell_model::suggest::suggestion;

/// A schedule alone, or a table with one in `every`.
pub(super) fn digest(table: &mut Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Option<DigestPlan> {
    let is_table = matches!(table.node("digest").map(|node| &node.value), Some(TomlKind::Table(_)));
    if !is_table {
        let every = table.read("digest", diagnostics, str::parse::<Schedule>)?;
        return Some(DigestPlan { every, template: None, critical: CriticalPlan::default() });
    }
    let mut inner = table.table("digest", diagnostics)?;
    if !inner.has("every") {
        diagnostics.add(inner.missing("every").help("when it is due: `every = \"daily 09:00 Europe/Berlin\"`"));
    }
    let every = inner.read("every", diagnostics, str::parse::<Schedule>);
    let template: Option<String> = inner.get("template", diagnostics);
    if let Some(name) = template.as_ref().filter(|name| !known.templates.contains(name)) {
        let unknown = inner.error("template", Code::UNKNOWN_REFERENCE, format!("there is no template `{name}`"));
        diagnostics.add(unknown.maybe_help(suggestion(name, known.templates.iter().map(String::as_str))));
    }
    let critical = inner.read("critical", diagnostics, str::parse).unwrap_or_default();
    inner.finish(diagnostics);
    Some(DigestPlan { every: every?, template, critical })
}

pub(super) fn quiet(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<QuietHours> {
    let mut inner = table.table("quiet", diagnostics)?;
    for key in ["from", "to"].into_iter().filter(|key| !inner.has(key)) {
        diagnostics
            .add(inner.missing(key).help("`quiet = { from = \"22:00\", to = \"07:00\", zone = \"Europe/Berlin\" }`"));
    }
    let from = inner.read("from", diagnostics, str::parse);
    let to = inner.read("to", diagnostics, str::parse);
    let zone = inner.read("zone", diagnostics, str::parse).unwrap_or_default();
    let mode = inner.read("mode", diagnostics, str::parse).unwrap_or_default();
    let critical = inner.read("critical", diagnostics, str::parse).unwrap_or_default();
    if from.is_some() && from == to {
        let what = "`from` and `to` are the same: it is not clear whether that is never or always";
        diagnostics.add(inner.error("to", Code::INVALID_VALUE, what));
    }
    inner.finish(diagnostics);
    let (from, to) = (from?, to?);
    Some(QuietHours { from, to, zone, mode, critical })
}
