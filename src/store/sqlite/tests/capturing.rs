//! Captured secrets: one a window, kept over restarts, gone when forgotten; and a database from before them.

use super::*;
use hookbell_model::secret::Secret;

const MINUTE: Duration = Duration::from_secs(60);
const AT: Timestamp = Timestamp(1_795_255_200_000);

async fn open_window(folder: &TestFolder, source: &str) {
    folder.attach().await.open_window(source, AT, AT.after(MINUTE)).await.expect("a window");
}

async fn secrets(store: &Store, source: &str) -> Vec<String> {
    let secrets = store.capture(source).await.expect("asked").secrets;
    secrets.iter().map(|secret| secret.expose().to_owned()).collect()
}

#[tokio::test]
async fn a_window_takes_one_secret_between_its_times() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let keep = |secret: &str, at: Timestamp| store.keep_captured("asana", Secret::new(secret), at);
    assert_eq!(keep("early", AT).await, Ok(false));
    open_window(&folder, "asana").await;
    assert_eq!(keep("before", Timestamp(AT.0 - 1)).await, Ok(false));
    assert_eq!(keep("after", AT.after(MINUTE)).await, Ok(false));
    assert_eq!(store.keep_captured("notion", Secret::new("other"), AT).await, Ok(false));
    assert_eq!(keep("one", Timestamp(AT.0 + 1)).await, Ok(true));
    assert_eq!(keep("two", Timestamp(AT.0 + 2)).await, Ok(false));
    let window = store.capture("asana").await.expect("asked").window.expect("a window");
    assert!(window.captured == Some(Timestamp(AT.0 + 1)) && !window.is_open(Timestamp(AT.0 + 2)));
    // What has come in is not taken back by closing.
    folder.attach().await.close_window("asana", AT).await.expect("closed");
    assert!(store.capture("asana").await.expect("asked").window.is_some());

    open_window(&folder, "asana").await;
    assert_eq!(keep("two", Timestamp(AT.0 + 3)).await, Ok(true));
    open_window(&folder, "asana").await;
    assert_eq!(keep("one", Timestamp(AT.0 + 4)).await, Ok(true));
    assert_eq!(secrets(&store, "asana").await, ["one", "two"]);
    store.close().await;
    assert_eq!(secrets(&folder.open().await, "asana").await, ["one", "two"]);
}

#[tokio::test]
async fn a_window_is_opened_while_the_writer_is_busy() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let busy = async {
        for n in 0..50 {
            accept(&store, &format!("evt_{n}"), &["sales"]).await;
        }
    };
    let windows = async {
        for n in 0..10 {
            open_window(&folder, &format!("source-{n}")).await;
        }
    };
    tokio::join!(busy, windows);
    assert_eq!((folder.number("SELECT count(*) FROM events"), folder.number("SELECT count(*) FROM windows")), (50, 10));
}

#[tokio::test]
async fn a_removed_secret_is_not_in_the_file_any_more() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    open_window(&folder, "asana").await;
    assert_eq!(store.keep_captured("asana", Secret::new("tell-tale-secret"), AT).await, Ok(true));
    store.close().await;
    let holds = || {
        let bytes = std::fs::read(&folder.file).expect("the database");
        bytes.windows(16).any(|part| part == b"tell-tale-secret")
    };
    assert!(holds(), "it was there");
    assert_eq!(folder.attach().await.forget_captured("asana").await, Ok(1));
    assert_eq!(folder.attach().await.forget_captured("asana").await, Ok(0));
    assert!(!holds());
}
