//! Live messages: found by any of their keys, joined, followed by their earlier messages.

use serde_json::json;

use super::*;
use hookbell_model::live::{EarlierMessage, EventPosition, FollowUp, LiveMessage, LiveState, Remembered};

/// Settles the head of the lane with this update; the message has the number `message`.
async fn settle(store: &Store, message: &str, live: LiveUpdate) {
    let delivery = head(store, "sales").await.delivery.id;
    let at = MessageRef { id: message.to_owned(), channel: "c".to_owned() };
    let end = Settlement { live: Some(live), message: Some(at), ..settled(delivery, Status::Delivered) };
    store.settle(vec![end], Timestamp(1)).await.expect("settled");
}

async fn by_keys(store: &Store, keys: &[&str]) -> Vec<LiveMessage> {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    store.live_messages("sales", keys).await.expect("asked")
}

fn titled(title: &str) -> LiveState {
    let (mut remembered, position) =
        (Remembered::default(), EventPosition { time: Timestamp(1), by_receipt: false, sequence: None, rank: None });
    remembered.learn(json!({ "who": "Ada" }).as_object().cloned().unwrap_or_default(), position);
    LiveState { title: title.to_owned(), remembered, ..LiveState::default() }
}

#[tokio::test]
async fn a_live_message_is_found_by_each_of_its_keys_after_a_restart() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    accept(&store, "a", &["sales"]).await;
    settle(&store, "1", LiveUpdate { state: titled("Paid"), ..live_update(None, &["payment:1", "invoice:1"]) }).await;
    store.close().await;
    let store = folder.open().await;
    let found = by_keys(&store, &["invoice:1", "payment:1", "payment:2"]).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((message_id(&found[0]), &found[0].state), ("1", &titled("Paid")));
    assert_eq!(store.live_messages("audit", vec!["payment:1".to_owned()]).await, Ok(Vec::new()));
}

fn message_id(live: &LiveMessage) -> &str {
    live.message.as_ref().map_or("none", |message| message.id.as_str())
}

#[tokio::test]
async fn an_update_without_a_message_keeps_the_message() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    accept(&store, "a", &["sales"]).await;
    settle(&store, "1", live_update(None, &["k"])).await;
    let record = by_keys(&store, &["k"]).await[0].id;
    accept(&store, "b", &["sales"]).await;
    let delivery = head(&store, "sales").await.delivery.id;
    let live = Some(LiveUpdate { state: titled("Later"), ..live_update(Some(record), &["other"]) });
    let end = Settlement { live, message: None, ..settled(delivery, Status::Merged) };
    store.settle(vec![end], Timestamp(2)).await.expect("settled");
    let found = by_keys(&store, &["other"]).await;
    assert_eq!((message_id(&found[0]), found[0].state.title.as_str()), ("1", "Later"));
}

#[tokio::test]
async fn a_thing_without_a_message_is_remembered_for_the_one_to_come() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    accept(&store, "a", &["sales"]).await;
    let delivery = head(&store, "sales").await.delivery.id;
    let live = Some(LiveUpdate { state: titled("Made"), ..live_update(None, &["k"]) });
    let end = Settlement { live, message: None, ..settled(delivery, Status::Unrouted) };
    store.settle(vec![end], Timestamp(2)).await.expect("settled");
    let found = by_keys(&store, &["k"]).await;
    assert_eq!((&found[0].message, found[0].state.title.as_str()), (&None, "Made"));
    accept(&store, "b", &["sales"]).await;
    settle(&store, "7", live_update(Some(found[0].id), &["k"])).await;
    let found = by_keys(&store, &["k"]).await;
    assert_eq!((found.len(), message_id(&found[0])), (1, "7"));
}

#[tokio::test]
async fn joined_messages_become_one_record_with_all_keys() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for (reference, key) in [("1", "payment:1"), ("2", "invoice:1")] {
        accept(&store, reference, &["sales"]).await;
        settle(&store, reference, live_update(None, &[key])).await;
    }
    let records: Vec<i64> = by_keys(&store, &["payment:1", "invoice:1"]).await.iter().map(|found| found.id).collect();
    accept(&store, "3", &["sales"]).await;
    settle(&store, "1", LiveUpdate { absorbed: vec![records[1]], ..live_update(Some(records[0]), &["sub:1"]) }).await;
    let found = by_keys(&store, &["payment:1", "invoice:1", "sub:1"]).await;
    assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), [records[0]]);
    assert_eq!(folder.number("SELECT count(*) FROM live"), 1);
}

#[tokio::test]
async fn a_key_leads_to_the_message_that_learned_it_last() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for message in ["1", "2"] {
        accept(&store, message, &["sales"]).await;
        settle(&store, message, live_update(None, &["alert:1"])).await;
        assert_eq!(message_id(&by_keys(&store, &["alert:1"]).await[0]), message);
    }
}

#[tokio::test]
async fn earlier_messages_are_followed_up_until_that_is_done_and_after_a_restart() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let earlier =
        |id: &str| EarlierMessage { id: id.to_owned(), channel: "c".to_owned(), in_thread: false, slot: None };
    let state = LiveState { earlier: vec![earlier("1"), earlier("2")], ..titled("Firing") };
    accept(&store, "a", &["sales"]).await;
    settle(&store, "3", LiveUpdate { state: state.clone(), follow: true, ..live_update(None, &["k"]) }).await;
    store.close().await;
    let store = folder.open().await;
    let first = store.follow_up("sales", Timestamp(5)).await.expect("asked").expect("one is left");
    let newer = MessageRef { id: "3".to_owned(), channel: "c".to_owned() };
    let expected = FollowUp { message: earlier("1"), title: "Firing".to_owned(), newer, guild: None, attempts: 0 };
    assert_eq!(first, expected);
    store.settle_follow_up("sales", first.clone(), None, Some(Timestamp(100)), Timestamp(50)).await.expect("put off");
    let second = store.follow_up("sales", Timestamp(5)).await.expect("asked").expect("one is left");
    assert_eq!(second.message.id, "2");
    store.settle_follow_up("sales", second, None, None, Timestamp(50)).await.expect("done");
    assert_eq!(store.follow_up("sales", Timestamp(5)).await, Ok(None));
    // What has changed meanwhile is not lost with the older edit.
    let record = by_keys(&store, &["k"]).await[0].id;
    accept(&store, "b", &["sales"]).await;
    let state = LiveState { title: "Resolved".to_owned(), ..state };
    settle(&store, "3", LiveUpdate { state, follow: true, ..live_update(Some(record), &["k"]) }).await;
    store.settle_follow_up("sales", first, None, None, Timestamp(50)).await.expect("done");
    let again = store.follow_up("sales", Timestamp(5)).await.expect("asked").expect("one is left");
    assert_eq!((again.message.id.as_str(), again.title.as_str()), ("1", "Resolved"));
}

#[tokio::test]
async fn an_open_thing_is_found_behind_any_number_of_closed_ones() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for n in 0..30 {
        accept(&store, &n.to_string(), &["sales"]).await;
        let state = LiveState { closed: n != 3, ..titled(&format!("Outage {n}")) };
        settle(&store, &n.to_string(), LiveUpdate { state, ..live_update(None, &[&format!("outage:{n}")]) }).await;
    }
    let open = Some(("outage:3".to_owned(), "Outage 3".to_owned()));
    assert_eq!(store.open_thing("sales", "outage:*").await, Ok(open.clone()));
    assert_eq!(store.open_thing("sales", "outage:3").await, Ok(open));
    assert_eq!(store.open_thing("sales", "outage:30").await, Ok(None));
    assert_eq!(store.open_thing("sales", "outage:4").await, Ok(None));
    assert_eq!(store.open_thing("audit", "outage:*").await, Ok(None));
}
