//! The sums over all events: changes grouped by kind, each group with a few examples. Its size does not
//! grow with the number of events.

use std::collections::{BTreeMap, HashMap};

use super::compare::{Change, ChangeGroup, ChangeKind};
use super::diff::unified;
use super::replay::EventComparison;
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

/// Groups kept apart; further ones are only counted.
const MOST_GROUPS: usize = 500;

#[derive(Default)]
pub(super) struct Tally {
    examples: usize,
    pub(super) events: u64,
    pub(super) span: Option<(Timestamp, Timestamp)>,
    /// Deliveries, by either side.
    pub(super) before: u64,
    pub(super) after: u64,
    pub(super) unknown: u64,
    pub(super) changed: u64,
    pub(super) counts: BTreeMap<ChangeKind, u64>,
    groups: HashMap<(ChangeKind, ChangeGroup), GroupCount>,
    /// Changes in groups beyond the limit.
    pub(super) ungrouped: u64,
}

#[derive(Default)]
pub(super) struct GroupCount {
    pub(super) count: u64,
    pub(super) examples: Vec<ChangeExample>,
}

pub(super) struct ChangeExample {
    pub(super) event: EventId,
    pub(super) source: String,
    pub(super) event_type: String,
    pub(super) destination: String,
    pub(super) note: Option<String>,
    pub(super) diff: Vec<String>,
}

impl Tally {
    pub(super) fn new(examples: usize) -> Self {
        Self { examples, ..Self::default() }
    }

    pub(super) fn add(&mut self, comparison: EventComparison) {
        self.events += 1;
        self.before += comparison.before as u64;
        self.after += comparison.after as u64;
        self.unknown += comparison.unknown as u64;
        self.changed += comparison.changed as u64;
        let at = comparison.received;
        self.span = Some(self.span.map_or((at, at), |(oldest, newest)| (oldest.min(at), newest.max(at))));
        for change in comparison.changes {
            *self.counts.entry(change.kind).or_default() += 1;
            let key = (change.kind, change.group.clone());
            if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&key) {
                self.ungrouped += 1;
                continue;
            }
            let group = self.groups.entry(key).or_default();
            group.count += 1;
            if group.examples.len() < self.examples {
                group.examples.push(example(comparison.event, &comparison.source, &comparison.event_type, change));
            }
        }
    }

    pub(super) fn changes_something(&self) -> bool {
        !self.counts.is_empty()
    }

    /// The most alarming first, then the most frequent.
    pub(super) fn groups(&self) -> Vec<(ChangeKind, &ChangeGroup, &GroupCount)> {
        let mut groups: Vec<_> = self.groups.iter().map(|((kind, group), count)| (*kind, group, count)).collect();
        groups.sort_by_key(|(kind, group, count)| (*kind, std::cmp::Reverse(count.count), *group));
        groups
    }
}

fn example(event: EventId, source: &str, event_type: &str, change: Change) -> ChangeExample {
    let diff = change.text.map(|(before, after)| unified(&before, &after)).unwrap_or_default();
    let Change { destination, note, .. } = change;
    ChangeExample { event, source: source.to_owned(), event_type: event_type.to_owned(), destination, note, diff }
}
