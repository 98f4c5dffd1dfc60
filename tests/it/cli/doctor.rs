//! `hookbell doctor` beside a running server, without one, and where something is wrong.

use super::*;

/// The level of each check, and its data.
fn findings(output: &Output, check: &str) -> Vec<Value> {
    let printed = json(output);
    let all = printed["checks"].as_array().expect("a list").clone();
    all.into_iter().filter(|finding| finding["check"] == check).collect()
}

fn level(output: &Output, check: &str) -> String {
    findings(output, check).first().and_then(|finding| finding["level"].as_str()).unwrap_or("none").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_finds_a_healthy_server_well_and_says_what_is_not_checked() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let admin = free_port();
    let path = folder.path().join("config.toml");
    let config = std::fs::read_to_string(&path).expect("a config");
    let token = "admin-token-of-the-test";
    let config = config.replace("127.0.0.1:0", &admin.to_string());
    let config = config.replacen("[server]\n", &format!("[server]\nadmin_token = \"{token}\"\n"), 1);
    std::fs::write(&path, config).expect("a config");
    let before = hookbell(folder.path(), &["doctor", "--json"]);
    assert_eq!((level(&before, "store"), level(&before, "server")), ("skipped".into(), "warning".into()), "{before:?}");
    let _server = Process::serve(folder.path()).await;
    let doctor = hookbell(folder.path(), &["doctor", "--full", "--json"]);
    assert_eq!((doctor.status.code(), &json(&doctor)["ok"]), (Some(0), &true.into()), "{doctor:?}");
    for check in ["config", "integrity", "schema", "size", "log", "server", "config_in_use"] {
        assert_eq!(level(&doctor, check), "ok", "{check}: {doctor:?}");
    }
    assert_eq!(findings(&doctor, "config_in_use")[0]["state"], "current");
    assert_eq!(level(&doctor, "certificate"), "skipped");
    let text = text(&hookbell(folder.path(), &["doctor"]).stdout);
    assert!(text.contains("ok       database: sound\n"), "{text}");
    assert!(
        text.contains("skipped  certificate: not looked at, because the config has no `[server] public_url`"),
        "{text}"
    );
    // Another token in the file than the server has.
    let config = std::fs::read_to_string(&path).expect("a config").replace(token, "another-token-of-the-test");
    std::fs::write(folder.path().join("other.toml"), config).expect("a config");
    let other = hookbell(folder.path(), &["doctor", "--config", "other.toml", "--json"]);
    assert_eq!(findings(&other, "config_in_use")[0]["state"]["refused"]["status"], 401, "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_reports_damage_a_stopped_lane_and_dead_deliveries_and_ends_with_one() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let server = Process::serve(folder.path()).await;
    assert_eq!(hookbell(folder.path(), &["send", "shop"]).status.code(), Some(0));
    assert_eq!(hookbell(folder.path(), &["lanes", "pause", "alerts", "--reason", "a flood"]).status.code(), Some(0));
    server.wait_for_output("the lane is paused by an operator", 1).await;
    let paused = findings(&hookbell(folder.path(), &["doctor", "--json"]), "lane");
    assert_eq!((&paused[0]["level"], &paused[0]["state"]), (&"warning".into(), &"paused".into()), "{paused:?}");
    assert_eq!(paused[0]["advice"], "`hookbell lanes resume alerts` lets it go on");
    drop(server);
    let conn = rusqlite::Connection::open(folder.path().join("hookbell.db")).expect("it opens");
    let now = hookbell_model::timestamp::Timestamp::now().0;
    conn.execute("UPDATE deliveries SET status = 'dead', updated = ?1", [now]).expect("changed");
    let dead = hookbell(folder.path(), &["doctor", "--json"]);
    assert_eq!(dead.status.code(), Some(0), "a warning is no error: {dead:?}");
    assert_eq!((level(&dead, "dead"), &findings(&dead, "dead")[0]["count"]), ("warning".into(), &1.into()));
    // An index that lacks a row: no page is broken, but what is looked for is not found.
    let root: i64 = conn
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'events_by_received'", [], |row| row.get(0))
        .expect("an index");
    let page: i64 = conn.query_row("PRAGMA page_size", [], |row| row.get(0)).expect("a size");
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("moved");
    drop(conn);
    let path = folder.path().join("hookbell.db");
    let mut bytes = std::fs::read(&path).expect("a file");
    let begin = usize::try_from((root - 1) * page).expect("a place");
    bytes[begin..begin + 100].fill(0xff);
    std::fs::write(&path, bytes).expect("written");
    let damaged = hookbell(folder.path(), &["doctor", "--json"]);
    assert_eq!(damaged.status.code(), Some(1), "{damaged:?}");
    let is_found = level(&damaged, "integrity") == "error" || level(&damaged, "store") == "error";
    assert!(is_found, "{damaged:?}");
}
