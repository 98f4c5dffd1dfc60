//! Full disks, read-only files, requests that fail or panic, newer and foreign databases.

use super::*;

async fn pragma(store: &Store, text: &'static str) {
    sqlite(store).write(move |conn| conn.execute_batch(text)).await.expect("set");
}

#[tokio::test]
async fn a_full_disk_refuses_keeps_nothing_and_recovers() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    accept(&store, "before", &["sales"]).await;
    pragma(&store, "PRAGMA max_page_count = 1").await;
    let large = Raw { body: vec![b'x'; 100_000], ..raw() };
    let words = unavailable(store.accept(event("shop", "evt_1"), large.clone(), to(&["sales"])).await);
    assert!(words.contains("full"), "{words}");
    assert_eq!(folder.number("SELECT count(*) FROM events"), 1);
    assert_eq!(folder.number("SELECT count(*) FROM deliveries"), 1);
    pragma(&store, "PRAGMA max_page_count = 1000000").await;
    assert!(matches!(store.accept(event("shop", "evt_1"), large, to(&["sales"])).await, Ok(Accepted::New(_))));
}

#[tokio::test]
async fn a_read_only_database_refuses_and_recovers_by_itself() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    pragma(&store, "PRAGMA query_only = ON").await;
    let words = unavailable(store.check_writable().await);
    assert!(words.contains("readonly"), "{words}");
    // The writer has opened the file anew.
    assert_eq!(store.check_writable().await, Ok(()));
    accept(&store, "evt_1", &["sales"]).await;
}

#[tokio::test]
async fn a_database_that_another_program_locks_refuses_and_recovers() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let other = Connection::open(&folder.file).expect("it opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let words = unavailable(store.accept(event("shop", "evt_1"), raw(), to(&["sales"])).await);
    assert!(words.contains("locked"), "{words}");
    assert_eq!(store.heads("sales", 1).await, Ok(Vec::new()), "readers go on");
    other.execute_batch("COMMIT").expect("free");
    accept(&store, "evt_1", &["sales"]).await;
}

/// Holds the writer so that all that follows lands in one batch.
async fn batch(store: &Store) -> std::sync::mpsc::Sender<()> {
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let (started, running) = tokio::sync::oneshot::channel();
    let (held, mut started) = (std::sync::Mutex::new(held), Some(started));
    let store = store.clone();
    tokio::spawn(async move {
        let wait = move |_: &Connection| {
            started.take().map(|started| started.send(()));
            held.lock().expect("free").recv().ok();
            Ok(())
        };
        sqlite(&store).write(wait).await
    });
    running.await.expect("the writer runs it");
    hold
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_request_fails_alone() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let hold = batch(&store).await;
    let good = |n: i32| {
        let store = store.clone();
        tokio::spawn(async move { store.accept(event("shop", &n.to_string()), raw(), to(&["sales"])).await })
    };
    let before = good(1);
    let (bad, worse) = (store.clone(), store.clone());
    let bad =
        tokio::spawn(
            async move { sqlite(&bad).write(|conn| conn.execute_batch("INSERT INTO nowhere VALUES (1)")).await },
        );
    let worse = tokio::spawn(async move { sqlite(&worse).write(|_| -> rusqlite::Result<()> { panic!("boom") }).await });
    let after = good(2);
    tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>()).await.expect_err("queued meanwhile");
    hold.send(()).expect("held");
    assert!(unavailable(bad.await.expect("no panic")).contains("nowhere"));
    assert!(unavailable(worse.await.expect("no panic")).contains("boom"));
    for task in [before, after] {
        assert!(matches!(task.await.expect("no panic"), Ok(Accepted::New(_))));
    }
    assert_eq!(folder.number("SELECT count(*) FROM events"), 2);
}

#[tokio::test]
async fn a_newer_database_is_refused_with_an_explanation() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    Connection::open(&folder.file).and_then(|conn| conn.pragma_update(None, "user_version", 99)).expect("set");
    for opened in [Store::open(&folder.config).await, Store::attach(&folder.config).await] {
        let Err(Error::TooNew(words)) = opened else { panic!("opened") };
        let known = sql::MIGRATIONS.len();
        assert!(words.contains(&format!("written by a newer hookbell (schema 99, this one knows {known})")), "{words}");
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let folder = TestFolder::new();
    let other = Connection::open(&folder.file).expect("it opens");
    other.execute_batch("CREATE TABLE songs (title TEXT)").expect("made");
    assert!(unavailable(Store::open(&folder.config).await).contains("another program"));
    std::fs::write(&folder.file, "not a database at all, but long enough to be read as one").expect("written");
    assert!(unavailable(Store::open(&folder.config).await).contains("not a database"));
}

#[tokio::test]
async fn a_second_server_is_refused_and_queries_beside_it_are_not() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = accept(&store, "evt_1", &["sales"]).await;
    let Err(Error::InUse(words)) = Store::open(&folder.config).await else { panic!("opened twice") };
    assert!(words.contains(&format!("(process {})", std::process::id())), "{words}");
    let beside = folder.attach().await;
    assert_eq!(beside.find(&id.to_string()).await, Ok(PrefixMatch::One(id)));
    assert!(unavailable(beside.check_writable().await).contains("questions only"));
    store.close().await;
    assert_eq!(beside.find(&id.to_string()).await, Ok(PrefixMatch::One(id)));
}

#[tokio::test]
async fn a_missing_file_or_folder_is_named() {
    let folder = TestFolder::new();
    let Err(Error::NotFound(text)) = Store::attach(&folder.config).await else { panic!("attached") };
    assert!(text.contains("no database at"), "{text}");
    let nowhere = Config::new(StoreUrl::sqlite(folder.folder.path().join("nowhere/hookbell.db")));
    assert!(unavailable(Store::open(&nowhere).await).contains("nowhere"));
}

#[tokio::test]
async fn a_row_of_a_newer_version_is_refused_and_not_misread() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    accept(&store, "evt_1", &["sales"]).await;
    pragma(&store, "UPDATE deliveries SET plan = '{\"v\":2,\"to\":\"the moon\"}'").await;
    assert!(unavailable(store.heads("sales", 1).await).contains("newer hookbell"));
}

#[cfg(unix)]
#[tokio::test]
async fn its_files_are_created_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TestFolder::new();
    let store = folder.open().await;
    accept(&store, "first", &["sales"]).await;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.folder.path()).expect("the folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("its permissions").permissions().mode() & 0o777;
        files.push(format!("{} {mode:o}", entry.file_name().to_string_lossy()));
    }
    files.sort();
    let expected = ["hookbell.db 600", "hookbell.db-shm 600", "hookbell.db-wal 600", "hookbell.db.lock 600"];
    assert_eq!(files, expected);
    // One that an operator opened to others stays so.
    store.close().await;
    std::fs::set_permissions(&folder.file, PermissionsExt::from_mode(0o640)).expect("changed");
    drop(folder.open().await);
    assert_eq!(std::fs::metadata(&folder.file).expect("the file").permissions().mode() & 0o777, 0o640);
}
