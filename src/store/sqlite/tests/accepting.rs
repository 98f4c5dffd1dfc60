//! Accepted events are on disk, stored once, and wake their lanes.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_reference_from_50_tasks_is_new_once() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.accept(event("shop", "evt_1"), raw(), to(&["sales"])).await })
        })
        .collect();
    let (mut new, mut duplicate) = (Vec::new(), Vec::new());
    for task in tasks {
        match task.await.expect("no panic").expect("accepted") {
            Accepted::New(id) => new.push(id),
            Accepted::Duplicate(id) => duplicate.push(id),
        }
    }
    assert_eq!((new.len(), duplicate.len()), (1, 49));
    assert!(duplicate.iter().all(|id| *id == new[0]));
    assert_eq!(folder.number("SELECT count(*) FROM deliveries"), 1);
    assert!(matches!(store.accept(event("other", "evt_1"), raw(), to(&[])).await, Ok(Accepted::New(_))));
}

#[tokio::test]
async fn an_accepted_event_is_in_the_file() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for n in 0..20 {
        accept(&store, &n.to_string(), &["sales", "audit"]).await;
        assert_eq!(folder.number("SELECT count(*) FROM events JOIN bodies USING (seq)"), n + 1);
        assert_eq!(folder.number("SELECT count(*) FROM deliveries"), 2 * (n + 1));
    }
}

#[tokio::test]
async fn a_crash_right_after_the_answer_loses_nothing() {
    let (folder, crashed) = (TestFolder::new(), TestFolder::new());
    let store = folder.open().await;
    let id = accept(&store, "evt_1", &["sales"]).await;
    // The files as a power cut would leave them: the log not yet moved into the database.
    for file in ["hookbell.db", "hookbell.db-wal"] {
        std::fs::copy(folder.folder.path().join(file), crashed.folder.path().join(file)).expect("copied");
    }
    let work = head(&crashed.open().await, "sales").await;
    assert_eq!(work.event, Event { id, ..event("shop", "evt_1") });
    assert_eq!(work.raw, raw());
    assert_eq!(work.delivery.plan, to(&["sales"])[0].plan);
    assert_eq!((work.delivery.status, work.delivery.attempts), (Status::Pending, 0));
}

#[tokio::test]
async fn ids_are_not_given_twice() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let first = accept(&store, "evt_1", &[]).await;
    assert_eq!(store.prune(Timestamp(9000), 10).await, Ok(1));
    assert!(accept(&store, "evt_2", &[]).await > first);
}

/// Whether it woke before the poll was due.
async fn woke(wakeup: &mut Wakeup) -> bool {
    let poll = Duration::from_millis(300);
    let start = std::time::Instant::now();
    wakeup.wait(poll).await;
    start.elapsed() < poll
}

#[tokio::test]
async fn a_wakeup_registered_before_the_query_misses_nothing() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let mut sales = store.wakeup("sales");
    let mut audit = store.wakeup("audit");
    accept(&store, "evt_1", &["sales"]).await;
    assert!(woke(&mut sales).await);
    assert!(!woke(&mut audit).await);
    assert!(matches!(store.accept(event("shop", "evt_1"), raw(), to(&["sales"])).await, Ok(Accepted::Duplicate(_))));
    assert!(!woke(&mut sales).await);
    store.unpark_lane("sales").await.expect("freed");
    assert!(woke(&mut sales).await);
    drop(store);
    assert!(!woke(&mut sales).await, "a wakeup without a store must not spin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accept_whose_caller_is_gone_is_kept_and_wakes_the_lane() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let mut wakeup = store.wakeup("sales");
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let begun = std::sync::Arc::new(tokio::sync::Notify::new());
    let blocker = tokio::spawn({
        let (store, begun) = (store.clone(), begun.clone());
        let held = std::sync::Mutex::new(held);
        let hold = move |_: &rusqlite::Connection| {
            begun.notify_one();
            Ok(held.lock().expect("free").recv().is_ok())
        };
        async move { sqlite(&store).write(hold).await }
    });
    begun.notified().await;
    let left = tokio::time::timeout(Duration::from_millis(20), accept(&store, "evt_1", &["sales"])).await;
    assert!(left.is_err());
    hold.send(()).expect("held");
    wakeup.wait(Duration::from_secs(10)).await;
    assert_eq!(head(&store, "sales").await.event.reference, "evt_1");
    blocker.await.expect("no panic").expect("written");
}

#[tokio::test]
async fn closing_finishes_what_was_queued() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let waiting: Vec<_> = (0..300)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.accept(event("shop", &n.to_string()), raw(), to(&["sales"])).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut kept = 0;
    for task in waiting {
        match task.await.expect("no panic") {
            Ok(_) => kept += 1,
            Err(error) => assert!(matches!(error, Error::Unavailable(_)), "{error}"),
        }
    }
    assert!(kept > 0);
    assert!(!folder.folder.path().join("hookbell.db-wal").exists());
    assert_eq!(folder.number("SELECT count(*) FROM events"), kept);
    assert!(matches!(store.check_writable().await, Err(Error::Unavailable(_))));
    assert!(matches!(store.heads("sales", 1).await, Err(Error::Unavailable(_))));
    store.close().await;
    folder.open().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_moved_into_the_file() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for round in 0..30 {
        let many = (0..32).map(|n| {
            let bytes = Raw { body: vec![b'x'; 20_000], ..raw() };
            let store = store.clone();
            tokio::spawn(async move { store.accept(event("shop", &format!("{round}/{n}")), bytes, to(&["a"])).await })
        });
        for task in many.collect::<Vec<_>>() {
            task.await.expect("no panic").expect("accepted");
        }
    }
    // The writer begins the log anew once a checkpoint has caught up with it.
    let look = Connection::open(&folder.file).expect("it opens");
    let log = || look.query_row(sql::LOG_SIZE, [], |row| row.get::<_, i64>(1)).expect("a number");
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while log() > 1000 {
        assert!(std::time::Instant::now() < deadline, "the log is never moved");
        store.check_writable().await.expect("writable");
    }
}

#[tokio::test]
async fn the_events_of_one_request_are_kept_in_order_and_their_lanes_woken() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let one = |reference: &str, destination: &str| {
        let (event, identity, deliveries) = (event("shop", reference), Identity::Id, to(&[destination]));
        NewEvent { event, identity, raw: raw(), receipt: None, deliveries, sales: Vec::new() }
    };
    let accepted = store.accept_all(vec![one("a", "x"), one("b", "y"), one("a", "x")]).await.expect("accepted");
    let [Accepted::New(a), Accepted::New(b), Accepted::Duplicate(again)] = accepted.as_slice() else {
        panic!("{accepted:?}")
    };
    assert!(a < b && again == a);
    assert!(
        store.heads("x", 1).await.expect("asked").len() == 1 && store.heads("y", 1).await.expect("asked").len() == 1
    );
    assert_eq!(store.accept_all(Vec::new()).await, Ok(Vec::new()));
}
