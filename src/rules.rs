//! Says where an event goes: the `[[routes]]` of the config, tried in order.

mod read;

pub use self::read::Known;
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::{Event, Globs, Raw, Topic};
use hookbell_template::expression::{Condition, Scope};

/// All routes, in the order of the config.
#[derive(Debug, Clone, Default)]
pub struct Rules(Vec<Route>);

/// One `[[routes]]` table, checked. What is left out takes everything.
#[derive(Debug, Clone)]
struct Route {
    /// None = every source.
    sources: Option<Vec<String>>,
    events: Globs,
    topics: Vec<Topic>,
    when: Option<Condition>,
    to: Vec<String>,
    plan: Plan,
}

/// Where an event goes, and what is to be told about how that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routed {
    /// One for each destination; empty = unrouted.
    pub deliveries: Vec<NewDelivery>,
    /// A `when` that could not be evaluated, a line each.
    pub notes: Vec<String>,
}

impl Rules {
    /// The deliveries of an event. Where several routes name a destination, the first one counts.
    ///
    /// A `when` that fails counts as fulfilled: a message too many is better than a payment nobody hears of.
    pub fn route(&self, event: &Event, raw: &Raw) -> Routed {
        let mut routed = Routed::default();
        // Built for the first `when` that is reached: most events meet none, and it parses the body.
        let mut scope = None;
        for (at, route) in self.0.iter().enumerate().filter(|(_, route)| route.fits(event)) {
            if let Some(when) = &route.when {
                let scope = scope.get_or_insert_with(|| Scope::new(event, raw));
                match when.holds(scope) {
                    Ok(true) => {}
                    Ok(false) => continue,
                    Err(why) => {
                        routed.notes.push(format!("`when` of routes[{at}] failed and counts as fulfilled: {why}"))
                    }
                }
            }
            for destination in &route.to {
                if !routed.deliveries.iter().any(|known| known.destination == *destination) {
                    routed.deliveries.push(NewDelivery { destination: destination.clone(), plan: route.plan.clone() });
                }
            }
        }
        routed
    }
}

impl Route {
    /// Everything but `when`, which costs more.
    fn fits(&self, event: &Event) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.contains(&event.source))
            && (self.events.is_empty() || self.events.matches(&event.event_type))
            && (self.topics.is_empty() || self.topics.contains(&event.topic))
    }
}

#[cfg(test)]
mod tests;
