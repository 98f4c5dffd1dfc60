//! When a message is sent: now, now but without a notification, or together with others later. Decided when its delivery is
//! at the head of the lane, because only then it is known whether it edits a message that is there.

use super::pressure::Pressure;
use crate::compose::{LiveAction, LiveComposed, first_line};
use crate::store::Collection;
use hookbell_model::delivery::{CollectCause, Collected, Delivery, Plan, PlanSpan, Reason};
use hookbell_model::event::{Event, Severity};
use hookbell_model::own_event::OWN;
use hookbell_model::quiet_hours::{CriticalPlan, QuietMode};
use hookbell_model::timestamp::Timestamp;

/// When a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timing {
    Now,
    /// Posted without a notification.
    Silently,
    /// In a digest.
    Collected {
        until: Timestamp,
        cause: CollectCause,
    },
}

/// When a message of this severity is sent, by its route.
pub(super) fn timing(
    delivery: &Delivery,
    event: &Event,
    severity: Severity,
    pressure: &mut Pressure,
    now: Timestamp,
) -> Timing {
    // Somebody wants to see it now.
    if delivery.plan.replay.is_some() {
        return Timing::Now;
    }
    match by_clock(delivery, event, severity, now) {
        Timing::Collected { until, cause } => Timing::Collected { until, cause },
        by_clock if event.source == OWN => by_clock,
        by_clock => by_pressure(delivery, event, severity, pressure, now).unwrap_or(by_clock),
    }
}

/// Whether it is one of too many, or too late.
fn by_pressure(
    delivery: &Delivery,
    event: &Event,
    severity: Severity,
    pressure: &mut Pressure,
    now: Timestamp,
) -> Option<Timing> {
    let Plan { storm, stale_after, pace, .. } = &delivery.plan;
    let is_urgent = severity == Severity::Critical || delivery.plan.is_urgent(event);
    if let Some(began) = storm.and_then(|plan| pressure.storm(delivery, plan)) {
        return Some(Timing::Collected { until: began, cause: CollectCause::Storm });
    }
    if let Some(PlanSpan(span)) = stale_after.filter(|_| !is_urgent) {
        if now.since(delivery.created) > span {
            return Some(Timing::Collected { until: pressure.stale_until(now), cause: CollectCause::Stale });
        }
        pressure.is_fresh();
    }
    let until = pace.and_then(|pace| pressure.over_rate(delivery, pace, is_urgent, now))?;
    Some(Timing::Collected { until, cause: CollectCause::Rate })
}

/// By the route's digest and quiet hours.
fn by_clock(delivery: &Delivery, event: &Event, severity: Severity, now: Timestamp) -> Timing {
    let Plan { digest, quiet, .. } = &delivery.plan;
    // A clock that was ahead has been set back.
    let accepted = delivery.created.min(now);
    // hookbell's own events are held back by nothing; those that belong to a route do not ring in its quiet hours.
    let is_own = event.source == OWN;
    let passes = |plan: CriticalPlan| plan == CriticalPlan::Pass && severity == Severity::Critical;
    if let Some(digest) = digest.as_ref().filter(|digest| !is_own && !passes(digest.critical)) {
        return Timing::Collected { until: digest.every.next(accepted), cause: CollectCause::Digest };
    }
    let Some(quiet) = quiet.as_ref().filter(|quiet| !passes(quiet.critical)) else { return Timing::Now };
    match (quiet.mode, quiet.end(now)) {
        (QuietMode::Digest, end) if !is_own => match end.or_else(|| quiet.end(accepted)) {
            Some(until) => Timing::Collected { until, cause: CollectCause::QuietHours },
            None => Timing::Now,
        },
        (_, Some(_)) => Timing::Silently,
        (_, None) => Timing::Now,
    }
}

impl Timing {
    /// The message as it is sent at this time. What is there already is edited in any case, so that no card shows what is
    /// over; what would ring edits, too, where it has to wait.
    pub(super) fn apply(self, mut live: LiveComposed) -> LiveComposed {
        match self {
            Self::Now => live,
            Self::Silently => {
                live.composed.message.silent = true;
                live
            }
            Self::Collected { .. } => live.without_ring(),
        }
    }

    /// The delivery's way into the digest, where it is one and would be a message of its own.
    pub(super) fn collection(self, delivery: i64, live: &LiveComposed) -> Option<Collection> {
        let Self::Collected { until, cause } = self else { return None };
        match live.action {
            LiveAction::Post => {}
            // As far as its message is gone.
            LiveAction::Edit(_) if !live.is_older && !live.is_routine => {}
            LiveAction::Edit(_) | LiveAction::Repost(..) | LiveAction::Nothing | LiveAction::Record => return None,
        }
        let collected = Collected {
            line: first_line(&live.composed.message),
            severity: live.composed.severity,
            keys: live.composed.live.keys.clone(),
        };
        let reason = Reason::Collecting { until, cause, collected };
        Some(Collection { delivery, until, reason, live: None })
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::tests::queued;
    use super::*;
    use hookbell_model::delivery::DigestPlan;
    use hookbell_model::quiet_hours::QuietHours;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect(text)
    }

    fn plan(digest: bool, quiet: Option<QuietMode>) -> Plan {
        let digest = digest.then(|| DigestPlan {
            every: "daily 09:00".parse().expect("a schedule"),
            template: None,
            critical: CriticalPlan::Pass,
        });
        let quiet = quiet.map(|mode| QuietHours {
            from: "22:00".parse().expect("a time"),
            to: "07:00".parse().expect("a time"),
            zone: "UTC".parse().expect("a zone"),
            mode,
            critical: CriticalPlan::Pass,
        });
        Plan { digest, quiet, ..Plan::default() }
    }

    fn of(plan: Plan, severity: Severity, created: &str, now: &str) -> Timing {
        let mut queued = queued(1, at(created));
        queued.delivery.plan = plan;
        timing(&queued.delivery, &queued.event, severity, &mut Pressure::default(), at(now))
    }

    const EVENING: &str = "2026-11-21T23:00:00Z";
    const NOON: &str = "2026-11-21T12:00:00Z";

    #[test]
    fn a_digest_takes_what_was_accepted_before_it_is_due_however_late_the_lane_is() {
        let due = Timing::Collected { until: at("2026-11-22T09:00:00Z"), cause: CollectCause::Digest };
        assert_eq!(of(plan(true, None), Severity::Error, NOON, NOON), due);
        assert_eq!(of(plan(true, None), Severity::Error, NOON, "2026-11-23T15:00:00Z"), due);
        // The clock was a day ahead.
        assert_eq!(of(plan(true, None), Severity::Error, "2026-11-22T12:00:00Z", NOON), due);
        assert_eq!(of(plan(true, None), Severity::Critical, NOON, NOON), Timing::Now);
    }

    #[test]
    fn within_quiet_hours_a_message_is_silent_or_waits_for_their_end() {
        let silent = plan(false, Some(QuietMode::Silent));
        assert_eq!(of(silent.clone(), Severity::Error, NOON, EVENING), Timing::Silently);
        assert_eq!(of(silent.clone(), Severity::Error, EVENING, NOON), Timing::Now);
        assert_eq!(of(silent, Severity::Critical, EVENING, EVENING), Timing::Now);
        let kept = plan(false, Some(QuietMode::Digest));
        let morning = Timing::Collected { until: at("2026-11-22T07:00:00Z"), cause: CollectCause::QuietHours };
        assert_eq!(of(kept.clone(), Severity::Error, EVENING, EVENING), morning);
        assert_eq!(of(kept.clone(), Severity::Error, EVENING, "2026-11-22T08:00:00Z"), morning);
        assert_eq!(of(kept, Severity::Error, NOON, NOON), Timing::Now);
    }

    #[test]
    fn a_digest_itself_is_not_collected_again_and_does_not_ring_at_night() {
        let mut queued = queued(1, at(EVENING));
        OWN.clone_into(&mut queued.event.source);
        queued.delivery.plan = plan(true, Some(QuietMode::Digest));
        assert_eq!(
            timing(&queued.delivery, &queued.event, Severity::Info, &mut Pressure::default(), at(EVENING)),
            Timing::Silently
        );
        assert_eq!(
            timing(&queued.delivery, &queued.event, Severity::Info, &mut Pressure::default(), at(NOON)),
            Timing::Now
        );
    }
}
