//! Mutes: beside the server, counted once, and reported once.

use super::*;
use hookbell_model::delivery::{HeldBack, MuteId, MuteMatcher, MutedBy};
use hookbell_model::event::Severity;

fn muted(delivery: i64, mute: MuteId, severity: Severity) -> Settlement {
    let by = MutedBy { mute, reason: "a deploy".to_owned(), until: Timestamp(9000), severity };
    Settlement { reason: Reason::Muted(by), message: None, attempt: None, ..settled(delivery, Status::Muted) }
}

fn held(destination: &str, severity: Severity, count: u64) -> HeldBack {
    let event_type = "invoice.paid".to_owned();
    HeldBack { destination: destination.to_owned(), event_type, severity, count }
}

async fn mute(store: &Store) -> MuteId {
    let matcher = MuteMatcher { source: Some("shop".to_owned()), ..MuteMatcher::default() };
    store.add_mute(matcher, "a deploy".to_owned(), Timestamp(1000), Timestamp(9000)).await.expect("kept")
}

#[tokio::test]
async fn a_mute_is_made_and_ended_beside_the_server_and_read_by_it() {
    let folder = TestFolder::new();
    let (store, beside) = (folder.open().await, folder.attach().await);
    let (first, second) = (mute(&beside).await, mute(&beside).await);
    assert_eq!((first, second), (MuteId(1), MuteId(2)));
    let active = store.active_mutes(Timestamp(8999)).await.expect("asked");
    assert_eq!(active.iter().map(|mute| mute.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((active[0].reason.as_str(), active[0].matcher.source.as_deref()), ("a deploy", Some("shop")));
    assert_eq!(store.active_mutes(Timestamp(9000)).await, Ok(vec![]));
    assert_eq!(beside.end_mutes(Some(MuteId(7)), Timestamp(2000)).await, Ok(vec![]));
    assert_eq!(beside.end_mutes(Some(first), Timestamp(2000)).await, Ok(vec![first]));
    assert_eq!(beside.end_mutes(Some(first), Timestamp(2000)).await, Ok(vec![]), "it is over");
    assert_eq!(beside.end_mutes(None, Timestamp(3000)).await, Ok(vec![second]));
    let ended = store.ended_mutes(Timestamp(2999)).await.expect("asked");
    assert_eq!(ended.iter().map(|mute| (mute.id, mute.until)).collect::<Vec<_>>(), [(first, Timestamp(2000))]);
}

#[tokio::test]
async fn what_is_held_back_is_counted_once_and_reported_in_one_transaction() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = mute(&store).await;
    for (reference, severity) in [("a", Severity::Info), ("b", Severity::Info), ("c", Severity::Critical)] {
        accept(&store, reference, &["sales"]).await;
        let delivery = head(&store, "sales").await.delivery.id;
        for _ in 0..2 {
            store.settle(vec![muted(delivery, id, severity)], Timestamp(2000)).await.expect("settled");
        }
    }
    let all = vec![held("sales", Severity::Critical, 1), held("sales", Severity::Info, 2)];
    assert_eq!(store.held_back(id).await, Ok(all.clone()));
    let report = || {
        let (event, raw) = (event("hookbell", "mute 1"), raw());
        vec![NewEvent {
            event,
            identity: Identity::Id,
            raw,
            receipt: None,
            deliveries: to(&["sales"]),
            sales: Vec::new(),
        }]
    };
    // More was held back since it was read.
    let less = vec![held("sales", Severity::Info, 2)];
    assert_eq!(store.report_mute(id, less, report(), Timestamp(9500)).await, Ok(false));
    assert!(store.heads("sales", 9).await.expect("asked").is_empty());
    assert_eq!(store.report_mute(id, all, report(), Timestamp(9500)).await, Ok(true));
    assert_eq!(store.heads("sales", 9).await.map(|heads| heads.len()), Ok(1));
    assert_eq!((store.held_back(id).await, store.ended_mutes(Timestamp(9500)).await), (Ok(vec![]), Ok(vec![])));
    assert_eq!(store.report_mute(id, vec![], report(), Timestamp(9600)).await, Ok(false), "reported before");

    // One that was under way when it was reported is reported as well.
    let delivery = head(&store, "sales").await.delivery.id;
    store.settle(vec![muted(delivery, id, Severity::Info)], Timestamp(9700)).await.expect("settled");
    assert_eq!(store.ended_mutes(Timestamp(9700)).await.map(|ended| ended.len()), Ok(1));
    assert_eq!(store.held_back(id).await, Ok(vec![held("sales", Severity::Info, 1)]));
}
