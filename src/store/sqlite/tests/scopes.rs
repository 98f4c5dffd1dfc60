//! What somebody may see of what is kept, and how far a question may go.

use std::time::Instant;

use super::*;
use crate::store::{Class, Paging, Scope};
use hookbell_model::event::Severity;
use hookbell_model::privacy::Masks;

fn channel(channel: &str) -> Scope {
    Scope::Channel { guild: "1".into(), channel: channel.into() }
}

fn server() -> Scope {
    Scope::Guild("1".into())
}

async fn place(store: &Store, destination: &str, guild: &str, channel: &str, fingerprint: &str) {
    let at = WebhookChannel {
        guild: Some(guild.into()),
        channel: channel.into(),
        fingerprint: fingerprint.into(),
        application: None,
    };
    store.set_channel(destination, at).await.expect("recorded");
}

async fn accept(store: &Store, event: Event, destinations: &[&str]) -> EventId {
    match store.accept(event, raw(), to(destinations)).await.expect("accepted") {
        Accepted::New(id) | Accepted::Duplicate(id) => id,
    }
}

async fn post(store: &Store, destination: &str, webhook: Option<&str>, title: &str) {
    let head = store.heads(destination, 1).await.expect("asked").pop().expect("something waits");
    let sent = SentMessage { body: serde_json::json!({ "embeds": [{ "title": title }] }), ..SentMessage::default() };
    let settlement = Settlement {
        message: Some(MessageRef { id: "70".into(), channel: "20".into() }),
        sent: Some(sent),
        webhook: webhook.map(str::to_owned),
        ..Settlement::new(head.delivery.id, Status::Delivered, Reason::Untyped { text: String::new() })
    };
    store.settle(vec![settlement], Timestamp(2000)).await.expect("settled");
}

async fn titles(store: &Store, scope: Scope) -> Vec<String> {
    let page = store.recent_page(scope, EventFilter::default(), Paging::Newest, 100).await.expect("asked");
    page.events.into_iter().map(|summary| format!("{}{}", summary.title, summary.event.reference)).collect()
}

#[tokio::test]
async fn a_place_belongs_to_a_delivery() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    place(&store, "sales", "1", "20", "old").await;
    for name in ["a", "b", "c"] {
        accept(&store, event("shop", name), &["sales"]).await;
    }
    post(&store, "sales", Some("old"), "A **sale** of ").await;
    assert_eq!(titles(&store, channel("20")).await, ["c", "b", "A sale ofa"]);
    // The destination has another webhook, which posts before anybody knows where.
    post(&store, "sales", Some("new"), "").await;
    assert_eq!(titles(&store, channel("20")).await, ["c", "A sale ofa"]);
    place(&store, "sales", "2", "30", "new").await;
    assert_eq!(titles(&store, channel("20")).await, ["A sale ofa"]);
    let there = Scope::Channel { guild: "2".into(), channel: "30".into() };
    assert_eq!(titles(&store, there.clone()).await, ["c", "b"]);
    assert_eq!(titles(&store, Scope::Guild("2".into())).await, ["c", "b"]);
    assert_eq!(titles(&store, server()).await, ["A sale ofa"]);
    assert_eq!(titles(&store, channel("30")).await, [""; 0]);
    let seen = |classes: Vec<Class>| classes.into_iter().map(|class| class.source).collect::<Vec<_>>();
    assert_eq!(seen(store.classes(there).await.expect("asked")), ["shop"]);
    assert_eq!(store.has_place(channel("30")).await, Ok(false));
}

#[tokio::test]
async fn details_and_messages_are_those_of_the_place() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    place(&store, "sales", "1", "20", "f").await;
    place(&store, "audit", "2", "30", "f").await;
    let both = accept(&store, event("shop", "both"), &["sales", "audit"]).await;
    let other = accept(&store, event("shop", "other"), &["audit"]).await;
    post(&store, "sales", None, "").await;
    let details = store.details_in(both, channel("20")).await.expect("asked").expect("visible");
    let destinations: Vec<&str> = details.deliveries.iter().map(|(one, _)| one.destination.as_str()).collect();
    assert_eq!(destinations, ["sales"]);
    assert_eq!(store.details_in(other, channel("20")).await, Ok(None));
    assert_eq!(store.events_of_message(channel("20"), "70").await, Ok(vec![both]));
    assert_eq!(store.events_of_message(Scope::Guild("2".into()), "70").await, Ok(vec![both]));
    assert_eq!(store.events_of_message(channel("21"), "70").await, Ok(vec![]));
    for (id, scope, found) in
        [(both, channel("20"), true), (other, channel("20"), false), (other, Scope::Everything, true)]
    {
        for length in [1, 4, 8] {
            let prefix: String = id.to_string().chars().take(length).collect();
            let got = store.find_in(&prefix, scope.clone()).await.expect("asked");
            let is_found = match got {
                PrefixMatch::None => false,
                PrefixMatch::One(one) => one == id,
                PrefixMatch::Many(ids) => ids.contains(&id),
            };
            assert_eq!(is_found, found, "{prefix} {scope:?}");
        }
    }
}

/// Compared with a walk over all events, in both directions.
#[tokio::test]
async fn pages_of_any_filter_are_those_of_a_walk_over_all_events() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    place(&store, "sales", "1", "20", "f").await;
    place(&store, "audit", "1", "21", "f").await;
    let mut dice = fastrand::Rng::with_seed(11);
    let mut known: Vec<(Event, Vec<&str>, Status)> = Vec::new();
    for n in 0..80_i64 {
        let new = Event {
            topic: [Topic::Push, Topic::Payment][dice.usize(..2)],
            received: Timestamp(n * 4_000_000),
            facts: Facts {
                subject: Some(["Blue", "Green Ä"][dice.usize(..2)].into()),
                severity: [None, Some(Severity::Error)][dice.usize(..2)],
                ..Facts::default()
            },
            ..event(["shop", "github"][dice.usize(..2)], &n.to_string())
        };
        let mut destinations = vec!["sales", "audit"];
        dice.shuffle(&mut destinations);
        destinations.truncate(dice.usize(..3));
        let id = accept(&store, new.clone(), &destinations).await;
        let status = [Status::Pending, Status::Delivered, Status::Dead][dice.usize(..3)];
        for (delivery, _) in store.details(id).await.expect("asked").expect("kept").deliveries {
            if status != Status::Pending {
                store.settle(vec![settled(delivery.id, status)], Timestamp(1)).await.expect("settled");
            }
        }
        known.insert(0, (Event { id, ..new }, destinations, status));
    }
    let filters = [
        EventFilter::default(),
        EventFilter { source: Some("shop".into()), ..EventFilter::default() },
        EventFilter { topic: Some(Topic::Push), source: Some("github".into()), ..EventFilter::default() },
        EventFilter { status: Some(EventStatus::Has(Status::Dead)), ..EventFilter::default() },
        EventFilter { severity: Some(Severity::Error), ..EventFilter::default() },
        EventFilter {
            since: Some(Timestamp(100_000_000)),
            until: Some(Timestamp(200_000_000)),
            ..EventFilter::default()
        },
        EventFilter { search: Some("blue".into()), ..EventFilter::default() },
        EventFilter { search: Some("green ä".into()), ..EventFilter::default() },
    ];
    for scope in [Scope::Everything, server(), channel("20"), channel("21")] {
        for filter in &filters {
            let fits = |(event, destinations, status): &&(Event, Vec<&str>, Status)| {
                let here = match &scope {
                    Scope::Channel { channel, .. } if channel == "20" => destinations.contains(&"sales"),
                    Scope::Channel { .. } => destinations.contains(&"audit"),
                    Scope::Guild(_) => !destinations.is_empty(),
                    Scope::Everything => true,
                };
                let subject = event.facts.subject.as_deref().unwrap_or_default().to_lowercase();
                here && filter.source.as_ref().is_none_or(|source| *source == event.source)
                    && filter.topic.is_none_or(|topic| topic == event.topic)
                    && filter.severity.is_none_or(|severity| event.facts.severity == Some(severity))
                    && filter.since.is_none_or(|since| event.received >= since)
                    && filter.until.is_none_or(|until| event.received < until)
                    && filter.search.as_ref().is_none_or(|text| subject.contains(text))
                    && filter
                        .status
                        .is_none_or(|wanted| !destinations.is_empty() && wanted == EventStatus::Has(*status))
            };
            let wanted: Vec<EventId> = known.iter().filter(fits).map(|(event, ..)| event.id).collect();
            let mut got = Vec::new();
            let mut paging = Paging::Newest;
            loop {
                let page = store.recent_page(scope.clone(), filter.clone(), paging, 7).await.expect("asked");
                got.extend(page.events.iter().map(|summary| summary.event.id));
                assert_eq!(page.has_newer, paging != Paging::Newest);
                assert_eq!(page.has_older, got.len() < wanted.len(), "{scope:?} {filter:?}");
                match (page.has_older, page.events.last()) {
                    (true, Some(last)) => paging = Paging::Before(last.event.id),
                    _ => break,
                }
            }
            assert_eq!(got, wanted, "{scope:?} {filter:?}");
            if let Some(from) = wanted.get(20) {
                let page =
                    store.recent_page(scope.clone(), filter.clone(), Paging::After(*from), 7).await.expect("asked");
                let ids: Vec<EventId> = page.events.iter().map(|summary| summary.event.id).collect();
                assert_eq!(ids, wanted[13..20], "{scope:?} {filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_masked_reader_never_learns_by_searching_that_an_address_is_there() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    place(&store, "sales", "1", "20", "f").await;
    let facts = Facts { actor: Some("ada@example.com".into()), ..Facts::default() };
    let new =
        |mask: Option<Masks>| vec![NewDelivery { destination: "sales".into(), plan: Plan { mask, ..Plan::default() } }];
    for (name, mask) in [("masked", None), ("open", Some(Masks::default()))] {
        let event = Event { facts: facts.clone(), ..event("shop", name) };
        store.accept(event, raw(), new(mask)).await.expect("accepted");
    }
    for (text, found) in
        [("ada@example.com", vec!["open"]), ("ADA@", vec!["open"]), ("example.com", vec!["open", "masked"])]
    {
        let filter = EventFilter { search: Some(text.into()), ..EventFilter::default() };
        let page = store.recent_page(channel("20"), filter, Paging::Newest, 9).await.expect("asked");
        let names: Vec<&str> = page.events.iter().map(|summary| summary.event.reference.as_str()).collect();
        assert_eq!(names, found, "{text}");
    }
}

#[tokio::test]
async fn a_question_that_nobody_waits_for_ends_and_a_close_waits_for_none() {
    const SLOW: &str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    let folder = TestFolder::new();
    let store = folder.open().await;
    let questions = store.for_questions(1);
    let slow = |store: &Store| {
        let readers = Arc::clone(&sqlite(store).readers);
        tokio::spawn(async move { readers.query(|conn| conn.query_row(SLOW, [], |row| row.get::<_, i64>(0))).await })
    };
    let asked = slow(&questions);
    while sqlite(&questions).readers.is_idle() {
        tokio::task::yield_now().await;
    }
    // The courier's readers are not in its way.
    assert!(store.recent(EventFilter::default(), None, 1).await.is_ok());
    asked.abort();
    let started = Instant::now();
    assert!(questions.recent(EventFilter::default(), None, 1).await.is_ok(), "its only reader is free again");
    let asked = slow(&questions);
    while sqlite(&questions).readers.is_idle() {
        tokio::task::yield_now().await;
    }
    store.close().await;
    assert!(asked.await.expect("no panic").is_err());
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}
