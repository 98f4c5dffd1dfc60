//! Repetitions are posted once and new events are never dropped: requests over HTTP at times that the test sets.

use hookbell::store::{EventFilter, Repetitions};
use serde_json::{Value, json};

use crate::support::{RunningApp, SECRET, TestBridge, client, fetch, sequence};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// How long ago the tests begin: all times of theirs are past, so that no delivery has to wait.
const BEGIN: i64 = 800 * DAY;

/// A batch of elements without ids.
const BATCH: &str = r#"
title = "Batch"
verify = { scheme = "token", header = "X-Token" }
[body]
split = "/events"
[event]
type = "/type"
"#;

async fn bridge() -> TestBridge {
    let source = |name: &str, provider: &str, more: &str| {
        format!("[sources.{name}]\nprovider = \"{provider}\"\nsecret = \"{SECRET}\"\n{more}\n")
    };
    let config = [
        source("alertmanager", "alertmanager", ""),
        source("uptime-kuma", "uptime-kuma", ""),
        source("hour", "generic", "repeat = \"1h\"\n"),
        source("never", "generic", "repeat = \"0s\"\n"),
        source("batch", "batch", ""),
    ];
    TestBridge::builder().file("providers/batch.toml", BATCH).config(&config.concat()).start().await
}

/// Sends a body to a source so many seconds after the test's beginning; what it is answered, and the event's id.
async fn send(bridge: &TestBridge, source: &str, secs: i64, body: &Value) -> (String, String) {
    let provider = if ["hour", "never"].contains(&source) { "generic" } else { source };
    bridge.clock.set_offset((secs - BEGIN) * 1000);
    let response = bridge.post(&bridge.url(source), provider, &[], &body.to_string()).await;
    assert_eq!(response.status, 200, "{response:?}");
    (response.body["status"].as_str().expect("a status").to_owned(), response.event().to_owned())
}

/// Which of the requests at these seconds were events, all of the same bytes.
async fn accepted(bridge: &TestBridge, source: &str, body: &Value, seconds: &[i64]) -> Vec<i64> {
    let mut accepted = Vec::new();
    for secs in seconds {
        let (status, _) = send(bridge, source, *secs, body).await;
        assert!(["accepted", "duplicate"].contains(&status.as_str()), "{status}");
        if status == "accepted" {
            accepted.push(*secs);
        }
    }
    accepted
}

fn backup_failed() -> Value {
    json!({ "type": "backup.failed", "message": "Backup FAILED" })
}

#[tokio::test]
async fn what_happens_again_after_the_window_is_told_again() {
    let bridge = bridge().await;
    let nights = [0, 1, 30, 59, DAY, DAY + 5, 2 * DAY, 365 * DAY];
    assert_eq!(accepted(&bridge, "generic", &backup_failed(), &nights).await, [0, DAY, 2 * DAY, 365 * DAY]);
    bridge.drained().await;
    assert_eq!(bridge.discord.messages("2222").len(), 4);
    let (_, metrics) = bridge.ask("/metrics").await;
    assert!(metrics.contains(r#"hookbell_events_total{source="generic",outcome="duplicate"} 4"#), "{metrics}");
    bridge.stop().await;
}

#[tokio::test]
async fn a_sender_that_repeats_without_end_is_not_swallowed() {
    let bridge = bridge().await;
    assert_eq!(accepted(&bridge, "generic", &backup_failed(), &[0, 50, 100, 150, 200]).await, [0, 100, 200]);
    bridge.stop().await;
}

#[tokio::test]
async fn a_monitor_that_goes_down_and_up_again_is_told_each_time() {
    let bridge = bridge().await;
    let state = |state: &str| json!({ "type": "monitor", "title": "shop", "state": state });
    for (n, name) in ["down", "up", "down", "up"].into_iter().enumerate() {
        let at = i64::try_from(n).expect("small") * 5 * MINUTE;
        assert_eq!(send(&bridge, "generic", at, &state(name)).await.0, "accepted", "{n} {name}");
        assert_eq!(send(&bridge, "generic", at + 10, &state(name)).await.0, "duplicate", "{n} {name}");
        // Where nothing is ever sent again, ten seconds are enough.
        let at = i64::try_from(n).expect("small") * 10;
        assert_eq!(send(&bridge, "never", at, &state(name)).await.0, "accepted", "{n} {name}");
    }
    bridge.stop().await;
}

#[tokio::test]
async fn a_branch_that_is_created_deleted_and_created_again_is_told_three_times() {
    let bridge = bridge().await;
    // As GitLab before 17.4 sends it: without an `Idempotency-Key`.
    let zero = "0".repeat(40);
    let push = |before: &str, after: &str| json!({ "object_kind": "push", "event_name": "push", "before": before, "after": after, "ref": "refs/heads/lamp" });
    let (created, deleted) = (push(&zero, "1815"), push("1815", &zero));
    for (at, body) in [(0, &created), (HOUR, &deleted), (2 * HOUR, &created)] {
        assert_eq!(send(&bridge, "gitlab", at, body).await.0, "accepted", "{body}");
    }
    bridge.stop().await;
}

#[tokio::test]
async fn the_second_press_of_a_test_button_is_told() {
    let bridge = bridge().await;
    let test = json!({ "heartbeat": null, "monitor": null, "msg": "Lighthouse Testing" });
    assert_eq!(accepted(&bridge, "uptime-kuma", &test, &[0, 3]).await, [0, 3], "Uptime Kuma never repeats");
    assert_eq!(accepted(&bridge, "generic", &json!({ "message": "Test" }), &[0, 90]).await, [0, 90]);
    bridge.stop().await;
}

#[tokio::test]
async fn a_providers_id_is_a_repetition_for_good() {
    let mut bridge = bridge().await;
    let sale = json!({ "type": "sale", "id": "s1", "amount": 900 });
    let (status, first) = send(&bridge, "generic", 0, &sale).await;
    assert_eq!(status, "accepted");
    for at in [HOUR, 400 * DAY] {
        bridge = bridge.restart().await;
        assert_eq!(send(&bridge, "generic", at, &sale).await, ("duplicate".to_owned(), first.clone()));
    }
    // Also with other bytes: the sender's id is what counts.
    let other = json!({ "type": "sale", "id": "s1", "amount": 900, "attempt": 2 });
    assert_eq!(send(&bridge, "generic", 400 * DAY, &other).await.0, "duplicate");
    assert_eq!(send(&bridge, "generic", 400 * DAY, &json!({ "type": "sale", "id": "s2" })).await.0, "accepted");
    bridge.stop().await;
}

#[tokio::test]
async fn a_restart_neither_ends_the_window_nor_prolongs_it() {
    let bridge = bridge().await;
    let (_, first) = send(&bridge, "generic", 0, &backup_failed()).await;
    let bridge = bridge.restart().await;
    assert_eq!(send(&bridge, "generic", 59, &backup_failed()).await, ("duplicate".to_owned(), first));
    let bridge = bridge.restart().await;
    assert_eq!(send(&bridge, "generic", 60, &backup_failed()).await.0, "accepted");
    bridge.stop().await;
}

#[tokio::test]
async fn a_source_has_a_window_of_its_own() {
    let bridge = bridge().await;
    let times = [0, 0, 59, 61, HOUR - 1, HOUR];
    assert_eq!(accepted(&bridge, "hour", &backup_failed(), &times).await, [0, HOUR]);
    assert_eq!(accepted(&bridge, "never", &backup_failed(), &times).await, times);
    bridge.stop().await;
}

#[tokio::test]
async fn a_batch_without_ids_is_repeated_as_a_whole_and_told_again_later() {
    let bridge = bridge().await;
    let post = async |secs: i64, events: Value| {
        bridge.clock.set_offset((secs - BEGIN) * 1000);
        let request = client().post(bridge.url("batch")).header("x-token", SECRET);
        let body = json!({ "events": events }).to_string();
        fetch(request.header("content-type", "application/json").body(body)).await
    };
    let (down, up) = (json!({ "type": "down" }), json!({ "type": "up" }));
    let first = post(0, json!([down, up])).await;
    assert_eq!((&first.body["status"], &first.body["count"]), (&json!("accepted"), &json!(2)));
    let again = post(30, json!([down, up])).await;
    assert_eq!((&again.body["status"], again.event()), (&json!("duplicate"), first.event()));
    // The first two are repetitions, the third one is new, and so is what comes after the window.
    let more = post(50, json!([down, up, { "type": "sideways" }])).await;
    assert_eq!((&more.body["status"], &more.body["count"]), (&json!("accepted"), &json!(3)));
    assert_eq!(post(60, json!([down, up, down])).await.body["status"], "accepted");
    let kept = bridge.store.recent(EventFilter::default(), None, 20).await.expect("a list");
    assert_eq!(kept.len(), 5, "{kept:?}");
    let repetitions = bridge.details(first.event()).await.repetitions.expect("it came again");
    let apart = repetitions.last.since(repetitions.first).as_secs();
    assert!(repetitions.count == 2 && apart >= 19, "{repetitions:?}");
    bridge.stop().await;
}

#[tokio::test]
async fn of_equal_requests_at_once_one_is_told() {
    let bridge = bridge().await;
    let body = backup_failed();
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        requests.spawn(fetch(RunningApp::request(&bridge.url("generic"), "generic", &[], &body.to_string())));
    }
    let answers = requests.join_all().await;
    let accepted: Vec<_> = answers.iter().filter(|answer| answer.body["status"] == "accepted").collect();
    let [one] = accepted.as_slice() else { panic!("{answers:?}") };
    assert!(answers.iter().all(|answer| answer.event() == one.event()));
    let Some(Repetitions { count, .. }) = bridge.details(one.event()).await.repetitions else { panic!("none") };
    assert_eq!(count, 19);
    bridge.drained().await;
    assert_eq!(bridge.discord.messages("2222").len(), 1);
    bridge.stop().await;
}

#[tokio::test]
async fn alertmanager_that_fires_again_with_equal_bytes_is_told() {
    let Some(bodies) = sequence("alertmanager_fires_again") else { return };
    let bridge = bridge().await;
    assert_eq!(bodies[0], bodies[2], "the second outbreak has the bytes of the first");
    let mut ids = Vec::new();
    for (at, body) in [0, 2 * HOUR, 4 * HOUR].into_iter().zip(&bodies) {
        let (status, id) = send(&bridge, "alertmanager", at, body).await;
        assert_eq!(status, "accepted", "{body}");
        assert_eq!(send(&bridge, "alertmanager", at + 5, body).await, ("duplicate".to_owned(), id.clone()));
        ids.push(id);
        bridge.drained().await;
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let last = bridge.discord.messages("2222").into_iter().next_back().expect("a message");
    assert!(last.object.to_string().contains("Firing"), "{}", last.object);
    bridge.stop().await;
}

#[tokio::test]
async fn a_reminder_of_alertmanager_is_an_event() {
    let Some(bodies) = sequence("alertmanager_fires_again") else { return };
    let bridge = bridge().await;
    // `repeat_interval` sends the group again, byte by byte.
    let times = [0, 5 * MINUTE, 10 * MINUTE, 4 * HOUR];
    assert_eq!(accepted(&bridge, "alertmanager", &bodies[0], &times).await, times);
    bridge.stop().await;
}
