//! What happened to an event, in order.

use std::time::Duration;

use serde::Serialize;

use super::delivery::MessageView;
use super::serialize::{display, display_option, millis};
use crate::store::EventDetails;
use hookbell_model::delivery::{Attempt, AttemptOutcome, Delivery, Reason, RouteName, Status};
use hookbell_model::timestamp::Timestamp;

/// One entry of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineEntry {
    #[serde(serialize_with = "display")]
    pub at: Timestamp,
    /// `None` for what concerns the event as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    #[serde(flatten)]
    pub step: TimelineStep,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum TimelineStep {
    Received,
    /// No route matched.
    Unrouted,
    /// A route matched and made a delivery.
    Routed {
        #[serde(skip_serializing_if = "Option::is_none")]
        route: Option<RouteName>,
        #[serde(skip_serializing_if = "Option::is_none")]
        template: Option<String>,
    },
    Attempted {
        outcome: AttemptOutcome,
        detail: String,
        #[serde(rename = "took_ms", serialize_with = "millis")]
        took: Duration,
    },
    /// The delivery is not over yet.
    Waiting {
        #[serde(serialize_with = "display_option", skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        reason: String,
        #[serde(skip)]
        typed: Option<Reason>,
    },
    /// The delivery is over.
    Settled {
        status: Status,
        reason: String,
        #[serde(skip)]
        typed: Option<Reason>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<MessageView>,
    },
}

/// The timeline of an event and the deliveries in `details`, oldest first.
pub(super) fn of(details: &EventDetails) -> Vec<TimelineEntry> {
    let received = details.event.received;
    let mut timeline = vec![TimelineEntry { at: received, destination: None, step: TimelineStep::Received }];
    if details.deliveries.is_empty() {
        timeline.push(TimelineEntry { at: received, destination: None, step: TimelineStep::Unrouted });
    }
    for (delivery, attempts) in &details.deliveries {
        timeline.extend(steps(delivery, attempts).map(|(at, step)| TimelineEntry {
            at,
            destination: Some(delivery.destination.clone()),
            step,
        }));
    }
    // Stable: what happened in the same millisecond stays in the order above.
    timeline.sort_by_key(|entry| entry.at);
    timeline
}

fn steps(delivery: &Delivery, attempts: &[Attempt]) -> impl Iterator<Item = (Timestamp, TimelineStep)> {
    let routed = TimelineStep::Routed { route: delivery.plan.route.clone(), template: delivery.plan.template.clone() };
    let attempted = attempts.iter().map(|attempt| {
        let Attempt { at, took, outcome, detail } = attempt.clone();
        (at, TimelineStep::Attempted { outcome, detail, took })
    });
    let (reason, typed) = (delivery.reason_text(), delivery.reason.clone());
    let last = match delivery.status {
        Status::Pending | Status::Collecting => {
            let until = Some(delivery.not_before).filter(|at| *at > Timestamp::default());
            TimelineStep::Waiting { until, reason, typed }
        }
        status => {
            let message = delivery.message.clone().map(MessageView::from);
            TimelineStep::Settled { status, reason, typed, message }
        }
    };
    let attempted: Vec<_> = attempted.collect();
    std::iter::once((delivery.created, routed)).chain(attempted).chain([(delivery.updated, last)])
}
