//! Every filter against a model without indexes; query plans; prefixes; counts.

use super::*;
use hookbell_model::privacy::Masks;
use std::collections::BTreeSet;

const SOURCES: [&str; 3] = ["shop", "github", "idle"];
const KINDS: [&str; 3] = ["push", "invoice.paid", "nothing"];
const DESTINATIONS: [&str; 3] = ["sales", "audit", "nowhere"];

/// An event and its deliveries, as the model keeps them.
struct ModelEvent {
    event: Event,
    deliveries: Vec<(String, Status)>,
}

async fn fill(store: &Store, count: i64) -> Vec<ModelEvent> {
    let mut dice = fastrand::Rng::with_seed(7);
    let mut known = Vec::new();
    for n in 0..count {
        let new = Event {
            event_type: KINDS[dice.usize(..2)].to_owned(),
            topic: [Topic::Push, Topic::Payment][dice.usize(..2)],
            received: Timestamp(n * 100_000 + dice.i64(..500_000)),
            ..event(SOURCES[dice.usize(..2)], &n.to_string())
        };
        // Twice to one destination is two deliveries of one event.
        let mut destinations = vec!["sales", "audit", "sales"];
        dice.shuffle(&mut destinations);
        destinations.truncate(dice.usize(..4));
        let accepted = store.accept(new.clone(), raw(), to(&destinations)).await.expect("accepted");
        let Accepted::New(id) = accepted else { panic!("a duplicate") };
        let mut deliveries = Vec::new();
        for (delivery, _) in store.details(id).await.expect("asked").expect("kept").deliveries {
            let status = Status::ALL[dice.usize(..Status::ALL.len())];
            if status != Status::Pending {
                store.settle(vec![settled(delivery.id, status)], Timestamp(1)).await.expect("settled");
            }
            deliveries.push((delivery.destination, status));
        }
        known.push(ModelEvent { event: Event { id, ..new }, deliveries });
    }
    known
}

fn expected(known: &[ModelEvent], filter: &EventFilter, before: Option<EventId>, limit: usize) -> Vec<EventSummary> {
    let summary = |known: &ModelEvent| {
        let ModelEvent { event, deliveries } = known;
        let seen: Vec<Status> = deliveries
            .iter()
            .filter(|(to, _)| filter.destinations.as_ref().is_none_or(|visible| visible.contains(to)))
            .map(|(_, status)| *status)
            .collect();
        let order =
            [Status::Dead, Status::Pending, Status::Collecting, Status::Muted, Status::Merged, Status::Delivered];
        let worst = order.into_iter().find(|status| seen.contains(status));
        let fits = before.is_none_or(|before| event.id < before)
            && filter.source.as_ref().is_none_or(|source| *source == event.source)
            && filter.event_type.as_ref().is_none_or(|kind| *kind == event.event_type)
            && filter.topic.is_none_or(|topic| topic == event.topic)
            && filter.since.is_none_or(|since| event.received >= since)
            && (filter.destinations.is_none() || !seen.is_empty())
            && match filter.status {
                None => true,
                Some(EventStatus::Unrouted) => deliveries.is_empty() || seen.contains(&Status::Unrouted),
                Some(EventStatus::Has(status)) => seen.contains(&status),
            };
        let status = worst.map_or(EventStatus::Unrouted, EventStatus::Has);
        fits.then(|| EventSummary {
            event: event.clone(),
            status,
            masks: Masks::all(),
            title: String::new(),
            message: None,
        })
    };
    known.iter().rev().filter_map(summary).take(limit).collect()
}

fn options<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<Option<T>> {
    std::iter::once(None).chain(values.into_iter().map(Some)).collect()
}

fn filters() -> Vec<EventFilter> {
    let text = |words: [&str; 3]| options(words.map(str::to_owned));
    let statuses = options(
        std::iter::once(EventStatus::Unrouted).chain(Status::ALL.iter().map(|status| EventStatus::Has(*status))),
    );
    let some = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let visible = options([some(&[]), some(&["sales"]), some(&["nowhere"]), some(&DESTINATIONS)]);
    let mut all = Vec::new();
    for source in text(SOURCES) {
        for kind in text(KINDS) {
            for topic in options([Topic::Push, Topic::Alert]) {
                for status in &statuses {
                    for destinations in &visible {
                        for since in options([Timestamp(5_000_000)]) {
                            all.push(EventFilter {
                                source: source.clone(),
                                event_type: kind.clone(),
                                topic,
                                status: *status,
                                destinations: destinations.clone(),
                                since,
                                ..EventFilter::default()
                            });
                        }
                    }
                }
            }
        }
    }
    all
}

#[tokio::test]
async fn every_filter_gives_the_same_as_a_walk_over_all_events() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let known = fill(&store, 120).await;
    let middle = known[60].event.id;
    let filters = filters();
    assert!(filters.len() > 3000);
    let mut sizes = BTreeSet::new();
    for filter in filters {
        for (before, limit) in [(None, 1000), (Some(middle), 3)] {
            let wanted = expected(&known, &filter, before, limit);
            let got = store.recent(filter.clone(), before, limit).await.expect("asked");
            assert_eq!(got, wanted, "{filter:?} {before:?} {limit}");
            sizes.insert(got.len());
        }
    }
    assert!(sizes.len() > 20, "the filters were too much alike: {sizes:?}");
    assert_eq!(store.recent(EventFilter::default(), None, 0).await, Ok(vec![]));
}

#[tokio::test]
async fn no_query_scans_a_growing_table() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    fill(&store, 50).await;
    let conn = Connection::open(&folder.file).expect("it opens");
    let plan = |text: &str| {
        let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}")).expect(text);
        for at in 1..=explain.parameter_count() {
            explain.raw_bind_parameter(at, 1).expect("bound");
        }
        let mut rows = explain.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().expect("a row") {
            steps.push(row.get::<_, String>(3).expect("text"));
        }
        steps
    };
    // The lanes themselves: as many rows as there are destinations or waiting deliveries.
    let small = [
        "SCAN lanes",
        "SCAN classes",
        "SCAN c",
        "SCAN f",
        "SCAN watches",
        "SCAN deliveries USING INDEX deliveries_waiting",
    ];
    // These sort the secrets of one source, the mutes in force, all classes, the things of one prefix, the series of a
    // window.
    let few = [
        sql::capture::SECRETS,
        sql::mutes::ACTIVE_MUTES,
        sql::mutes::ENDED_MUTES,
        sql::lookup::SOURCES,
        sql::lookup::EVENT_TYPES,
        sql::lookup::TOPICS,
        sql::live::NAMED,
        sql::statistics::COUNTS[0],
        sql::statistics::COUNTS[1],
        sql::statistics::MONEY,
    ];
    for text in sql::QUERIES.iter().copied().flatten() {
        for step in plan(text) {
            let harmless = small.iter().any(|table| step.starts_with(table))
                || ["SCAN deliveries USING COVERING INDEX deliveries_waiting", "SCAN CONSTANT ROW", "SCAN (subquery"]
                    .iter()
                    .any(|start| step.starts_with(start));
            assert!(!step.starts_with("SCAN") || harmless, "{step}\n{text}");
            assert!(!step.contains("TEMP B-TREE") || few.contains(text), "{step}\n{text}");
        }
    }
    assert!(plan("SELECT * FROM events WHERE provider = ?1").iter().any(|step| step.starts_with("SCAN events")));
}

#[tokio::test]
async fn a_prefix_finds_one_many_or_none() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    assert_eq!(store.find("k").await, Ok(PrefixMatch::None));
    let mut ids = Vec::new();
    for n in 0..100 {
        ids.push(accept(&store, &n.to_string(), &[]).await);
    }
    for id in &ids {
        let text = id.to_string();
        assert_eq!(store.find(&text).await, Ok(PrefixMatch::One(*id)));
        assert_eq!(store.find(&text.to_uppercase()).await, Ok(PrefixMatch::One(*id)));
        let start: String = text.chars().take(1).collect();
        let Ok(PrefixMatch::Many(same)) = store.find(&start).await else { panic!("{start} fits three or four") };
        assert!(same.contains(id) && same.is_sorted_by(|a, b| a > b), "{same:?}");
    }
    for wrong in ["", "%", "é", "not an id", "iiii"] {
        assert_eq!(store.find(wrong).await, Ok(PrefixMatch::None), "{wrong}");
    }
}

#[tokio::test]
async fn distinct_values_are_those_of_the_events() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    fill(&store, 60).await;
    assert_eq!(store.distinct(Column::Source, 9).await, Ok(vec!["github".to_owned(), "shop".to_owned()]));
    assert_eq!(store.distinct(Column::Topic, 9).await, Ok(vec!["payment".to_owned(), "push".to_owned()]));
    assert_eq!(store.distinct(Column::EventType, 1).await, Ok(vec!["invoice.paid".to_owned()]));
    assert_eq!(store.details(EventId(999)).await, Ok(None));
}

#[tokio::test]
async fn kept_statements_are_not_planned_anew() {
    use rusqlite::StatementStatus;
    let folder = TestFolder::new();
    let store = folder.open().await;
    for n in 0..50 {
        accept(&store, &format!("evt_{n}"), &["sales", "ops"]).await;
    }
    let conn = super::connection::reader(&folder.file).expect("it opens");
    for destination in ["sales", "ops", "nobody", "sales"] {
        let mut head = conn.prepare_cached(sql::queue::HEADS).expect("right");
        head.exists(rusqlite::params![destination, 1]).expect("an answer");
        assert_eq!(head.get_status(StatementStatus::RePrepare), 0, "for {destination}");
    }
    drop(store);
}
