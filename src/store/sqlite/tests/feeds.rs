//! Feeds: kept with their webhook, changed and ended with their entry in the audit.

use super::*;
use crate::store::{NewFeed, Scope};
use hookbell_model::audit::{Actor, Author, AuthorPlace};
use hookbell_model::feed::{Feed, FeedEnd, FeedId, FeedPlace, FeedSettings};
use hookbell_model::locale::Locale;
use hookbell_model::privacy::Masks;
use hookbell_model::secret::{Secret, Webhook};

fn settings(source: &str) -> FeedSettings {
    FeedSettings {
        source: source.to_owned(),
        event_type: Some("invoice.*".to_owned()),
        topic: Some(Topic::Payment),
        severity: None,
        template: None,
        mask: Masks::default(),
        buttons: false,
        locale: Locale::default(),
    }
}

fn new_feed(channel: &str) -> NewFeed {
    let place = FeedPlace { guild: "1111".to_owned(), channel: channel.to_owned(), thread: Some("77".to_owned()) };
    let webhook = Webhook::new("5555", Secret::new("tok-EN_1"), place.thread.clone()).expect("a webhook");
    NewFeed { place, application: "4444".to_owned(), webhook, settings: settings("shop") }
}

fn by_somebody(store: &Store) -> Store {
    store.on_behalf_of(Author {
        actor: Actor::Discord { id: "5".to_owned(), name: "Mia".to_owned() },
        place: Some(AuthorPlace { guild: "1111".to_owned(), channel: "2222".to_owned() }),
    })
}

async fn actions(store: &Store) -> Vec<String> {
    let entries = store.audit(Scope::Guild("1111".to_owned()), None, 20).await.expect("asked");
    entries.into_iter().rev().map(|entry| entry.action.to_string()).collect()
}

#[tokio::test]
async fn a_feed_survives_a_restart_with_its_webhook_which_is_never_printed() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = by_somebody(&store).add_feed(new_feed("2222"), Timestamp(1)).await.expect("kept");
    store.close().await;
    drop(store);
    let store = folder.open().await;
    let [Feed { id: kept, webhook, place, settings: read, .. }] = &store.feeds().await.expect("asked")[..] else {
        panic!("one")
    };
    assert_eq!((*kept, webhook, read), (id, &new_feed("2222").webhook, &settings("shop")));
    assert_eq!((webhook.thread(), place.channel.as_str()), (Some("77"), "2222"));
    let printed = format!("{:?} {:?}", store.feeds().await, store.audit(Scope::Everything, None, 9).await);
    assert!(!printed.contains("tok-EN_1"), "{printed}");
}

#[tokio::test]
async fn each_change_of_a_feed_and_its_entry_are_one_transaction() {
    let folder = TestFolder::new();
    let server = folder.open().await;
    let store = by_somebody(&server);
    let id = store.add_feed(new_feed("2222"), Timestamp(1)).await.expect("kept");
    assert_eq!(store.edit_feed(id, settings("github"), Timestamp(2)).await, Ok(true));
    assert_eq!(store.edit_feed(id, settings("github"), Timestamp(3)).await, Ok(false), "nothing differs");
    assert_eq!(store.keep_feed_template(id, "a".to_owned(), Timestamp(4)).await, Ok(Some(1)));
    assert_eq!(store.keep_feed_template(id, "b".to_owned(), Timestamp(5)).await, Ok(Some(2)));
    assert_eq!(store.set_feed_template(id, Some(1), Timestamp(6)).await, Ok(true));
    assert_eq!(store.set_feed_template(id, Some(9), Timestamp(6)).await, Ok(false), "there is none");
    let own = store.feeds().await.expect("asked")[0].own_template.clone().expect("a template");
    assert_eq!((own.version, own.text.as_str()), (1, "a"));
    assert_eq!(store.set_feed_template(id, None, Timestamp(7)).await, Ok(true));
    assert_eq!(store.end_feed(id, FeedEnd::Unsubscribed, Timestamp(8)).await, Ok(true));
    assert_eq!(store.end_feed(id, FeedEnd::Unsubscribed, Timestamp(9)).await, Ok(false), "it is over");
    let expected = [
        "made feed 1: shop, type invoice.*, topic payment",
        "edited feed 1: github, type invoice.*, topic payment",
        "set the template of feed 1 to its version 1",
        "set the template of feed 1 to its version 2",
        "set the template of feed 1 to its version 1",
        "removed the template of feed 1",
        "ended feed 1: unsubscribed",
    ];
    assert_eq!(actions(&server).await, expected);
    let conn = Connection::open(&folder.file).expect("opens");
    conn.execute_batch("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
        .expect("a trigger");
    assert!(store.add_feed(new_feed("3333"), Timestamp(10)).await.is_err());
    assert_eq!(server.feeds().await, Ok(vec![]));
}

#[tokio::test]
async fn what_waits_for_a_feed_ends_with_it_and_so_does_what_was_routed_before() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = store.add_feed(new_feed("2222"), Timestamp(1)).await.expect("kept");
    let destination = id.destination();
    store.claim_lane(&destination, "me", Timestamp(1), Timestamp(100)).await.expect("claimed");
    let waiting = accept(&store, "1", &[&destination, "sales"]).await;
    assert_eq!(store.end_feed(id, FeedEnd::WebhookGone, Timestamp(2)).await, Ok(true));
    assert_eq!(store.claim_lane(&destination, "me", Timestamp(3), Timestamp(100)).await, Ok(None));
    let late = accept(&store, "2", &[&destination, "sales"]).await;
    for event in [waiting, late] {
        let details = store.details(event).await.expect("asked").expect("kept");
        let [(of_feed, _), (other, _)] = details.deliveries.as_slice() else { panic!("{details:?}") };
        assert_eq!((of_feed.status, of_feed.reason.clone()), (Status::Muted, Some(Reason::FeedEnded)));
        assert_eq!(other.status, Status::Pending);
    }
    let lanes = store.lanes().await.expect("asked");
    assert_eq!(lanes.iter().map(|lane| lane.destination.as_str()).collect::<Vec<_>>(), ["sales"]);
    assert_ne!(store.add_feed(new_feed("2222"), Timestamp(4)).await, Ok(FeedId(id.0)), "no number is given again");
}
