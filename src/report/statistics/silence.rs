//! Sources that have been silent for longer than usual: learned from what they sent at the same hours of the weeks before.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::store::{Period, Statistics};
use hookbell_model::timestamp::Timestamp;

const HOUR: Duration = Duration::from_secs(3600);
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// How long a silence may be that is looked for, in hours; the longest that is unusual is told.
const SPANS: [u32; 4] = [1, 3, 12, 24];
/// Weeks that are compared.
const WEEKS: u32 = 4;
/// A source must have been there for so many weeks.
const LEAST_WEEKS: usize = 2;
/// It must have sent so much in each of them: a single event more or less says nothing.
const LEAST: u64 = 2;

/// A source that has sent nothing for a while in which it usually does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    pub source: String,
    pub span: Duration,
    /// What comes in such a span at this time of the week, on average.
    pub usual: u64,
}

/// The periods whose statistics [`silences`] reads, in its order.
pub fn silence_periods(now: Timestamp) -> Vec<Period> {
    let of = |hours: u32, week: u32| {
        let until = now.before(WEEK * week);
        Period { from: until.before(HOUR * hours), until }
    };
    SPANS.iter().flat_map(|hours| (0..=WEEKS).map(move |week| of(*hours, week))).collect()
}

/// The sources that are silent, by name. `found`: the statistics of [`silence_periods`].
pub fn silences(found: &[Statistics]) -> Vec<Silence> {
    let sources: BTreeSet<&str> =
        found.iter().flat_map(|one| one.counts.keys()).map(|series| series.source.as_str()).collect();
    let per_span = found.chunks(usize::try_from(WEEKS).unwrap_or(0) + 1);
    let spans: Vec<(u32, &[Statistics])> = SPANS.iter().copied().zip(per_span).collect();
    let longest = |source: &str| {
        spans.iter().rev().find_map(|(hours, found)| {
            let usual = usual(source, found)?;
            Some(Silence { source: source.to_owned(), span: HOUR * *hours, usual })
        })
    };
    sources.into_iter().filter_map(longest).collect()
}

/// What usually comes, where nothing has come now; none where something has, or where it cannot be said.
fn usual(source: &str, found: &[Statistics]) -> Option<u64> {
    let count = |statistics: &Statistics| -> u64 {
        statistics.counts.iter().filter(|(series, _)| series.source == source).map(|(_, count)| count).sum()
    };
    let (now, before) = found.split_first()?;
    let weeks: Vec<u64> = before.iter().map(count).collect();
    // Weeks before its first event say nothing.
    let known = weeks.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    let weeks = weeks.get(..known)?;
    let is_usual = weeks.len() >= LEAST_WEEKS && weeks.iter().all(|count| *count >= LEAST);
    let mean = || weeks.iter().sum::<u64>() / u64::try_from(weeks.len()).unwrap_or(1).max(1);
    (count(now) == 0 && is_usual).then(mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Series;
    use hookbell_model::event::{Severity, Topic};

    fn counted(counts: &[(&str, u64)]) -> Statistics {
        let mut statistics = Statistics::default();
        for (source, count) in counts.iter().filter(|(_, count)| *count > 0) {
            let (topic, severity) = (Topic::Other, Severity::Info);
            let series = Series { source: (*source).to_owned(), topic, event_type: "a".into(), severity };
            statistics.counts.insert(series, *count);
        }
        statistics
    }

    /// The same weeks for every span.
    fn found(now: u64, weeks: [u64; 4]) -> Vec<Statistics> {
        let of_span = || std::iter::once(now).chain(weeks).map(|count| counted(&[("shop", count)]));
        (0..SPANS.len()).flat_map(|_| of_span().collect::<Vec<_>>()).collect()
    }

    #[test]
    fn a_source_that_always_sends_at_this_hour_and_does_not_is_silent() {
        let silent = silences(&found(0, [4, 6, 5, 5]));
        assert_eq!(silent, [Silence { source: "shop".into(), span: HOUR * 24, usual: 5 }]);
        // A new one has been there for two weeks.
        assert_eq!(silences(&found(0, [4, 6, 0, 0])).len(), 1);
    }

    #[test]
    fn what_has_sent_something_or_is_irregular_or_new_is_not_silent() {
        for (now, weeks) in [(1, [5, 5, 5, 5]), (0, [5, 0, 5, 5]), (0, [1, 1, 1, 1]), (0, [9, 0, 0, 0]), (0, [0; 4])] {
            assert_eq!(silences(&found(now, weeks)), [], "{now} {weeks:?}");
        }
    }

    #[test]
    fn the_longest_unusual_span_is_told() {
        // Something came two hours ago: only the last hour is silent.
        let mut statistics = Vec::new();
        for hours in SPANS {
            let now = u64::from(hours > 1);
            statistics.extend([now, 3, 3, 3, 3].map(|count| counted(&[("shop", count)])));
        }
        assert_eq!(silences(&statistics), [Silence { source: "shop".into(), span: HOUR, usual: 3 }]);
        assert_eq!(silence_periods(Timestamp(0)).len(), statistics.len());
    }
}
