//! The keys of a route for too many events, late ones, and things that may be over soon.

use std::collections::BTreeSet;
use std::time::Duration;

use super::known::{Known, KnownSource};
use hookbell_config_file::{Code, Diagnostics, Table, TomlKind};
use hookbell_model::delivery::{Plan, PlanSpan, StormPlan};
use hookbell_model::rate::Rate;

/// Longer than anybody waits: a mistake of units.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);
const LONGEST_STORM: Duration = Duration::from_secs(24 * 3600);

/// The plan with `batch`, `order`, `rate`, `storm`, `stale_after`, `hold` and `remind`.
pub(super) fn pressure(table: &mut Table<'_>, plan: Plan, diagnostics: &mut Diagnostics) -> Plan {
    let rate: Option<Rate> = table.read("rate", diagnostics, str::parse);
    Plan {
        batch: table.read("batch", diagnostics, str::parse).unwrap_or_default(),
        order: table.read("order", diagnostics, str::parse).unwrap_or_default(),
        pace: rate.map(Into::into),
        storm: storm(table, diagnostics),
        stale_after: span(table, "stale_after", diagnostics),
        hold: span(table, "hold", diagnostics),
        remind: span(table, "remind", diagnostics),
        ..plan
    }
}

/// `hold`, `remind`, `buttons` and `escalate` are about things, which only a message with a `key` has. Without one they would do nothing.
pub(super) fn check_keys(
    table: &Table<'_>,
    plan: &Plan,
    sources: &[&KnownSource],
    known: &Known,
    diagnostics: &mut Diagnostics,
) {
    let what = match &plan.template {
        // Of an unknown one there is a diagnostic already.
        Some(name) if !known.templates.contains(name) || known.keyed.iter().any(|keyed| keyed.name == *name) => return,
        Some(name) => format!("the message `{name}` has no `key`"),
        None => {
            let has_keys = |source: &&KnownSource| {
                source.provider.is_empty() || known.keyed.iter().any(|keyed| keyed.provider == source.provider)
            };
            if sources.is_empty() || sources.iter().any(has_keys) {
                return;
            }
            let providers: BTreeSet<String> = sources.iter().map(|source| format!("`{}`", source.provider)).collect();
            format!("no message of {} has a `key`", providers.into_iter().collect::<Vec<_>>().join(" or "))
        }
    };
    let given = [
        plan.hold.map(|_| "hold"),
        plan.remind.map(|_| "remind"),
        (!plan.buttons.is_empty()).then_some("buttons"),
        (!plan.escalate.is_empty()).then_some("escalate"),
    ];
    for key in given.into_iter().flatten() {
        let nothing = format!("{what}, so nothing says whether a thing is still open");
        let help = "give the message a `key` that names its thing, and `closed`; see \"live messages\" in templates.md";
        diagnostics.add(table.error(key, Code::CONFLICTING_KEYS, nothing).help(help));
    }
}

fn span(table: &mut Table<'_>, key: &'static str, diagnostics: &mut Diagnostics) -> Option<PlanSpan> {
    let span: Duration = table.get(key, diagnostics)?;
    let wrong = match span {
        Duration::ZERO => "expected at least some time, such as `2m`",
        span if span > LONGEST => "expected at most 31 days",
        span if key == "remind" && span < Duration::from_secs(60) => "expected at least `1m`",
        span => return Some(PlanSpan(span)),
    };
    diagnostics.add(table.error(key, Code::INVALID_VALUE, wrong));
    None
}

fn storm(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<StormPlan> {
    const EXAMPLE: &str = "more than so many events in so much time: `storm = { over = 20, per = \"1m\" }`";
    if table.node("storm").is_some_and(|node| !matches!(node.value, TomlKind::Table(_))) {
        diagnostics.add(table.error("storm", Code::WRONG_TYPE, "expected a table").help(EXAMPLE));
        return None;
    }
    let mut inner = table.table("storm", diagnostics)?;
    for key in ["over", "per"].into_iter().filter(|key| !inner.has(key)) {
        diagnostics.add(inner.missing(key).help(EXAMPLE));
    }
    let over: Option<u64> = inner.get("over", diagnostics);
    let per: Option<Duration> = inner.get("per", diagnostics);
    if over.is_some_and(|over| !(1..=10_000).contains(&over)) {
        diagnostics.add(inner.error("over", Code::INVALID_VALUE, "expected 1 to 10,000 events").help(EXAMPLE));
    }
    if per.is_some_and(|per| per.is_zero() || per > LONGEST_STORM) {
        diagnostics.add(inner.error("per", Code::INVALID_VALUE, "expected a span up to `24h`").help(EXAMPLE));
    }
    inner.finish(diagnostics);
    Some(StormPlan { over: u32::try_from(over?).unwrap_or(u32::MAX), per: per? })
}
