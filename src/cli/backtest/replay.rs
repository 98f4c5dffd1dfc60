//! One event before and after the edit: what was or would be made of it on either side.

use std::panic::resume_unwind;

use super::super::pipeline::{self, PipelineOutput};
use super::compare::{Change, compare, failures_of_rules};
use crate::config::Config;
use crate::store::{HistoryEntry, SentMessage};
use hookbell_model::delivery::Status;
use hookbell_model::event::EventId;
use hookbell_model::live::LiveContext;
use hookbell_model::timestamp::Timestamp;

/// What the edited files are compared with.
pub(super) enum Baseline {
    /// What was decided and sent when the event came in.
    Sent,
    /// What another config, or the same with its own templates, makes of it.
    Config(Box<Config>),
}

pub(super) struct Replay {
    pub(super) edited: Config,
    pub(super) base: Baseline,
}

/// What changes for one event.
pub(super) struct EventComparison {
    pub(super) event: EventId,
    pub(super) source: String,
    pub(super) event_type: String,
    pub(super) received: Timestamp,
    pub(super) before: usize,
    pub(super) after: usize,
    /// Deliveries whose earlier body is not known.
    pub(super) unknown: usize,
    /// Deliveries that change.
    pub(super) changed: usize,
    pub(super) changes: Vec<Change>,
}

impl Replay {
    /// Runs on all cores; the order is kept.
    pub(super) fn page(&self, page: &[HistoryEntry]) -> Vec<EventComparison> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = page.len().div_ceil(cores).max(1);
        std::thread::scope(|scope| {
            let replay = |part| scope.spawn(move || -> Vec<EventComparison> { part_of(self, part) });
            let tasks: Vec<_> = page.chunks(share).map(replay).collect();
            // An event that is left out must be reported.
            let joined =
                |task: std::thread::ScopedJoinHandle<'_, _>| task.join().unwrap_or_else(|why| resume_unwind(why));
            tasks.into_iter().flat_map(joined).collect()
        })
    }

    fn event(&self, past: &HistoryEntry) -> EventComparison {
        let (event, raw) = (&past.event, &past.raw);
        let context = |destination: &str| context(past, destination);
        let (before, rules_before) = match &self.base {
            Baseline::Sent => (sent(past), Vec::new()),
            Baseline::Config(config) => pipeline::run(config, event, raw, context),
        };
        let (after, rules_after) = pipeline::run(&self.edited, event, raw, context);
        let unknown = before.iter().filter(|made| made.sent.is_none()).count();
        let (counts, mut changes) = ((before.len(), after.len()), failures_of_rules(&rules_before, &rules_after));
        let changed = compare(before, after, &mut changes);
        EventComparison {
            event: event.id,
            source: event.source.clone(),
            event_type: event.event_type.clone(),
            received: event.received,
            before: counts.0,
            after: counts.1,
            unknown,
            changed,
            changes,
        }
    }
}

/// What the destination knew of the event's thing when its message was made.
fn context(past: &HistoryEntry, destination: &str) -> LiveContext {
    let delivery = past.deliveries.iter().find(|(delivery, _)| delivery.destination == destination);
    delivery.and_then(|(_, sent)| sent.as_ref()).map(|sent| sent.context.clone()).unwrap_or_default()
}

fn part_of(replay: &Replay, part: &[HistoryEntry]) -> Vec<EventComparison> {
    part.iter().map(|past| replay.event(past)).collect()
}

/// What was posted, or waits to be. A routine event that updated nothing was none of it.
fn sent(past: &HistoryEntry) -> Vec<PipelineOutput> {
    let made = |(delivery, sent): &(hookbell_model::delivery::Delivery, Option<SentMessage>)| PipelineOutput {
        destination: delivery.destination.clone(),
        plan: delivery.plan.clone(),
        sent: sent.clone(),
    };
    let wanted = past.deliveries.iter().filter(|(delivery, _)| delivery.status != Status::Unrouted);
    wanted.map(made).collect()
}
