//! What would hold a message back that is made now, as far as its route says so. Whether it is over a rate or in a storm
//! depends on what else comes, so those are conditions.

use std::fmt;

use serde::Serialize;

use hookbell_model::delivery::Plan;
use hookbell_model::event::Severity;
use hookbell_model::quiet_hours::{CriticalPlan, QuietMode};
use hookbell_model::timestamp::{Timestamp, format_duration};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PlannedWait {
    Digest {
        until: Timestamp,
    },
    /// Its quiet hours, which keep it for their end, or silence it.
    QuietHours {
        until: Timestamp,
        is_kept: bool,
    },
    Hold {
        span: String,
    },
    Rate {
        count: u32,
        span: String,
    },
    Storm {
        over: u32,
        per: String,
    },
    Inhibition {
        keys: Vec<String>,
    },
}

impl PlannedWait {
    /// All that the plan has for a message of this severity; `has_key`: it is about a thing.
    pub fn all(plan: &Plan, severity: Severity, has_key: bool, now: Timestamp) -> Vec<Self> {
        let passes = |plan: CriticalPlan| plan == CriticalPlan::Pass && severity == Severity::Critical;
        let span = |span: std::time::Duration| format_duration(span);
        let digest = plan.digest.as_ref().filter(|digest| !passes(digest.critical));
        let quiet = plan.quiet.as_ref().filter(|quiet| !passes(quiet.critical));
        let quiet = quiet.and_then(|quiet| {
            Some(Self::QuietHours { until: quiet.end(now)?, is_kept: quiet.mode == QuietMode::Digest })
        });
        let first = match digest {
            Some(digest) => Some(Self::Digest { until: digest.every.next(now) }),
            None => quiet,
        };
        let hold = plan.hold.filter(|_| has_key).map(|hold| Self::Hold { span: span(hold.0) });
        let rate = plan.pace.map(|pace| Self::Rate { count: pace.count, span: span(pace.span) });
        let storm = plan.storm.map(|storm| Self::Storm { over: storm.over, per: span(storm.per) });
        let inhibition = Some(&plan.inhibited_by).filter(|keys| !keys.is_empty());
        let inhibition = inhibition.map(|keys| Self::Inhibition { keys: keys.clone() });
        [inhibition, hold, first, rate, storm].into_iter().flatten().collect()
    }
}

impl fmt::Display for PlannedWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest { until } => write!(f, "it waits for the digest of {until}"),
            Self::QuietHours { until, is_kept: true } => write!(f, "quiet hours keep it until {until}"),
            Self::QuietHours { until, is_kept: false } => write!(f, "it does not ring: quiet hours until {until}"),
            Self::Hold { span } => write!(f, "it is posted after {span}, if the thing is still open then"),
            Self::Rate { count, span } => write!(f, "what is over {count} in {span} is summed up"),
            Self::Storm { over, per } => write!(f, "more than {over} in {per} become one message"),
            Self::Inhibition { keys } => write!(f, "not while one of these is open: {}", keys.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookbell_model::delivery::{DigestPlan, PlanSpan};
    use std::time::Duration;

    #[test]
    fn a_digest_and_a_hold_are_named_and_what_is_critical_waits_for_no_digest() {
        let every = "1h".parse().expect("a schedule");
        let plan = Plan {
            digest: Some(DigestPlan { every, template: None, critical: CriticalPlan::Pass }),
            hold: Some(PlanSpan(Duration::from_secs(120))),
            ..Plan::default()
        };
        let now = Timestamp::parse_rfc3339("2026-11-21T10:20:00Z").expect("a time");
        let words = |severity: Severity, has_key: bool| {
            PlannedWait::all(&plan, severity, has_key, now).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let held = "it is posted after 2m, if the thing is still open then";
        assert_eq!(words(Severity::Info, true), [held, "it waits for the digest of 2026-11-21T11:00:00Z"]);
        assert_eq!(words(Severity::Critical, true), [held]);
        assert_eq!(words(Severity::Critical, false), [""; 0]);
    }
}
