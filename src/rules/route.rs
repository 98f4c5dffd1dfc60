//! One `[[routes]]` table, checked.

use super::outcome::RouteOutcome;
use hookbell_model::delivery::{Plan, RouteName};
use hookbell_model::event::{Event, Globs, Raw, Topic};
use hookbell_template::expression::{Condition, Scope};

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
    /// How its deliveries are made; holds the route's name.
    pub(super) plan: Plan,
}

/// A condition over the payload, and its text.
#[derive(Debug, Clone)]
pub(super) struct When {
    pub(super) expression: String,
    pub(super) condition: Condition,
}

/// An event with its scope, which is built for the first `when` that is evaluated: most events meet none, and the scope
/// parses the body.
pub(super) struct Routable<'e> {
    event: &'e Event,
    raw: &'e Raw,
    scope: Option<Scope>,
}

impl<'e> Routable<'e> {
    pub(super) fn new(event: &'e Event, raw: &'e Raw) -> Self {
        Self { event, raw, scope: None }
    }
}

impl Route {
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
        let scope = routable.scope.get_or_insert_with(|| Scope::new(event, routable.raw));
        match condition.holds(scope) {
            Ok(true) => matched,
            Ok(false) => RouteOutcome::When { expression },
            Err(error) => RouteOutcome::WhenFailed { expression, error },
        }
    }
}
