//! One event before and after the edit: what was or would be made of it on either side.

use std::panic::resume_unwind;

use super::super::past::{Made, made};
use super::compare::{Change, compare, failures_of_rules};
use crate::config::Config;
use crate::store::{HistoryEntry, SentMessage};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

/// What the edited files are compared with.
pub(super) enum Base {
    /// What was decided and sent when the event came in.
    Sent,
    /// What another config, or the same with its own templates, makes of it.
    Config(Box<Config>),
}

pub(super) struct Judge {
    pub(super) edited: Config,
    pub(super) base: Base,
}

/// What became of one event's comparison.
pub(super) struct Judged {
    pub(super) event: EventId,
    pub(super) source: String,
    pub(super) kind: String,
    pub(super) received: Timestamp,
    pub(super) before: usize,
    pub(super) after: usize,
    /// Deliveries of which nobody knows how they looked.
    pub(super) unknown: usize,
    /// Deliveries that change.
    pub(super) changed: usize,
    pub(super) changes: Vec<Change>,
}

impl Judge {
    /// Shared out to all cores; the order is kept.
    pub(super) fn page(&self, page: &[HistoryEntry]) -> Vec<Judged> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = page.len().div_ceil(cores).max(1);
        std::thread::scope(|scope| {
            let judge = |part| scope.spawn(move || -> Vec<Judged> { part_of(self, part) });
            let tasks: Vec<_> = page.chunks(share).map(judge).collect();
            // No event may be left out silently.
            let joined =
                |task: std::thread::ScopedJoinHandle<'_, _>| task.join().unwrap_or_else(|why| resume_unwind(why));
            tasks.into_iter().flat_map(joined).collect()
        })
    }

    fn event(&self, past: &HistoryEntry) -> Judged {
        let (event, raw) = (&past.event, &past.raw);
        let (before, rules_before) = match &self.base {
            Base::Sent => (sent(past), Vec::new()),
            Base::Config(config) => made(config, event, raw),
        };
        let (after, rules_after) = made(&self.edited, event, raw);
        let unknown = before.iter().filter(|made| made.sent.is_none()).count();
        let (counts, mut changes) = ((before.len(), after.len()), failures_of_rules(&rules_before, &rules_after));
        let changed = compare(before, after, &mut changes);
        Judged {
            event: event.id,
            source: event.source.clone(),
            kind: event.event_type.clone(),
            received: event.received,
            before: counts.0,
            after: counts.1,
            unknown,
            changed,
            changes,
        }
    }
}

fn part_of(judge: &Judge, part: &[HistoryEntry]) -> Vec<Judged> {
    part.iter().map(|past| judge.event(past)).collect()
}

fn sent(past: &HistoryEntry) -> Vec<Made> {
    let made = |(delivery, sent): &(hookbell_model::delivery::Delivery, Option<SentMessage>)| Made {
        destination: delivery.destination.clone(),
        plan: delivery.plan.clone(),
        sent: sent.clone(),
    };
    past.deliveries.iter().map(made).collect()
}
