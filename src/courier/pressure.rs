//! What a lane remembers of the events of each route, to know when there are too many: those that came lately, and the
//! messages that its `rate` let through. In memory only; a storm that is going on is found in the store.

use std::collections::{HashMap, HashSet, VecDeque};

use hookbell_model::delivery::{Delivery, RouteName, RoutePace, StormPlan};
use hookbell_model::timestamp::Timestamp;

/// The recent events of a lane's routes.
#[derive(Debug, Default)]
pub(super) struct Pressure {
    routes: HashMap<RouteName, RoutePressure>,
    /// When the summary of what is stale is due: the same for all that is found stale until then.
    stale: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct RoutePressure {
    /// Deliveries with the times of their acceptance; as many as decide about a storm.
    arrivals: VecDeque<(i64, Timestamp)>,
    storm: Option<OngoingStorm>,
    window: Option<RateWindow>,
}

/// Too many events came, and still come.
#[derive(Debug, Clone, Copy)]
struct OngoingStorm {
    /// Names it: no two storms of a route begin with the same millisecond.
    began: Timestamp,
    last: Timestamp,
}

/// A span in which a route may post so many messages.
#[derive(Debug)]
struct RateWindow {
    began: Timestamp,
    passed: HashSet<i64>,
}

impl Pressure {
    /// A storm that an earlier process saw.
    pub(super) fn recall_storm(&mut self, route: RouteName, began: Timestamp, last: Timestamp) {
        self.routes.entry(route).or_default().storm = Some(OngoingStorm { began, last });
    }

    /// Since when there is a storm that this delivery belongs to. May be asked several times for one delivery.
    pub(super) fn storm(&mut self, delivery: &Delivery, plan: StormPlan) -> Option<Timestamp> {
        let at = delivery.created;
        let route = self.routes.entry(delivery.plan.route.clone()?).or_default();
        if let Some(storm) = &mut route.storm {
            if at <= storm.last.after(plan.per) {
                storm.last = storm.last.max(at);
                return Some(storm.began);
            }
            route.storm = None;
            route.arrivals.clear();
        }
        if !route.arrivals.iter().any(|(known, _)| *known == delivery.id) {
            route.arrivals.push_back((delivery.id, at));
        }
        route.arrivals.retain(|(_, known)| known.after(plan.per) >= at);
        if route.arrivals.len() <= plan.over as usize {
            return None;
        }
        route.arrivals.clear();
        route.storm = Some(OngoingStorm { began: at, last: at });
        Some(at)
    }

    /// When what is over the route's rate is summed up; none where this delivery may have a message. `counts`: it may in
    /// any case, and is counted.
    pub(super) fn over_rate(
        &mut self,
        delivery: &Delivery,
        pace: RoutePace,
        counts: bool,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let route = self.routes.entry(delivery.plan.route.clone()?).or_default();
        // A window that begins in the future is of a clock that was set back.
        let is_over = |window: &RateWindow| now < window.began || now >= window.began.after(pace.span);
        if route.window.as_ref().is_none_or(is_over) {
            route.window = Some(RateWindow { began: now, passed: HashSet::new() });
        }
        let window = route.window.as_mut()?;
        let has_room = counts || window.passed.len() < pace.count as usize;
        if window.passed.contains(&delivery.id) || (has_room && window.passed.insert(delivery.id)) {
            return None;
        }
        Some(window.began.after(pace.span))
    }

    /// When the summary is due of what is stale now.
    pub(super) fn stale_until(&mut self, now: Timestamp) -> Timestamp {
        *self.stale.get_or_insert(now)
    }

    /// Nothing stale is at the head any more.
    pub(super) fn is_fresh(&mut self) {
        self.stale = None;
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::tests::queued;
    use super::*;
    use std::time::Duration;

    const STORM: StormPlan = StormPlan { over: 3, per: Duration::from_secs(60) };

    fn delivery(id: i64, seconds: i64) -> Delivery {
        let mut delivery = queued(id, Timestamp::from_secs(seconds)).delivery;
        delivery.plan.route = Some("routes[0]".into());
        delivery
    }

    #[test]
    fn a_storm_begins_with_one_too_many_and_ends_after_a_calm_span() {
        let mut pressure = Pressure::default();
        let mut ask = |id, seconds| pressure.storm(&delivery(id, seconds), STORM);
        assert_eq!([ask(1, 0), ask(2, 10), ask(3, 20), ask(3, 20)], [None; 4], "asked twice counts once");
        let began = Some(Timestamp::from_secs(30));
        assert_eq!([ask(4, 30), ask(5, 80), ask(6, 140)], [began; 3], "as long as they come within the span");
        assert_eq!(ask(7, 201), None);
        assert_eq!([ask(8, 202), ask(9, 203)], [None; 2]);
        assert_eq!(ask(10, 204), Some(Timestamp::from_secs(204)));
    }

    #[test]
    fn few_events_are_no_storm_however_many_there_are_over_time() {
        let mut pressure = Pressure::default();
        for number in 0..100 {
            assert_eq!(pressure.storm(&delivery(number, number * 21), STORM), None, "{number}");
        }
    }

    #[test]
    fn a_rate_lets_so_many_through_in_a_span_and_what_is_urgent_in_any_case() {
        let pace = RoutePace { count: 2, span: Duration::from_secs(60) };
        let mut pressure = Pressure::default();
        let at = Timestamp::from_secs;
        let mut ask = |id, counts, now| pressure.over_rate(&delivery(id, 0), pace, counts, at(now));
        assert_eq!([ask(1, false, 0), ask(2, false, 1), ask(2, false, 1)], [None; 3], "asked twice counts once");
        assert_eq!(ask(3, false, 2), Some(at(60)));
        assert_eq!(ask(4, true, 3), None);
        assert_eq!(ask(5, false, 60), None, "a new span");
        assert_eq!(ask(6, false, -100), None, "the clock was set back");
    }
}
