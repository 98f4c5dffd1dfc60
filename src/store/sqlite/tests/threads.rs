//! The posts of things: found by any name of the thing, and archived after all that is still to be edited.

use super::*;
use crate::store::{ArchiveEnd, KeyedThread, ThreadToArchive, ThreadUpdate};
use hookbell_model::live::{EarlierMessage, LiveState};

/// Settles the head of a lane with a message in this thread.
async fn settle(store: &Store, thread: &str, keys: &[&str], is_over: Option<bool>, live: Option<LiveUpdate>) -> i64 {
    accept(store, &format!("{}", fastrand::u64(..)), &["sales"]).await;
    let delivery = head(store, "sales").await.delivery.id;
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let update = ThreadUpdate { keys, title: format!("title {thread}"), is_over, archives: true };
    let message = Some(MessageRef { id: delivery.to_string(), channel: thread.to_owned() });
    let end =
        Settlement { message, live, in_thread: true, thread: Some(update), ..settled(delivery, Status::Delivered) };
    store.settle(vec![end], Timestamp(1)).await.expect("settled");
    delivery
}

async fn found(store: &Store, key: &str) -> Option<KeyedThread> {
    store.keyed_thread("sales", &["unknown".to_owned(), key.to_owned()]).await.expect("asked")
}

async fn due(store: &Store) -> Option<ThreadToArchive> {
    store.thread_to_archive("sales", Timestamp(5)).await.expect("asked")
}

#[tokio::test]
async fn a_post_is_found_by_each_name_of_its_thing_until_it_is_old() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    settle(&store, "7", &["issue:1", "bug:1"], None, None).await;
    settle(&store, "7", &["issue:1"], Some(true), None).await;
    store.close().await;
    let store = folder.open().await;
    let expected = KeyedThread { thread: "7".to_owned(), title: "title 7".to_owned(), is_over: true };
    assert_eq!(found(&store, "bug:1").await, Some(expected));
    assert_eq!(store.keyed_thread("audit", &["bug:1".to_owned()]).await, Ok(None));
    settle(&store, "8", &["issue:1"], None, None).await;
    let threads = [found(&store, "issue:1").await, found(&store, "bug:1").await].map(|found| found.map(|it| it.thread));
    assert_eq!(threads, [Some("8".to_owned()), Some("7".to_owned())], "a name leads to the post that learned it last");
    store.prune(Timestamp(2), 100).await.expect("pruned");
    assert_eq!((found(&store, "issue:1").await, folder.number("SELECT count(*) FROM thread_keys")), (None, 0));
}

#[tokio::test]
async fn a_post_is_archived_when_its_thing_is_over_and_nothing_in_it_is_to_be_edited() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    settle(&store, "7", &["k"], Some(false), None).await;
    assert_eq!(due(&store).await, None);
    let earlier = EarlierMessage { id: "1".to_owned(), channel: "7".to_owned(), in_thread: true, slot: None };
    let state = LiveState { earlier: vec![earlier], ..LiveState::default() };
    let live = LiveUpdate { state, follow: true, ..live_update(None, &["k"]) };
    let delivery = settle(&store, "7", &["k"], Some(true), Some(live)).await;
    assert_eq!(due(&store).await, None, "an earlier message is still to be edited");
    let follow_up = store.follow_up("sales", Timestamp(5)).await.expect("asked").expect("one");
    store.settle_follow_up("sales", follow_up, None, None, Timestamp(5)).await.expect("settled");
    let first = ThreadToArchive { thread: "7".to_owned(), delivery, attempts: 0 };
    assert_eq!(due(&store).await, Some(first.clone()));
    store.settle_archive("sales", first.clone(), ArchiveEnd::Again(Timestamp(6))).await.expect("settled");
    assert_eq!(due(&store).await, None);
    // A comment, while it is over: what was found before is no longer all that there is to do.
    let comment = settle(&store, "7", &["k"], None, None).await;
    store.settle_archive("sales", first, ArchiveEnd::Archived).await.expect("settled");
    let again = due(&store).await.expect("one");
    assert_eq!((again.delivery, again.attempts), (comment, 0));
    let refused = Attempt { detail: "it may not".to_owned(), ..attempt(AttemptOutcome::Refused) };
    store.settle_archive("sales", again, ArchiveEnd::LeftOpen(refused)).await.expect("settled");
    assert_eq!(due(&store).await, None);
    let kept = format!("SELECT count(*) FROM attempts WHERE delivery = {comment} AND detail = 'it may not'");
    assert_eq!(folder.number(&kept), 1);
    store.thread_opened("sales", "7", Timestamp(5)).await.expect("recorded");
    assert!(due(&store).await.is_some(), "what was opened for an edit is archived again");
    settle(&store, "7", &["k"], Some(false), None).await;
    assert_eq!(due(&store).await, None, "it is open again");
}
