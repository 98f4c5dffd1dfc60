//! One line of the log for each event that was kept: what came in, and where it goes.

use crate::rules::UnroutedReason;
use crate::store::{Accepted, NewEvent};
use hookbell_model::privacy::Masks;

/// What the log says of an event. Holds nothing of the body but the subject, which is masked when it is written.
#[derive(Debug)]
pub(super) struct EventLine {
    source: String,
    event_type: String,
    subject: String,
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
            event_type: event.event_type.clone(),
            subject: event.facts.subject.clone().unwrap_or_default(),
            to: to.join(", "),
            unrouted,
        })
    }

    /// Once they are kept; beside the answer, which waits for no log.
    pub(super) fn write_all(lines: Vec<Option<Self>>, accepted: &[Accepted]) {
        let kept: Vec<(Self, Accepted)> =
            lines.into_iter().zip(accepted).filter_map(|(line, accepted)| Some((line?, *accepted))).collect();
        if !kept.is_empty() {
            tokio::spawn(async move { kept.into_iter().for_each(|(line, accepted)| line.write(accepted)) });
        }
    }

    fn write(self, accepted: Accepted) {
        let Self { source, event_type, subject, to, unrouted } = self;
        let (event_type, title) = (Masks::all().text(&event_type), Masks::all().text(&subject));
        let (event_type, title) = (&*event_type, &*title);
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
