//! Databases of earlier versions are brought up to date with everything that is in them.

use tokio_util::sync::CancellationToken;

use super::*;

/// An event with a delivery that was given up and one that waits, in a parked lane, as the first schema kept them.
const ROWS: &str = "
    INSERT INTO classes VALUES (1, 'shop', 'payment', 'invoice.paid');
    INSERT INTO events (seq, class, ref, provider, facts, time, received, routed)
    VALUES (1, 1, 'evt_1', 'stripe', '{\"v\":1}', 900, 1000, 1);
    INSERT INTO bodies VALUES (1, '{\"v\":1,\"headers\":{}}', x'7b7d');
    INSERT INTO deliveries (event, class, destination, plan, status, not_before, reason, created, updated) VALUES
        (1, 1, 'sales', '{\"v\":1}', 'dead', 1000, 'given up after 8d and 21 tries: HTTP 503', 1000, 2000),
        (1, 1, 'ops', '{\"v\":1,\"template\":\"stripe.payment\"}', 'pending', 1000, '', 1000, 1000);
    INSERT INTO attempts VALUES (1, 1, 1500, 90, 'failed', 'HTTP 503');
    INSERT INTO lanes (destination, parked_reason, parked_fingerprint, parked_since)
    VALUES ('ops', 'HTTP 404, code 10015: Unknown Webhook', 'f1', 7);";

/// A database of the version that had so many migrations.
fn old_database(folder: &TestFolder, version: usize) {
    let old = Connection::open(&folder.file).expect("it opens");
    for migration in &sql::MIGRATIONS[..version] {
        old.execute_batch(migration).expect("an old schema");
    }
    old.execute_batch(ROWS).expect("old rows");
    old.pragma_update(None, "user_version", i64::try_from(version).expect("small")).expect("set");
}

#[tokio::test]
async fn rows_of_every_earlier_version_stay_readable() {
    for version in 1..sql::MIGRATIONS.len() {
        let folder = TestFolder::new();
        old_database(&folder, version);
        assert!(unavailable(Store::attach(&folder.config).await).contains("start `hookbell serve` once"));
        let store = folder.open().await;
        let details = store.details(EventId(1)).await.expect("asked").expect("kept");
        let [(dead, attempts), (pending, _)] = details.deliveries.as_slice() else { panic!("{details:?}") };
        let text = "given up after 8d and 21 tries: HTTP 503".to_owned();
        assert_eq!(dead.reason, Some(Reason::Untyped { text }), "version {version}");
        assert_eq!(attempts[0].outcome, AttemptOutcome::Failed);
        assert_eq!((&pending.reason, pending.plan.template.as_deref()), (&None, Some("stripe.payment")));
        let lanes = store.lanes().await.expect("asked");
        let parked = lanes[0].parked.clone().expect("parked");
        assert_eq!(parked.reason, ParkReason::Untyped { text: "HTTP 404, code 10015: Unknown Webhook".to_owned() });
        assert_eq!(store.history(None, None, 10).await.map(|page| page.len()), Ok(1));

        // And it is written to like a new one.
        store.settle(vec![settled(pending.id, Status::Delivered)], Timestamp(1)).await.expect("settled");
        let details = store.details(EventId(1)).await.expect("asked").expect("kept");
        assert_eq!(details.deliveries[1].0.reason, Some(settled(pending.id, Status::Delivered).reason));
        assert!(Store::attach(&folder.config).await.is_ok());
    }
}

#[tokio::test]
async fn an_event_of_an_earlier_version_is_still_known_by_id_and_by_bytes() {
    for version in 1..sql::MIGRATIONS.len() {
        let folder = TestFolder::new();
        old_database(&folder, version);
        let store = folder.open().await;
        let again = async |identity, after: i64| {
            let event = Event { received: Timestamp(1000 + after), ..event("shop", "evt_1") };
            let new =
                NewEvent { event, identity, raw: raw(), receipt: None, deliveries: Vec::new(), sales: Vec::new() };
            store.accept_all(vec![new]).await.expect("accepted")
        };
        let by_body = Identity::Body { repeat: Duration::from_secs(60) };
        assert_eq!(again(Identity::Id, 86_400_000).await, [Accepted::Duplicate(EventId(1))], "version {version}");
        assert_eq!(again(by_body, 59_999).await, [Accepted::Duplicate(EventId(1))], "version {version}");
        assert_eq!(again(by_body, 60_000).await, [Accepted::New(EventId(2))], "version {version}");
    }
}

#[tokio::test]
async fn numbers_that_an_earlier_version_gave_are_not_given_again() {
    let folder = TestFolder::new();
    old_database(&folder, 5);
    // What it had given up to 40, and pruned.
    let old = Connection::open(&folder.file).expect("it opens");
    old.execute_batch("DELETE FROM events; UPDATE sqlite_sequence SET seq = 40 WHERE name = 'events'").expect("pruned");
    drop(old);
    let store = folder.open().await;
    assert_eq!(accept(&store, "evt_2", &[]).await, EventId(41));
}

#[tokio::test]
async fn a_copy_of_an_old_database_holds_the_same_and_can_shrink() {
    let folder = TestFolder::new();
    old_database(&folder, 3);
    let copy = folder.file.with_extension("copy");
    std::fs::File::create(&copy).expect("a file");
    let summary = Store::back_up(&folder.config, &copy, CancellationToken::new()).await.expect("copied");
    assert_eq!((summary.events, summary.deliveries, summary.schema), (1, 2, 3));
    let copy = Connection::open(&copy).expect("it opens");
    assert_eq!(copy.query_row(sql::inspect::AUTO_VACUUM, [], |row| row.get(0)), Ok(sql::inspect::INCREMENTAL));
}
