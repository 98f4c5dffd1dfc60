//! One `[[routes]]` table, checked.

use super::inhibitors::Inhibitors;
use super::mentions::{Mentions, ResolvedMentions};
use super::outcome::{RouteOutcome, WhenFailure};
use super::routable::{Routable, When};
use hookbell_model::delivery::{Plan, RouteName};
use hookbell_model::event::{Event, Globs, Topic};

/// Which events go where, and how. A condition that is left out holds for every event.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) name: RouteName,
    /// None = every source.
    pub(super) sources: Option<Vec<String>>,
    pub(super) events: Globs,
    pub(super) topics: Vec<Topic>,
    pub(super) when: Option<When>,
    /// Destinations.
    pub(super) to: Vec<String>,
    /// Whom it pings.
    pub(super) mentions: Mentions,
    /// While which things are open it reports nothing.
    pub(super) inhibitors: Inhibitors,
    /// How its deliveries are made; holds the route's name, and nobody whom it pings.
    pub(super) plan: Plan,
}

/// What a route of the config takes, for people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RouteSummary<'r> {
    pub name: &'r RouteName,
    /// None = every source.
    pub sources: Option<&'r [String]>,
    /// Empty = what is notable.
    pub events: &'r Globs,
    /// Empty = every topic.
    pub topics: &'r [Topic],
    /// The condition that it has besides.
    pub when: Option<&'r str>,
    pub to: &'r [String],
}

impl Route {
    pub(super) fn summary(&self) -> RouteSummary<'_> {
        RouteSummary {
            name: &self.name,
            sources: self.sources.as_deref(),
            events: &self.events,
            topics: &self.topics,
            when: self.when.as_ref().map(|when| when.expression.as_str()),
            to: &self.to,
        }
    }

    /// Whether it could take an event of this source.
    pub(super) fn may_take(&self, source: &str) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.iter().any(|name| name == source))
    }

    /// Checks the conditions in their order; `when` comes last, because it costs most.
    pub(super) fn check<'a>(&'a self, routable: &mut Routable<'a>) -> RouteOutcome<'a> {
        let obstacle = self.cheap_obstacles(routable.event).next();
        obstacle.unwrap_or_else(|| self.check_when(routable))
    }

    /// Every condition that does not hold, not only the first one.
    pub(super) fn obstacles<'a>(&'a self, routable: &mut Routable<'a>) -> Vec<RouteOutcome<'a>> {
        let mut obstacles: Vec<_> = self.cheap_obstacles(routable.event).collect();
        obstacles.extend(Some(self.check_when(routable)).filter(|outcome| !outcome.takes()));
        obstacles
    }

    /// The conditions that do not hold, but for `when`.
    fn cheap_obstacles<'a>(&'a self, event: &'a Event) -> impl Iterator<Item = RouteOutcome<'a>> {
        let source = self.sources.as_ref().filter(|sources| !sources.contains(&event.source));
        let source = source.map(|expected| RouteOutcome::Source { found: &event.source, expected });
        let other_type = !self.events.is_empty() && !self.events.matches(&event.event_type);
        let event_type =
            other_type.then_some(RouteOutcome::EventType { found: &event.event_type, expected: &self.events });
        let other_topic = !self.topics.is_empty() && !self.topics.contains(&event.topic);
        let topic = other_topic.then_some(RouteOutcome::Topic { found: event.topic, expected: &self.topics });
        source.into_iter().chain(event_type).chain(topic)
    }

    fn check_when<'a>(&'a self, routable: &mut Routable<'a>) -> RouteOutcome<'a> {
        let event = routable.event;
        let matched = match self.plan.notable_only && event.facts.routine {
            true => RouteOutcome::Routine { found: &event.event_type },
            false => RouteOutcome::Matched,
        };
        let Some(When { expression, condition }) = &self.when else { return matched };
        match condition.holds(routable.scope()) {
            Ok(true) => matched,
            Ok(false) => RouteOutcome::When { expression },
            Err(error) => RouteOutcome::WhenFailed { expression, error },
        }
    }

    /// How a delivery of an event that it takes is made. What could not be decided is added to `failures`.
    pub(super) fn plan_for(&self, routable: &mut Routable<'_>, failures: &mut Vec<WhenFailure>) -> Plan {
        let inhibited_by = self.inhibitors.names(routable);
        let mentions = match &self.mentions {
            Mentions::Fixed(mention) => return Plan { mention: mention.clone(), inhibited_by, ..self.plan.clone() },
            Mentions::ByEvent(mentions) => mentions,
        };
        let ResolvedMentions { mention, notes, failures: failed } = mentions.resolve(routable, &self.plan);
        let failure = |(at, error)| WhenFailure { route: self.name.clone(), mention: Some(at), error };
        failures.extend(failed.into_iter().map(failure));
        Plan { mention, notes, inhibited_by, ..self.plan.clone() }
    }
}
