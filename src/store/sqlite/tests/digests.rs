//! Deliveries that are held back: when they are due, and that they end with their digest, all at once.

use super::*;
use crate::store::Scope;
use hookbell_model::delivery::{CollectCause, Collected};
use hookbell_model::event::Severity;
use hookbell_model::own_event::{Digest, OwnEvent};

/// A delivery of a new event that is collecting until then.
async fn collected(store: &Store, reference: &str, destination: &str, until: i64) -> i64 {
    let id = accept(store, reference, &[destination]).await;
    let delivery = store.details(id).await.expect("asked").expect("kept").deliveries[0].0.id;
    let collected = Collected { line: reference.to_owned(), severity: Severity::Info, keys: Vec::new() };
    let reason = Reason::Collecting { until: Timestamp(until), cause: CollectCause::Digest, collected };
    store
        .collect(vec![Collection { delivery, until: Timestamp(until), reason, live: None }], Timestamp(1))
        .await
        .expect("collected");
    delivery
}

fn digest(count: u64) -> (Event, Raw) {
    OwnEvent::Digest(Box::new(Digest { destination: "sales".to_owned(), count, ..Digest::default() }))
        .into_event(Timestamp(9000))
}

#[tokio::test]
async fn what_is_due_is_found_in_order_and_the_rest_is_not_touched() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for (reference, destination, until) in
        [("a", "sales", 5000), ("b", "audit", 4000), ("c", "sales", 5000), ("d", "sales", 60_000)]
    {
        collected(&store, reference, destination, until).await;
    }
    let (groups, next) = store.due_digests(Timestamp(5000)).await.expect("asked");
    let found: Vec<_> = groups.iter().map(|group| (group.destination.as_str(), group.until.0)).collect();
    assert_eq!((found, next), (vec![("audit", 4000), ("sales", 5000)], Some(Timestamp(60_000))));
    let page = store.collected(groups[1].clone(), 0, 10).await.expect("asked");
    let lines: Vec<_> = page.iter().map(|item| item.collected.line.as_str()).collect();
    assert_eq!(lines, ["a", "c"]);
    let rest = store.collected(groups[1].clone(), page[0].delivery, 10).await.expect("asked");
    assert_eq!(rest.len(), 1);
}

#[tokio::test]
async fn a_digest_ends_what_it_was_made_of_and_nothing_else() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let first = collected(&store, "a", "sales", 5000).await;
    let (groups, _) = store.due_digests(Timestamp(5000)).await.expect("asked");
    // It came after the others were read.
    let late = collected(&store, "b", "sales", 5000).await;
    let (event, raw) = digest(1);
    let accepted = store.accept_digest(event, raw, to(&["sales"]), groups[0].clone(), first).await.expect("accepted");
    let Accepted::New(id) = accepted else { panic!("{accepted:?}") };
    let (groups, _) = store.due_digests(Timestamp(5000)).await.expect("asked");
    let left = store.collected(groups[0].clone(), 0, 10).await.expect("asked");
    assert_eq!(left.iter().map(|item| item.delivery).collect::<Vec<_>>(), [late]);
    let recent = store.recent(EventFilter::default(), None, 10).await.expect("asked");
    for summary in recent {
        let details = store.details(summary.event.id).await.expect("asked").expect("kept");
        let (delivery, _) = &details.deliveries[0];
        match delivery.id {
            ended if ended == first => {
                assert_eq!(
                    (delivery.status, &delivery.reason),
                    (Status::Merged, &Some(Reason::Digested { digest: id }))
                );
            }
            waits if waits == late => assert_eq!(delivery.status, Status::Collecting),
            _ => assert_eq!((summary.event.id, delivery.status), (id, Status::Pending)),
        }
    }
}

#[tokio::test]
async fn a_digest_waits_for_what_its_lane_still_holds_from_before() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    collected(&store, "a", "sales", 5000).await;
    accept(&store, "b", &["sales"]).await;
    let due = |groups: Vec<CollectedGroup>| groups.into_iter().map(|group| group.is_incomplete).collect::<Vec<_>>();
    assert_eq!(due(store.due_digests(Timestamp(5000)).await.expect("asked").0), [true]);
    let head = store.heads("sales", 1).await.expect("asked")[0].delivery.id;
    store.settle(vec![settled(head, Status::Delivered)], Timestamp(1)).await.expect("settled");
    assert_eq!(due(store.due_digests(Timestamp(5000)).await.expect("asked").0), [false]);
}

#[tokio::test]
async fn behind_the_message_of_a_digest_are_the_events_that_it_sums_up() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let first = collected(&store, "a", "sales", 5000).await;
    let (groups, _) = store.due_digests(Timestamp(5000)).await.expect("asked");
    let (event, raw) = digest(1);
    let accepted = store.accept_digest(event, raw, to(&["sales"]), groups[0].clone(), first).await.expect("accepted");
    let Accepted::New(id) = accepted else { panic!("{accepted:?}") };
    let head = store.heads("sales", 1).await.expect("asked").pop().expect("the digest");
    let posted = Settlement {
        message: Some(MessageRef { id: "777".into(), channel: "2".into() }),
        ..Settlement::new(head.delivery.id, Status::Delivered, Reason::Untyped { text: String::new() })
    };
    store.settle(vec![posted], Timestamp(6000)).await.expect("settled");
    let behind = store.events_of_message(Scope::Everything, "777").await.expect("asked");
    assert!(behind.len() == 2 && behind[0] == id, "{behind:?}");
}
