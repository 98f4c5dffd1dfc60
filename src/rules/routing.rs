//! All routes: the deliveries of an event, and the outcome of each route.

use super::feed_route::FeedRoute;
use super::known::Known;
use super::open_source::OpenSource;
use super::outcome::{RouteOutcome, UnroutedReason, WhenFailure};
use super::read;
use super::routable::Routable;
use super::route::{Route, RouteSummary};
use hookbell_config_file::{Diagnostics, Table};
use hookbell_model::delivery::{NewDelivery, RouteName};
use hookbell_model::event::{Event, Raw};

/// All routes, in the order of the config, and the feeds beside them.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub(super) routes: Vec<Route>,
    pub(super) open: Vec<OpenSource>,
    pub(super) feeds: Vec<FeedRoute>,
}

/// Where an event goes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Routing {
    /// One for each destination; the plan of each names its route.
    pub deliveries: Vec<NewDelivery>,
    /// Set when there is no delivery.
    pub unrouted: Option<UnroutedReason>,
    /// Each `when` that could not be evaluated.
    pub failures: Vec<WhenFailure>,
}

impl Rules {
    /// Reads every route. Every mistake is reported, and only routes without one are kept.
    pub fn read(tables: Vec<Table<'_>>, known: &Known, diagnostics: &mut Diagnostics) -> Self {
        let routes = tables.into_iter().filter_map(|table| read::route(table, known, diagnostics)).collect();
        Self { routes, ..Self::default() }
    }

    /// The deliveries of an event. Where several routes name a destination, the first one counts; one that takes a routine
    /// event as a message of its own counts before those that do not.
    pub fn route(&self, event: &Event, raw: &Raw) -> Routing {
        let mut routing = Routing::default();
        let mut routable = Routable::new(event, raw);
        for route in &self.routes {
            let outcome = route.check(&mut routable);
            if !outcome.takes() {
                continue;
            }
            if let RouteOutcome::WhenFailed { error, .. } = outcome {
                routing.failures.push(WhenFailure { route: route.name.clone(), mention: None, error });
            }
            // Made for the first destination that needs it: whom it pings may depend on the event.
            let mut plan = None;
            for destination in &route.to {
                let known = routing.deliveries.iter().position(|known| known.destination == *destination);
                let replaces = |known: &NewDelivery| known.plan.is_routine(event) && !route.plan.is_routine(event);
                if known.and_then(|at| routing.deliveries.get(at)).is_some_and(|known| !replaces(known)) {
                    continue;
                }
                let plan = plan.get_or_insert_with(|| route.plan_for(&mut routable, &mut routing.failures));
                let new = NewDelivery { destination: destination.clone(), plan: plan.clone() };
                match known.and_then(|at| routing.deliveries.get_mut(at)) {
                    Some(known) => *known = new,
                    None => routing.deliveries.push(new),
                }
            }
        }
        routing.deliveries.extend(self.feeds.iter().filter_map(|feed| feed.delivery(event)));
        routing.unrouted = match (routing.deliveries.is_empty(), self.routes.is_empty() && self.feeds.is_empty()) {
            (false, _) => None,
            (true, true) => Some(UnroutedReason::NoRoutes),
            (true, false) => Some(UnroutedReason::NoMatch),
        };
        routing
    }

    /// Each route's result for an event, in the order of the config.
    pub fn explain<'a>(&'a self, event: &'a Event, raw: &'a Raw) -> Vec<(&'a RouteName, RouteOutcome<'a>)> {
        let mut routable = Routable::new(event, raw);
        self.routes.iter().map(|route| (&route.name, route.check(&mut routable))).collect()
    }

    /// Each route's conditions that do not hold for an event, in the order of the config.
    pub fn obstacles<'a>(&'a self, event: &'a Event, raw: &'a Raw) -> Vec<(&'a RouteName, Vec<RouteOutcome<'a>>)> {
        let mut routable = Routable::new(event, raw);
        self.routes.iter().map(|route| (&route.name, route.obstacles(&mut routable))).collect()
    }

    /// Where a route leads.
    pub fn destinations_of(&self, name: &RouteName) -> &[String] {
        self.routes.iter().find(|route| route.name == *name).map_or(&[], |route| route.to.as_slice())
    }

    /// The sources that a route takes events of; none = of all.
    pub fn sources_of(&self, name: &RouteName) -> Option<&[String]> {
        self.routes.iter().find(|route| route.name == *name)?.sources.as_deref()
    }

    /// Routes whose messages have buttons, and where they lead.
    pub fn with_buttons(&self) -> impl Iterator<Item = (&RouteName, &[String])> {
        let with = self.routes.iter().filter(|route| !route.plan.buttons.is_empty());
        with.map(|route| (&route.name, route.to.as_slice()))
    }

    /// The names of all routes.
    pub fn names(&self) -> impl Iterator<Item = &RouteName> {
        self.routes.iter().map(|route| &route.name)
    }

    /// The destinations that some route leads to.
    pub fn destinations(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().flat_map(|route| route.to.iter().map(String::as_str))
    }

    /// The messages that some route names.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().filter_map(|route| route.plan.template.as_deref())
    }

    /// Each route of the config, for people.
    pub fn summaries(&self) -> impl Iterator<Item = RouteSummary<'_>> {
        self.routes.iter().map(Route::summary)
    }

    /// Whether some route, or a feed that somebody may make, could take an event of this source.
    pub fn takes_source(&self, source: &str) -> bool {
        self.routes.iter().any(|route| route.may_take(source)) || self.open.iter().any(|open| open.name == source)
    }
}
