//! Once, and never swallowed: what counts as the repetition of a kept event, and for how long.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const MINUTE: Duration = Duration::from_secs(60);
const BY_MINUTE: Identity = Identity::Body { repeat: MINUTE };

/// An event without deliveries, received so many seconds after the first.
fn received(reference: &str, identity: Identity, secs: i64) -> NewEvent {
    let event = Event { received: Timestamp::from_secs(1_000_000 + secs), ..event("shop", reference) };
    NewEvent { event, identity, raw: raw(), receipt: None, deliveries: Vec::new(), sales: Vec::new() }
}

async fn accept_one(store: &Store, new: NewEvent) -> Accepted {
    store.accept_all(vec![new]).await.expect("accepted").pop().expect("one answer")
}

/// Which of the requests at these seconds, all of the same bytes, were kept.
async fn kept(store: &Store, identity: Identity, seconds: &[i64]) -> Vec<i64> {
    let mut kept = Vec::new();
    for secs in seconds {
        if matches!(accept_one(store, received("same", identity, *secs)).await, Accepted::New(_)) {
            kept.push(*secs);
        }
    }
    kept
}

#[tokio::test]
async fn equal_bytes_are_another_event_after_the_window() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    assert_eq!(kept(&store, BY_MINUTE, &[0, 0, 30, 59, 60, 61, 86_400]).await, [0, 60, 86_400]);
}

#[tokio::test]
async fn repetitions_do_not_prolong_the_window() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let each_50_seconds: Vec<i64> = (0..6).map(|n| n * 50).collect();
    assert_eq!(kept(&store, BY_MINUTE, &each_50_seconds).await, [0, 100, 200]);
}

#[tokio::test]
async fn without_a_window_all_equal_bytes_are_events() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let never = Identity::Body { repeat: Duration::ZERO };
    assert_eq!(kept(&store, never, &[0, 0, 1]).await, [0, 0, 1]);
}

#[tokio::test]
async fn an_id_is_a_repetition_for_as_long_as_its_event_is_kept() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let year = 365 * 86_400;
    assert_eq!(kept(&store, Identity::Id, &[0, 3600, year]).await, [0]);
    assert_eq!(store.prune(Timestamp::from_secs(2_000_000), 10).await, Ok(1));
    assert_eq!(kept(&store, Identity::Id, &[year + 1]).await, [year + 1]);
    assert_eq!(folder.number("SELECT count(*) FROM repetitions"), 0, "they go with their event");
}

#[tokio::test]
async fn a_clock_that_is_set_back_swallows_nothing() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    // An hour ahead, then right, then queued a little out of order.
    assert_eq!(kept(&store, BY_MINUTE, &[3600, 0, 30, 120, 119, 90]).await, [3600, 0, 120]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_bytes_in_one_commit_are_one_event() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { accept_one(&store, received("same", BY_MINUTE, n)).await })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        new += usize::from(matches!(task.await.expect("no panic"), Accepted::New(_)));
    }
    assert_eq!((new, folder.number("SELECT count(*) FROM events")), (1, 1));
    assert_eq!(folder.number("SELECT count FROM repetitions"), 49);
}

#[tokio::test]
async fn a_repetition_is_counted_with_the_event_that_it_repeats() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let batch = [0, 20, 40, 60, 61].map(|secs| received("same", BY_MINUTE, secs));
    let accepted = store.accept_all(batch.into()).await.expect("accepted");
    let [
        Accepted::New(first),
        Accepted::Duplicate(a),
        Accepted::Duplicate(b),
        Accepted::New(second),
        Accepted::Duplicate(c),
    ] = accepted.as_slice()
    else {
        panic!("{accepted:?}")
    };
    assert!(a == first && b == first && c == second);
    let at = |secs: i64| Timestamp::from_secs(1_000_000 + secs);
    for (id, count, from, to) in [(*first, 2, at(20), at(40)), (*second, 1, at(61), at(61))] {
        let details = store.details(id).await.expect("asked").expect("kept");
        assert_eq!(details.repetitions, Some(Repetitions { count, first: from, last: to }));
    }
    let once = accept(&store, "another", &[]).await;
    assert_eq!(store.details(once).await.expect("asked").expect("kept").repetitions, None);
}

/// One request of the model: which of a few events, by id or bytes, how much later, and what happens before it.
#[derive(Debug, Clone)]
struct Step {
    source: usize,
    reference: usize,
    identity: Identity,
    later: i64,
    with_the_one_before: bool,
    restart: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let identity = prop_oneof![
        2 => Just(Identity::Id),
        5 => Just(BY_MINUTE),
        1 => Just(Identity::Body { repeat: Duration::from_secs(600) }),
        1 => Just(Identity::Body { repeat: Duration::ZERO }),
    ];
    // A clock that is set back now and then.
    let later = prop_oneof![12 => 0i64..50, 4 => 50i64..1000, 1 => -2000i64..0];
    (0..2usize, 0..3usize, identity, later, any::<bool>(), prop::bool::weighted(0.05)).prop_map(
        |(source, reference, identity, later, with_the_one_before, restart)| Step {
            source,
            reference,
            identity,
            later,
            with_the_one_before,
            restart,
        },
    )
}

/// The rule, over a list: no index, no transaction.
#[derive(Default)]
struct Model {
    kept: Vec<(String, String, Timestamp)>,
    /// By the place in `kept`.
    repetitions: BTreeMap<usize, u64>,
}

impl Model {
    /// The place of the event that this request is, and whether it is new.
    fn accept(&mut self, new: &NewEvent) -> (usize, bool) {
        let Event { source, reference, received, .. } = &new.event;
        let same = |at: &usize| self.kept[*at].0 == *source && self.kept[*at].1 == *reference;
        let within = |at: &usize| match new.identity {
            Identity::Id => true,
            Identity::Body { repeat } => self.kept[*at].2.0.abs_diff(received.0) < repeat.as_millis() as u64,
        };
        let mut candidates: Vec<usize> = (0..self.kept.len()).filter(same).filter(within).collect();
        candidates.sort_by_key(|at| self.kept[*at].2);
        let found = if new.identity == Identity::Id { candidates.first() } else { candidates.last() };
        match found {
            Some(at) => {
                *self.repetitions.entry(*at).or_default() += 1;
                (*at, false)
            }
            None => {
                self.kept.push((source.clone(), reference.clone(), *received));
                (self.kept.len() - 1, true)
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_requests_is_answered_as_the_rule_says(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(run(steps))?;
    }
}

async fn run(steps: Vec<Step>) -> std::result::Result<(), TestCaseError> {
    let folder = TestFolder::new();
    let mut store = folder.open().await;
    let (mut model, mut ids) = (Model::default(), BTreeMap::new());
    let (mut clock, mut batch) = (10_000, Vec::new());
    for (at, step) in steps.iter().enumerate() {
        clock += step.later;
        let mut new = received(&format!("r{}", step.reference), step.identity, clock);
        new.event.source = ["shop", "monitor"][step.source].to_owned();
        // Times of receipt are distinct, so that the model need not decide which of two equal ones an index gives.
        new.event.received.0 += i64::try_from(at).expect("small");
        batch.push(new);
        if steps.get(at + 1).is_some_and(|next| next.with_the_one_before) {
            continue;
        }
        let expected: Vec<(usize, bool)> = batch.iter().map(|new| model.accept(new)).collect();
        let accepted = store.accept_all(std::mem::take(&mut batch)).await.expect("accepted");
        for (accepted, (place, is_new)) in accepted.into_iter().zip(expected) {
            match accepted {
                Accepted::New(id) => {
                    prop_assert!(is_new);
                    ids.insert(place, id);
                }
                Accepted::Duplicate(id) => prop_assert_eq!((is_new, ids.get(&place)), (false, Some(&id))),
            }
        }
        if step.restart {
            store.close().await;
            store = folder.open().await;
        }
    }
    for (place, id) in ids {
        let details = store.details(id).await.expect("asked").expect("kept");
        prop_assert_eq!(details.repetitions.map(|again| again.count), model.repetitions.get(&place).copied());
    }
    Ok(())
}
