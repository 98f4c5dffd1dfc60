//! Replays: a row of their own, once, beside the process that serves the database.

use super::*;
use hookbell_model::delivery::{EditedMessage, ReplayOf};

const NOW: Timestamp = Timestamp(9_000_000);

fn replay(event: EventId, of: i64) -> NewReplay {
    let plan = Plan { replay: Some(ReplayOf { delivery: Some(of), edit: None }), ..Plan::default() };
    NewReplay { event, destination: "sales".to_owned(), plan, replayed: vec![of], again: false }
}

async fn statuses(store: &Store, event: EventId) -> Vec<Status> {
    let details = store.details(event).await.expect("asked").expect("kept");
    details.deliveries.into_iter().map(|(delivery, _)| delivery.status).collect()
}

async fn dead(store: &Store, reference: &str) -> (EventId, i64) {
    let event = accept(store, reference, &["sales"]).await;
    let delivery = store.details(event).await.expect("asked").expect("kept").deliveries[0].0.id;
    store.settle(vec![settled(delivery, Status::Dead)], Timestamp(1)).await.expect("settled");
    (event, delivery)
}

#[tokio::test]
async fn a_replay_is_a_delivery_of_its_own_and_is_made_once() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let (event, first) = dead(&store, "evt_1").await;
    let beside = folder.attach().await;
    assert_eq!(beside.replay_obstacles(vec![replay(event, first)]).await, Ok(vec![None]));
    let made = beside.replay(vec![replay(event, first)], NOW).await.expect("written");
    let [ReplayResult::New(second)] = *made.as_slice() else { panic!("{made:?}") };
    assert_eq!(statuses(&store, event).await, [Status::Merged, Status::Pending]);
    let heads = store.heads("sales", 10).await.expect("asked");
    assert_eq!((heads[0].delivery.id, heads[0].delivery.created), (second, NOW), "its age begins now");
    let already = ReplayResult::Already { delivery: second, status: Status::Pending };
    assert_eq!(beside.replay(vec![replay(event, first)], NOW).await, Ok(vec![already]));
    // The replay is dead too: then it is what is replayed.
    store.settle(vec![settled(second, Status::Dead)], Timestamp(2)).await.expect("settled");
    let again = vec![replay(event, second), NewReplay { again: true, ..replay(event, first) }];
    let made = beside.replay(again, NOW).await.expect("written");
    assert!(matches!(made.as_slice(), [ReplayResult::New(_), ReplayResult::New(_)]), "{made:?}");
    assert_eq!(statuses(&store, event).await.len(), 4);
}

#[tokio::test]
async fn an_edit_is_made_again_when_it_is_over() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let event = accept(&store, "evt_1", &["sales"]).await;
    let edit = EditedMessage { id: "5".to_owned(), channel: "7".to_owned(), in_thread: false };
    let plan = Plan { replay: Some(ReplayOf { delivery: Some(1), edit: Some(edit) }), ..Plan::default() };
    let new = NewReplay { plan, ..replay(event, 1) };
    store.settle(vec![settled(1, Status::Delivered)], Timestamp(1)).await.expect("settled");
    assert_eq!(store.replay(vec![new.clone()], NOW).await, Ok(vec![ReplayResult::New(2)]));
    let already = ReplayResult::Already { delivery: 2, status: Status::Pending };
    assert_eq!(store.replay(vec![new.clone()], NOW).await, Ok(vec![already]));
    store.settle(vec![settled(2, Status::Delivered)], Timestamp(2)).await.expect("settled");
    assert_eq!(store.replay(vec![new], NOW).await, Ok(vec![ReplayResult::New(3)]));
    assert_eq!(statuses(&store, event).await[0], Status::Delivered, "it is still what it was");
}

#[tokio::test]
async fn an_event_whose_bytes_are_gone_is_not_replayed() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let (event, delivery) = dead(&store, "evt_1").await;
    let change = Connection::open(&folder.file).expect("it opens");
    change.execute_batch("DELETE FROM bodies").expect("removed");
    assert_eq!(store.replay(vec![replay(event, delivery)], NOW).await, Ok(vec![ReplayResult::Gone]));
    assert_eq!(store.replay(vec![replay(EventId(99), 5)], NOW).await, Ok(vec![ReplayResult::Gone]));
    assert_eq!(folder.number("SELECT count(*) FROM deliveries WHERE status = 'dead'"), 1);
    assert_eq!(folder.number("SELECT count(*) FROM deliveries"), 1);
}

#[tokio::test]
async fn an_event_without_deliveries_is_routed_by_its_replay() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let event = accept(&store, "evt_1", &[]).await;
    let new = NewReplay { replayed: Vec::new(), ..replay(event, 0) };
    assert_eq!(store.replay(vec![new.clone(), new], NOW).await.expect("written")[0], ReplayResult::New(1));
    assert_eq!(statuses(&store, event).await, [Status::Pending]);
    assert_eq!(folder.number("SELECT count(*) FROM events WHERE routed = 0"), 0);
}

#[tokio::test]
async fn what_another_process_writes_wakes_the_lanes() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let (event, delivery) = dead(&store, "evt_1").await;
    store.wake_for_others().await.expect("looked");
    let mut wakeup = store.wakeup("sales");
    store.wake_for_others().await.expect("looked");
    let is_woken = async |wakeup: &mut Wakeup| {
        tokio::time::timeout(Duration::from_millis(50), wakeup.wait(Duration::from_secs(60))).await.is_ok()
    };
    assert!(!is_woken(&mut wakeup).await, "nobody else has written");
    folder.attach().await.replay(vec![replay(event, delivery)], NOW).await.expect("written");
    store.wake_for_others().await.expect("looked");
    assert!(is_woken(&mut wakeup).await);
}

#[tokio::test]
async fn a_replay_goes_with_its_event() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let (event, delivery) = dead(&store, "evt_1").await;
    store.replay(vec![replay(event, delivery)], NOW).await.expect("written");
    assert_eq!(store.prune(NOW, 10).await, Ok(0), "it is still on its way");
    store.settle(vec![settled(2, Status::Delivered)], Timestamp(2)).await.expect("settled");
    assert_eq!(store.prune(Timestamp(NOW.0 + 7_200_000), 10).await, Ok(1));
    assert_eq!(folder.number("SELECT count(*) FROM replays"), 0);
}
