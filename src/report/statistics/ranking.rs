//! What there is most of.

use std::collections::BTreeMap;

use crate::store::{Series, Statistics};
use hookbell_model::event::{Severity, Topic};

hookbell_model::string_enum! {
    /// What events are ranked by.
    Ranking { Source = "source", Topic = "topic", EventType = "type", Severity = "severity" }
}

/// A place of a ranking.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ranked {
    Source(String),
    Topic(Topic),
    EventType(String),
    Severity(Severity),
}

/// The most frequent first, at most `limit`; those that are equally frequent by their names.
pub fn ranking(statistics: &Statistics, by: Ranking, limit: usize) -> Vec<(Ranked, u64)> {
    let mut counts: BTreeMap<Ranked, u64> = BTreeMap::new();
    for (series, count) in &statistics.counts {
        *counts.entry(Ranked::of(series, by)).or_default() += count;
    }
    let mut ranked: Vec<(Ranked, u64)> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    ranked.truncate(limit);
    ranked
}

impl Ranked {
    fn of(series: &Series, by: Ranking) -> Self {
        match by {
            Ranking::Source => Self::Source(series.source.clone()),
            Ranking::Topic => Self::Topic(series.topic),
            Ranking::EventType => Self::EventType(series.event_type.clone()),
            Ranking::Severity => Self::Severity(series.severity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_come_first() {
        let mut statistics = Statistics::default();
        for (source, event_type, count) in [("shop", "a", 3), ("shop", "b", 4), ("github", "a", 7), ("alerts", "c", 1)]
        {
            let (source, event_type) = (source.to_owned(), event_type.to_owned());
            let series = Series { source, topic: Topic::Other, event_type, severity: Severity::Info };
            statistics.counts.insert(series, count);
        }
        let source = |name: &str, count| (Ranked::Source(name.to_owned()), count);
        assert_eq!(ranking(&statistics, Ranking::Source, 2), [source("github", 7), source("shop", 7)]);
        assert_eq!(ranking(&statistics, Ranking::EventType, 5).len(), 3);
        assert_eq!(ranking(&statistics, Ranking::Topic, 5), [(Ranked::Topic(Topic::Other), 15)]);
    }
}
