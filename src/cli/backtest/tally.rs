//! The sums over all events: changes grouped by what they are about, each with a few examples. Its size does not
//! grow with the number of events.

use std::collections::{BTreeMap, HashMap};

use super::compare::{About, Change, Kind};
use super::diff::unified;
use super::judge::Judged;
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
    pub(super) counts: BTreeMap<Kind, u64>,
    groups: HashMap<(Kind, About), Group>,
    /// Changes of groups beyond the most.
    pub(super) ungrouped: u64,
}

#[derive(Default)]
pub(super) struct Group {
    pub(super) count: u64,
    pub(super) examples: Vec<Example>,
}

pub(super) struct Example {
    pub(super) event: EventId,
    pub(super) source: String,
    pub(super) kind: String,
    pub(super) destination: String,
    pub(super) note: Option<String>,
    pub(super) diff: Vec<String>,
}

impl Tally {
    pub(super) fn new(examples: usize) -> Self {
        Self { examples, ..Self::default() }
    }

    pub(super) fn add(&mut self, judged: Judged) {
        self.events += 1;
        self.before += judged.before as u64;
        self.after += judged.after as u64;
        self.unknown += judged.unknown as u64;
        self.changed += judged.changed as u64;
        let at = judged.received;
        self.span = Some(self.span.map_or((at, at), |(oldest, newest)| (oldest.min(at), newest.max(at))));
        for change in judged.changes {
            *self.counts.entry(change.kind).or_default() += 1;
            let key = (change.kind, change.about.clone());
            if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&key) {
                self.ungrouped += 1;
                continue;
            }
            let group = self.groups.entry(key).or_default();
            group.count += 1;
            if group.examples.len() < self.examples {
                group.examples.push(example(judged.event, &judged.source, &judged.kind, change));
            }
        }
    }

    pub(super) fn changes_something(&self) -> bool {
        !self.counts.is_empty()
    }

    /// The most alarming first, then the most frequent.
    pub(super) fn groups(&self) -> Vec<(Kind, &About, &Group)> {
        let mut groups: Vec<_> = self.groups.iter().map(|((kind, about), group)| (*kind, about, group)).collect();
        groups.sort_by_key(|(kind, about, group)| (*kind, std::cmp::Reverse(group.count), *about));
        groups
    }
}

fn example(event: EventId, source: &str, kind: &str, change: Change) -> Example {
    let diff = change.text.map(|(before, after)| unified(&before, &after)).unwrap_or_default();
    let Change { destination, note, .. } = change;
    Example { event, source: source.to_owned(), kind: kind.to_owned(), destination, note, diff }
}
