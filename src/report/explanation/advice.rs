//! What would have to change for an event to be posted.

use std::fmt;

use serde::Serialize;

use super::super::lane::{LaneStatus, LaneView};
use super::route::{RouteExplanation, RouteObstacle};
use crate::store::EventDetails;
use hookbell_model::delivery::{Delivery, MuteId, Reason, RouteName, Status};
use hookbell_model::event::Event;
use hookbell_model::timestamp::Timestamp;

/// One change after which such an event is posted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Advice {
    /// There are no routes.
    AddRoute { source: String },
    /// Every one of these conditions of a route.
    ChangeRoute { route: RouteName, changes: Vec<RouteChange> },
    /// The route takes what is notable, and the event is routine.
    TakeRoutine { route: RouteName },
    /// A mute held it back.
    Unmute { destination: String, mute: MuteId, until: Timestamp },
    /// An operator has paused its lane.
    ResumeLane { destination: String },
    /// It waits; nothing need be done.
    Wait { destination: String },
    /// The webhook is dead.
    ReplaceWebhook { destination: String },
    /// Discord refused the message.
    MendMessage { destination: String },
    /// It is over without a message, and can be made again.
    Replay { destination: String, event: String, status: Status },
}

/// A change of one condition of a route.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "key", rename_all = "snake_case")]
pub enum RouteChange {
    Source { add: String },
    Events { add: String },
    Topics { add: String },
    When { expression: String },
}

/// What would have to change for an event that was kept: for the deliveries that were not posted, else for the routes.
pub(super) fn of(
    details: &EventDetails,
    routes: &[RouteExplanation],
    lanes: &[LaneView],
    config_is_known: bool,
) -> Vec<Advice> {
    let is_paused = |destination: &str| {
        lanes.iter().any(|lane| lane.destination == destination && lane.status == LaneStatus::Paused)
    };
    let mut advice: Vec<Advice> = details
        .deliveries
        .iter()
        .flat_map(|(delivery, _)| {
            of_delivery(delivery, is_paused(&delivery.destination)).into_iter().chain(replay(delivery))
        })
        .collect();
    let untold = details.deliveries.iter().all(|(delivery, _)| delivery.status == Status::Unrouted);
    if config_is_known {
        advice.extend(of_routes(routes, &details.event, untold));
    }
    advice
}

/// What would have to change in the routes. Where the event is posted already (`untold` is false) only routes that lack one
/// thing are named: else every route to another channel would be.
pub(super) fn of_routes(routes: &[RouteExplanation], event: &Event, untold: bool) -> Vec<Advice> {
    if routes.is_empty() {
        return if untold { vec![Advice::AddRoute { source: event.source.clone() }] } else { Vec::new() };
    }
    let routine = routes.iter().filter(|route| route.routine && untold);
    let routine = routine.map(|route| Advice::TakeRoutine { route: route.route.clone() });
    let concerned = |route: &&RouteExplanation| {
        let other_source = route.obstacles.iter().any(|one| matches!(one, RouteObstacle::Source { .. }));
        !route.takes && (untold || route.obstacles.len() == 1 && !other_source)
    };
    let changes = routes.iter().filter(concerned).map(|route| Advice::ChangeRoute {
        route: route.route.clone(),
        changes: route.obstacles.iter().map(RouteChange::of).collect(),
    });
    routine.chain(changes).collect()
}

fn of_delivery(delivery: &Delivery, is_paused: bool) -> Option<Advice> {
    let destination = delivery.destination.clone();
    match (delivery.status, &delivery.reason) {
        (_, Some(Reason::Muted(by))) => Some(Advice::Unmute { destination, mute: by.mute, until: by.until }),
        (Status::Pending, _) if is_paused => Some(Advice::ResumeLane { destination }),
        (_, Some(Reason::Parked { .. })) => Some(Advice::ReplaceWebhook { destination }),
        (Status::Pending | Status::Collecting, _) => Some(Advice::Wait { destination }),
        (Status::Dead, Some(Reason::RefusedPlain { .. } | Reason::Misplaced { .. })) => {
            Some(Advice::MendMessage { destination })
        }
        _ => None,
    }
}

fn replay(delivery: &Delivery) -> Option<Advice> {
    let lost = matches!(delivery.status, Status::Dead | Status::Muted);
    let (destination, event) = (delivery.destination.clone(), delivery.event.to_string());
    lost.then_some(Advice::Replay { destination, event, status: delivery.status })
}

impl RouteChange {
    fn of(obstacle: &RouteObstacle) -> Self {
        match obstacle.clone() {
            RouteObstacle::Source { found, .. } => Self::Source { add: found },
            RouteObstacle::Events { found, .. } => Self::Events { add: found },
            RouteObstacle::Topics { found, .. } => Self::Topics { add: found },
            RouteObstacle::When { expression } => Self::When { expression },
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddRoute { source } => {
                write!(f, "add a route: `[[routes]]` with `source = \"{source}\"` and `to = \"…\"`")
            }
            Self::ChangeRoute { route, changes } => {
                let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
                write!(f, "{route}: {}", changes.join(", and "))
            }
            Self::TakeRoutine { route } => {
                write!(f, "{route}: add `events = [\"*\"]`, which takes routine events as messages of their own")
            }
            Self::Unmute { destination, mute, until } => write!(
                f,
                "{destination}: mute {mute} held it back, until {until} at the latest; `hookbell unmute {mute}` ends it for \
                 later events"
            ),
            Self::Replay { destination, event, status } => {
                write!(f, "{destination}: `hookbell events replay {event} --status {status}` makes the delivery again")
            }
            Self::ResumeLane { destination } => {
                write!(f, "{destination}: its lane is paused, `hookbell lanes resume {destination}` lets it go on")
            }
            Self::Wait { destination } => write!(f, "{destination}: nothing, it waits and is still to be posted"),
            Self::ReplaceWebhook { destination } => {
                write!(f, "{destination}: give it another `webhook_url`, its webhook is dead")
            }
            Self::MendMessage { destination } => {
                write!(f, "{destination}: Discord refused the message, its template or its channel has to change")
            }
        }
    }
}

impl fmt::Display for RouteChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source { add } => write!(f, "add `\"{add}\"` to `source`"),
            Self::Events { add } => write!(f, "add `\"{add}\"` to `events`"),
            Self::Topics { add } => write!(f, "add `\"{add}\"` to `topics`"),
            Self::When { expression } => write!(f, "change `when`, which is `{expression}`"),
        }
    }
}
