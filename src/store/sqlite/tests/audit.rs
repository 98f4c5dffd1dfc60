//! Who changed what, recorded with the change.

use super::*;
use crate::store::{PurgeFilter, Scope};
use hookbell_model::audit::{AuditAction, Author};
use hookbell_model::delivery::MuteMatcher;

fn by_hand(store: &Store) -> Store {
    store.on_behalf_of(Author::command_line(Some("ada".into())))
}

async fn actions(store: &Store) -> Vec<String> {
    let entries = store.audit(Scope::Everything, None, 20).await.expect("asked");
    entries.into_iter().rev().map(|entry| format!("{}: {}", entry.author.actor, entry.action)).collect()
}

#[tokio::test]
async fn each_change_of_an_operator_is_recorded_with_who_made_it() {
    let folder = TestFolder::new();
    let server = folder.open().await;
    server.accept(event("shop", "1"), raw(), to(&["sales"])).await.expect("accepted");
    let store = by_hand(&folder.attach().await);
    let until = Timestamp(100_000);
    let mute = store.add_mute(MuteMatcher::default(), "moved".into(), Timestamp(1), until).await.expect("muted");
    store.end_mutes(Some(mute), Timestamp(2)).await.expect("ended");
    store.end_mutes(Some(mute), Timestamp(3)).await.expect("nothing to end");
    store.pause_lane("sales", Paused { since: Timestamp(4), reason: None }).await.expect("paused");
    store.resume_lane("sales", Timestamp(5)).await.expect("resumed");
    store.resume_lane("sales", Timestamp(6)).await.expect("nothing to resume");
    store.retry_lane("sales", Timestamp(7)).await.expect("asked");
    store.purge_lane("sales", PurgeFilter::default(), Timestamp(8)).await.expect("purged");
    assert_eq!(
        actions(&store).await,
        [
            "ada on the command line: muted everything until 1970-01-01T00:01:40Z (mute 1): moved",
            "ada on the command line: ended mute 1",
            "ada on the command line: paused the lane sales",
            "ada on the command line: resumed the lane sales",
            "ada on the command line: had the lane sales tried again",
            "ada on the command line: purged 1 of the lane sales",
        ]
    );
}

#[tokio::test]
async fn a_change_and_its_entry_are_one_transaction() {
    let folder = TestFolder::new();
    let server = folder.open().await;
    let conn = Connection::open(&folder.file).expect("opens");
    conn.execute_batch("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
        .expect("a trigger");
    let store = by_hand(&server);
    let until = Timestamp(100_000);
    assert!(store.add_mute(MuteMatcher::default(), "moved".into(), Timestamp(1), until).await.is_err());
    assert_eq!(store.active_mutes(Timestamp(2)).await, Ok(vec![]));
    assert!(store.pause_lane("sales", Paused { since: Timestamp(4), reason: None }).await.is_err());
    assert_eq!(server.lanes().await.expect("asked").len(), 0);
}

#[tokio::test]
async fn the_audit_outlives_the_events_and_is_kept_for_a_year() {
    let folder = TestFolder::new();
    let store = by_hand(&folder.open().await);
    let day = |days: u64| Timestamp(0).after(Duration::from_secs(days * 86_400));
    for days in [0, 10, 380] {
        store.retry_lane("sales", day(days)).await.expect("asked");
        store.prune(day(days), 100).await.expect("pruned");
    }
    let kept = store.audit(Scope::Everything, None, 9).await.expect("asked");
    assert_eq!(kept.iter().map(|entry| entry.at).collect::<Vec<_>>(), [day(380)]);
    assert!(matches!(&kept[0].action, AuditAction::LaneRetried { destination } if destination == "sales"));
}
