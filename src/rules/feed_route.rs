//! A feed as a route: what it takes, and the plan of its deliveries.

use hookbell_model::delivery::{AlertButton, NewDelivery, Plan};
use hookbell_model::event::{Event, Globs, Severity};
use hookbell_model::feed::{Feed, FeedSettings};
use hookbell_model::privacy::Masks;

/// A feed, ready to take events.
#[derive(Debug, Clone)]
pub(super) struct FeedRoute {
    destination: String,
    settings: FeedSettings,
    events: Globs,
    plan: Plan,
}

impl FeedRoute {
    pub(super) fn new(feed: &Feed, masks: Masks) -> Self {
        let (settings, destination) = (feed.settings.clone(), feed.id.destination());
        let plan = Plan {
            route: Some(destination.as_str().into()),
            template: settings.template.clone(),
            mask: Some(masks),
            notable_only: settings.event_type.is_none(),
            buttons: if settings.buttons { AlertButton::ALL.to_vec() } else { Vec::new() },
            ..Plan::default()
        };
        let events = Globs::new(settings.event_type.as_slice());
        Self { destination, settings, events, plan }
    }

    /// The delivery of an event that the feed takes.
    pub(super) fn delivery(&self, event: &Event) -> Option<NewDelivery> {
        let FeedSettings { source, topic, severity, .. } = &self.settings;
        let takes = *source == event.source
            && (self.events.is_empty() || self.events.matches(&event.event_type))
            && topic.is_none_or(|topic| topic == event.topic)
            && severity.is_none_or(|least| is_at_least(event.facts.severity, least));
        takes.then(|| NewDelivery { destination: self.destination.clone(), plan: self.plan.clone() })
    }
}

fn is_at_least(found: Option<Severity>, least: Severity) -> bool {
    let found = found.unwrap_or(Severity::Info);
    found == least || found.is_worse_than(least)
}
