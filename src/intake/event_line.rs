//! One line of the log for each event that was kept: what came in, and where it goes.

use crate::rules::UnroutedReason;
use crate::store::{Accepted, NewEvent};
use hookbell_model::privacy::Masks;

/// What the log says of an event. Holds nothing of the body but the subject, masked.
#[derive(Debug)]
pub(super) struct EventLine {
    source: String,
    event_type: String,
    title: String,
    /// Empty = it goes nowhere.
    to: String,
    unrouted: Option<UnroutedReason>,
}

impl EventLine {
    /// Of an event that is about to be kept; `None` where the log takes no such line.
    pub(super) fn of(entry: &NewEvent, unrouted: Option<UnroutedReason>) -> Option<Self> {
        if !tracing::enabled!(tracing::Level::INFO) {
            return None;
        }
        let event = &entry.event;
        let mut to: Vec<&str> = entry.deliveries.iter().map(|delivery| delivery.destination.as_str()).collect();
        to.dedup();
        Some(Self {
            source: event.source.clone(),
            event_type: Masks::all().text(&event.event_type).into_owned(),
            title: Masks::all().text(event.facts.subject.as_deref().unwrap_or_default()).into_owned(),
            to: to.join(", "),
            unrouted,
        })
    }

    /// Once it is kept.
    pub(super) fn write(self, accepted: &Accepted) {
        let Self { source, event_type, title, to, unrouted } = self;
        match (accepted, unrouted) {
            (Accepted::Duplicate(event), _) => {
                tracing::info!(%event, source, event_type, "came again, not delivered again");
            }
            (Accepted::New(event), Some(reason)) => {
                tracing::info!(%event, source, event_type, title, "kept, goes nowhere: {reason}");
            }
            (Accepted::New(event), None) => tracing::info!(%event, source, event_type, title, to, "accepted"),
        }
    }
}
