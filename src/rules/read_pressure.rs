//! The keys of a route for too many events, late ones, and things that may be over soon.

use std::time::Duration;

use hookbell_config_file::{Code, Diagnostics, Table};
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
