//! `hookbell backup` beside a running server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::support::{RunningApp, SECRET};

/// Sends one, and returns the id with which it was answered.
async fn accept(public: SocketAddr, number: usize) -> String {
    let body = format!(r#"{{"type":"order","id":"{number}","name":"Ada"}}"#);
    let answer = fetch(RunningApp::request(&format!("http://{public}/hooks/shop"), "generic", &[], &body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["event"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_beside_a_busy_server_holds_every_event_that_was_answered_before_it_began() {
    let standin = stand_in().await;
    let (folder, public) = folder(&standin);
    let config = folder.path().join("config.toml");
    let text_of_config = std::fs::read_to_string(&config).expect("a config").replace("shop-secret", SECRET);
    std::fs::write(&config, text_of_config).expect("a config");
    let server = Process::serve(folder.path()).await;
    let mut answered = Vec::new();
    for number in 0..50 {
        answered.push(accept(public, number).await);
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (1..5)
        .map(|sender| {
            let is_over = Arc::clone(&is_over);
            tokio::spawn(async move {
                let mut number = sender * 100_000;
                while !is_over.load(Ordering::Relaxed) {
                    accept(public, number).await;
                    number += 1;
                }
                number - sender * 100_000
            })
        })
        .collect();
    let path = folder.path().to_owned();
    let backup = tokio::task::spawn_blocking(move || hookbell(&path, &["backup", "copy.db", "--json"]));
    let backup = backup.await.expect("no panic");
    is_over.store(true, Ordering::Relaxed);
    let mut meanwhile = 0;
    for sender in senders {
        meanwhile += sender.await.expect("every event was accepted");
    }
    assert!(meanwhile > 0, "the server was idle");
    assert_eq!(backup.status.code(), Some(0), "{backup:?}");
    let printed = json(&backup);
    let copy = folder.path().join("copy.db");
    assert_eq!(printed["bytes"], std::fs::metadata(&copy).expect("a file").len());
    assert!(printed["events"].as_u64().is_some_and(|events| events >= 50), "{printed}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&copy).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    drop(server);
    let restored = tempfile::tempdir().expect("a folder");
    std::fs::copy(folder.path().join("config.toml"), restored.path().join("config.toml")).expect("a config");
    std::fs::rename(&copy, restored.path().join("hookbell.db")).expect("the copy");
    let _server = Process::serve(restored.path()).await;
    let listed = json(&hookbell(restored.path(), &["events", "list", "--count", "1000000", "--json"]));
    let listed: Vec<&str> =
        listed.as_array().expect("a list").iter().filter_map(|event| event["id"].as_str()).collect();
    let lost: Vec<&String> = answered.iter().filter(|id| !listed.contains(&id.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?} of {}", listed.len());
    // Nothing is left of the attempt.
    let rest = std::fs::read_dir(folder.path()).expect("a folder").filter_map(Result::ok);
    let rest: Vec<_> = rest.filter(|entry| entry.file_name().to_string_lossy().starts_with(".hookbell")).collect();
    assert!(rest.is_empty(), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_replaces_no_file_unless_it_is_told_to_and_never_the_database() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let none = hookbell(folder.path(), &["backup", "copy.db"]);
    assert!(none.status.code() == Some(1) && text(&none.stderr).contains("there is no database at"), "{none:?}");
    let server = Process::serve(folder.path()).await;
    let copy = folder.path().join("copy.db");
    std::fs::write(&copy, "something else").expect("a file");
    let refused = hookbell(folder.path(), &["backup", "copy.db"]);
    assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains("--force"), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&copy).expect("a file"), "something else");
    let forced = hookbell(folder.path(), &["backup", "copy.db", "--force"]);
    assert_eq!(forced.status.code(), Some(0), "{forced:?}");
    assert!(text(&forced.stdout).contains("0 events, 0 deliveries; checked"), "{forced:?}");
    let itself = hookbell(folder.path(), &["backup", "hookbell.db", "--force"]);
    assert!(itself.status.code() == Some(2) && text(&itself.stderr).contains("the database itself"), "{itself:?}");
    drop(server);
}
