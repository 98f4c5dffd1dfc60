//! `hookbell export` and `import`: what is taken from one database to another.

use super::*;

/// A folder with the same config and an empty database.
async fn empty(of: &Path) -> tempfile::TempDir {
    let other = tempfile::tempdir().expect("a folder");
    std::fs::copy(of.join("config.toml"), other.path().join("config.toml")).expect("a config");
    drop(Process::serve(other.path()).await);
    other
}

fn export(folder: &Path, filter: &[&str]) -> String {
    let output = hookbell(folder, &[&["export"], filter].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    text(&output.stdout)
}

fn import(folder: &Path, lines: &str, more: &[&str]) -> Output {
    std::fs::write(folder.join("events.jsonl"), lines).expect("a file");
    hookbell(folder, &[&["import", "events.jsonl", "--json"], more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_imported_and_exported_again_is_the_same_and_importing_twice_adds_nothing() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let server = Process::serve(folder.path()).await;
    for source in ["shop", "shop", "stripe"] {
        assert_eq!(hookbell(folder.path(), &["send", source]).status.code(), Some(0));
    }
    drop(server);
    let conn = rusqlite::Connection::open(folder.path().join("hookbell.db")).expect("it opens");
    conn.execute("UPDATE bodies SET body = x'00ff80' WHERE seq = 1", []).expect("a body that is no text");
    drop(conn);
    let exported = export(folder.path(), &[]);
    assert_eq!(exported.lines().count(), 4, "{exported}");
    assert!(exported.starts_with("{\"format\":\"hookbell-events\",\"version\":1,"), "{exported}");
    assert_eq!(export(folder.path(), &["--type", "!*", "--source", "shop"]).lines().count(), 1);
    assert_eq!(export(folder.path(), &["--source", "stripe", "--status", "delivered"]).lines().count(), 2);

    let posted = standin.messages("2222").len();
    let other = empty(folder.path()).await;
    let dry = json(&import(other.path(), &exported, &["--dry-run"]));
    assert_eq!((&dry["added"], &dry["known"]), (&3.into(), &0.into()));
    assert_eq!(export(other.path(), &[]).lines().count(), 1, "a dry run writes nothing");
    let first = json(&import(other.path(), &exported, &[]));
    assert_eq!((&first["added"], &first["new_ids"], &first["known"]), (&3.into(), &0.into(), &0.into()));
    assert_eq!(export(other.path(), &[]), exported);
    let second = json(&import(other.path(), &exported, &[]));
    assert_eq!((&second["added"], &second["known"]), (&0.into(), &3.into()));
    assert_eq!(export(other.path(), &[]), exported);
    let server = Process::serve(other.path()).await;
    assert_eq!(hookbell(other.path(), &["send", "shop"]).status.code(), Some(0));
    drop(server);
    assert_eq!(standin.messages("2222").len(), posted + 1, "only what was sent now is posted");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_taken_becomes_a_new_one_and_what_was_on_its_way_is_not_sent() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let server = Process::serve(folder.path()).await;
    eventually("the lane is there", async || text(&hookbell(folder.path(), &["lanes"]).stdout).contains("alerts"))
        .await;
    hookbell(folder.path(), &["lanes", "pause", "alerts"]);
    server.wait_for_output("the lane is paused by an operator", 1).await;
    hookbell(folder.path(), &["send", "shop", "--count", "1", "--wait", "100ms"]);
    drop(server);
    let exported = export(folder.path(), &[]);
    assert!(exported.contains("\"status\":\"pending\""), "{exported}");
    let other = empty(folder.path()).await;
    let server = Process::serve(other.path()).await;
    assert_eq!(hookbell(other.path(), &["send", "stripe"]).status.code(), Some(0));
    let posted = standin.messages("2222").len();
    let imported = json(&import(other.path(), &exported, &[]));
    let found = (&imported["added"], &imported["new_ids"], &imported["muted"]);
    assert_eq!(found, (&1.into(), &1.into(), &1.into()));
    assert_eq!(hookbell(other.path(), &["send", "shop"]).status.code(), Some(0));
    assert_eq!(standin.messages("2222").len(), posted + 1, "what was imported is not sent");
    drop(server);
    assert_eq!(json(&import(other.path(), &exported, &[]))["known"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_with_a_mistake_is_named_and_then_nothing_is_imported() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let server = Process::serve(folder.path()).await;
    assert_eq!(hookbell(folder.path(), &["send", "shop"]).status.code(), Some(0));
    drop(server);
    let exported = export(folder.path(), &[]);
    let [header, event] = exported.lines().collect::<Vec<_>>()[..] else { panic!("{exported}") };
    let later = event.replacen("\"received\":\"2", "\"received\":\"x2", 1);
    let other = empty(folder.path()).await;
    let lines = [header, event, "{", &later, r#"{"id":"?"}"#].join("\n");
    let wrong = import(other.path(), &lines, &[]);
    let printed = text(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(1), "{printed}");
    for line in ["events.jsonl:3: EOF", "events.jsonl:4: `x2", "events.jsonl:5: missing field `source`"] {
        assert!(printed.contains(line), "{printed}");
    }
    assert!(printed.ends_with("3 mistakes; nothing was imported\n"), "{printed}");
    let foreign = text(&import(other.path(), "{}\n{}\n", &[]).stderr);
    assert!(foreign.contains("events.jsonl:1: expected the first line that `hookbell export` writes"), "{foreign}");
    assert_eq!(export(other.path(), &[]).lines().count(), 1);
}
