//! Old events are removed, unless a delivery is pending.

use super::*;

async fn fill(store: &Store, received: std::ops::Range<i64>, destinations: &[&str]) {
    for n in received {
        let new = Event { received: Timestamp(n), ..event("shop", &format!("{destinations:?}{n}")) };
        store.accept(new, raw(), to(destinations)).await.expect("accepted");
    }
}

#[tokio::test]
async fn pruning_keeps_what_waits_and_what_is_young() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    fill(&store, 0..100, &["sales"]).await;
    fill(&store, 0..100, &[]).await;
    let first = head(&store, "sales").await.delivery.id;
    let (live, post) = (Some(live_update(None, &["k"])), Some("Order 1".to_owned()));
    let end = Settlement { live, post, ..settled(first, Status::Delivered) };
    store.settle(vec![end], Timestamp(1)).await.expect("settled");
    assert_eq!(store.prune(Timestamp(60), 20).await, Ok(20));
    assert_eq!(store.prune(Timestamp(60), 1000).await, Ok(41));
    assert_eq!(store.prune(Timestamp(60), 1000).await, Ok(0));
    assert_eq!(folder.number("SELECT count(*) FROM events WHERE routed = 0"), 40);
    assert_eq!(folder.number("SELECT count(*) FROM deliveries"), 99);
    assert_eq!(folder.number("SELECT count(*) FROM bodies"), 139);
    assert_eq!(folder.number("SELECT count(*) FROM attempts"), 0);
    assert_eq!(folder.number("SELECT count(*) FROM live"), 0);
    assert_eq!(folder.number("SELECT count(*) FROM live_keys"), 0);
    assert_eq!(folder.number("SELECT count(*) FROM posts"), 0);
}

#[tokio::test]
async fn an_event_that_was_pending_is_removed_in_a_later_pass() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    fill(&store, 0..3, &["sales"]).await;
    let hour = 3_600_000;
    assert_eq!(store.prune(Timestamp(100), 10).await, Ok(0));
    let first = head(&store, "sales").await.delivery.id;
    store.settle(vec![settled(first, Status::Dead)], Timestamp(1)).await.expect("settled");
    // The same pass does not look back; the next one does.
    assert_eq!(store.prune(Timestamp(101), 10).await, Ok(0));
    assert_eq!(store.prune(Timestamp(100 + hour), 10).await, Ok(1));
    assert_eq!(folder.number("SELECT count(*) FROM events"), 2);
}

#[tokio::test]
async fn many_pending_events_do_not_hide_old_ones_after_them() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    fill(&store, 0..1200, &["sales"]).await;
    fill(&store, 1200..1205, &[]).await;
    assert_eq!(store.prune(Timestamp(5000), 10).await, Ok(5));
    assert_eq!(folder.number("SELECT count(*) FROM events"), 1200);
    assert_eq!(store.distinct(Column::Source, 5).await, Ok(vec!["shop".to_owned()]));
}

#[tokio::test]
async fn the_file_becomes_smaller_after_pruning_while_events_are_accepted() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let large = || Raw { body: vec![b'x'; 100_000], ..raw() };
    for n in 0..200 {
        let new = Event { received: Timestamp(n), ..event("shop", &n.to_string()) };
        store.accept(new, large(), Vec::new()).await.expect("accepted");
    }
    store.close().await;
    let size = || std::fs::metadata(&folder.file).expect("a file").len();
    let full = size();
    let store = folder.open().await;
    assert_eq!(store.prune(Timestamp(200), 1000).await, Ok(200));
    let mut steps = 0;
    while store.shrink().await.expect("a step") {
        let new = Event { received: Timestamp(1000 + steps), ..event("shop", &format!("new {steps}")) };
        store.accept(new, raw(), Vec::new()).await.expect("accepted");
        steps += 1;
    }
    assert!(steps > 5, "{steps} small steps");
    assert_eq!(folder.number("SELECT count(*) FROM events"), steps);
    store.close().await;
    assert!(size() < full / 3, "{} of {full}", size());
}

#[tokio::test]
async fn a_topic_is_kept_for_its_own_span() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for n in 0..30 {
        let topic = [Topic::Payment, Topic::Message, Topic::Alert][usize::try_from(n % 3).expect("small")];
        let new = Event { received: Timestamp(n), topic, ..event("shop", &n.to_string()) };
        store.accept(new, raw(), Vec::new()).await.expect("accepted");
    }
    let topics = [(Topic::Payment, None), (Topic::Message, Some(Timestamp(15)))].into_iter().collect();
    let expiry = Expiry { others: Some(Timestamp(6)), topics };
    // Of messages 1, 4, 7, 10 and 13; of alerts 2 and 5.
    assert_eq!(store.prune(expiry.clone(), 3).await, Ok(3));
    assert_eq!(store.prune(expiry.clone(), 100).await, Ok(4));
    assert_eq!(store.prune(expiry, 100).await, Ok(0));
    let left = |topic: &str| {
        folder.number(&format!("SELECT count(*) FROM events JOIN classes c ON c.id = class WHERE topic = '{topic}'"))
    };
    assert_eq!([left("payment"), left("message"), left("alert")], [10, 5, 8]);
}
