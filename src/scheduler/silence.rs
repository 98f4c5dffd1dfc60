//! Notices when a source sends nothing for longer than expected, and when it sends again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::report::troubles::Troubles;
use crate::store::{self, Store};
use hookbell_model::expectation::Expectation;
use hookbell_model::own_event::Trouble;
use hookbell_model::timestamp::Timestamp;

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(2);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
/// Past weeks that a learned expectation compares with; in each of them there must have been events.
const WEEKS: u32 = 3;
/// So many events in the same stretch of each of those weeks make silence worth a report. Of a source that sends at random
/// moments, so many are expected to fail to come less than once in a thousand times.
const USUAL_EVENTS: u64 = 8;
/// A shorter silence is never reported by a learned expectation.
const SHORTEST_LEARNED: Duration = Duration::from_secs(15 * 60);
/// Nor is one looked for in a longer stretch.
const LONGEST_LEARNED: Duration = Duration::from_secs(2 * 24 * 3600);

/// A source of which events are expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedSource {
    pub name: String,
    pub expectation: Expectation,
}

/// Watches until `shutdown` is cancelled; `sources` may change meanwhile.
pub async fn run(
    store: Store,
    sources: watch::Receiver<Arc<Vec<ExpectedSource>>>,
    troubles: Troubles,
    shutdown: CancellationToken,
) {
    let started = Timestamp::now();
    let watching = async {
        loop {
            let expected = Arc::clone(&sources.borrow());
            for source in expected.iter() {
                if let Err(error) = look(&store, source, started, &troubles).await {
                    tracing::debug!(%error, source = source.name, "the store does not say when the source sent last");
                }
            }
            tokio::time::sleep(INTERVAL).await;
        }
    };
    tokio::select! { () = shutdown.cancelled() => {}, () = watching => {} }
}

async fn look(store: &Store, source: &ExpectedSource, started: Timestamp, troubles: &Troubles) -> store::Result<()> {
    let ExpectedSource { name, expectation } = source;
    let now = Timestamp::now();
    let last = store.last_received(name).await?;
    let reported = store.silence(name).await?;
    if let Some(since) = reported {
        if let Some(last) = last.filter(|last| *last > since) {
            store.set_silence(name, None).await?;
            let seconds = last.since(since).as_secs();
            tracing::info!(source = name, seconds, "the source sends again");
            troubles.add(Trouble::SourceBack { source: name.clone(), seconds });
        }
        return Ok(());
    }
    // While hookbell was not there, nothing could come.
    let since = last.map_or(started, |last| last.max(started));
    let silent = now.since(since);
    let is_unusual = match expectation {
        Expectation::Within(span) => silent > *span,
        Expectation::Learned => is_unusual(store, name, silent, now).await?,
    };
    if is_unusual {
        store.set_silence(name, Some(since)).await?;
        let seconds = silent.as_secs();
        tracing::warn!(source = name, seconds, "the source has sent nothing for longer than expected");
        troubles.add(Trouble::SourceSilent { source: name.clone(), seconds });
    }
    Ok(())
}

/// Whether there were events in the same stretch of each of the past weeks.
async fn is_unusual(store: &Store, source: &str, silent: Duration, now: Timestamp) -> store::Result<bool> {
    if silent < SHORTEST_LEARNED {
        return Ok(false);
    }
    let stretch = silent.min(LONGEST_LEARNED);
    for week in 1..=WEEKS {
        let to = now.before(WEEK * week);
        if store.count_between(source, to.before(stretch), to, USUAL_EVENTS).await? < USUAL_EVENTS {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Config, StoreUrl};
    use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};

    /// Monday noon, some time.
    const NOW: Timestamp = Timestamp(1_800_014_400_000);
    const HOUR: Duration = Duration::from_secs(3600);

    async fn keep(store: &Store, at: Timestamp) {
        let event = Event {
            id: EventId::UNSET,
            source: "shop".into(),
            provider: "generic".into(),
            reference: at.0.to_string(),
            event_type: ["order", "signup"][usize::from(at.0 % 2 == 0)].into(),
            topic: Topic::Payment,
            facts: Facts::default(),
            time: at,
            received: at,
        };
        store.accept(event, Raw::default(), Vec::new()).await.expect("kept");
    }

    /// A store with so many events in the hour before noon, in each of the past weeks.
    async fn weeks(counts: &[u64]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = StoreUrl::sqlite(folder.path().join("hookbell.db"));
        let store = Store::open(&Config::new(url)).await.expect("a store");
        for (count, week) in counts.iter().rev().zip((1..=counts.len() as u32).rev()) {
            // As they come: the oldest first.
            for number in (0..*count).rev() {
                keep(&store, NOW.before(WEEK * week).before(Duration::from_millis(1 + 1001 * number))).await;
            }
        }
        (folder, store)
    }

    #[tokio::test]
    async fn silence_is_unusual_when_there_were_events_at_this_time_of_each_past_week() {
        let (_folder, store) = weeks(&[8, 20, 8]).await;
        assert_eq!(is_unusual(&store, "shop", HOUR, NOW).await, Ok(true));
        assert_eq!(is_unusual(&store, "shop", Duration::from_secs(60), NOW).await, Ok(false), "too short");
        assert_eq!(is_unusual(&store, "shop", HOUR, NOW.after(HOUR * 3)).await, Ok(false), "another time of the week");
        assert_eq!(is_unusual(&store, "blog", HOUR, NOW).await, Ok(false), "another source");
        let last = store.last_received("shop").await.expect("readable");
        assert_eq!(last, Some(NOW.before(WEEK).before(Duration::from_millis(1))));
    }

    #[tokio::test]
    async fn two_weeks_or_a_quiet_one_are_not_enough_to_learn() {
        let (_folder, store) = weeks(&[20, 20]).await;
        assert_eq!(is_unusual(&store, "shop", HOUR, NOW).await, Ok(false));
        let (_folder, store) = weeks(&[20, 7, 20]).await;
        assert_eq!(is_unusual(&store, "shop", HOUR, NOW).await, Ok(false));
    }
}
