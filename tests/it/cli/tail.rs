//! `hookbell events tail` beside a running server, and the filters that it shares with `events list`.

use std::io::Write;

use super::*;

/// The lines of its stdout that are JSON, by the type of their event.
fn lines(tail: &Process) -> Vec<(String, String)> {
    let output = tail.output();
    let objects = output.lines().map(|line| serde_json::from_str::<Value>(line).expect("one JSON object a line"));
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    objects.map(|line| (word(&line["type"]), word(&line["status"]))).collect()
}

fn send(folder: &Path, event_type: &str) {
    let body = format!(r#"{{"type":"{event_type}","id":"{event_type}","name":"Ada"}}"#);
    std::fs::File::create(folder.join("payload.json"))
        .and_then(|mut file| file.write_all(body.as_bytes()))
        .expect("a file");
    let sent = hookbell(folder, &["send", "shop", "--payload", "payload.json"]);
    assert_eq!(sent.status.code(), Some(0), "{sent:?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn tail_begins_with_the_last_events_follows_new_ones_with_their_outcome_and_ends_with_zero() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let _server = Process::serve(folder.path()).await;
    for event_type in ["order.first", "order.second", "order.third"] {
        send(folder.path(), event_type);
    }
    let tail = Process::start(folder.path(), &["events", "tail", "--lines", "2", "--json"], |command| command);
    tail.wait_for_output("order.third", 1).await;
    send(folder.path(), "order.fourth");
    tail.wait_for_output("order.fourth", 1).await;
    let expected = ["order.second", "order.third", "order.fourth"].map(|one| (one.to_owned(), "delivered".to_owned()));
    assert_eq!(lines(&tail), expected);
    let text = Process::start(folder.path(), &["events", "tail", "--lines", "1"], |command| command);
    text.wait_for_output("shop  order.fourth", 1).await;
    assert!(text.output().contains("  alerts → delivered"), "{}", text.output());
    tail.signal("INT");
    assert_eq!(tail.exit_status().await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn tail_prints_a_delivery_that_waits_after_two_seconds_and_again_when_it_is_over() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let server = Process::serve(folder.path()).await;
    eventually("the lane is there", async || text(&hookbell(folder.path(), &["lanes"]).stdout).contains("alerts"))
        .await;
    assert_eq!(hookbell(folder.path(), &["lanes", "pause", "alerts"]).status.code(), Some(0));
    server.wait_for_output("the lane is paused by an operator", 1).await;
    let all = Process::start(folder.path(), &["events", "tail", "--json"], |command| command);
    let dropped = ["events", "tail", "--json", "--status", "muted"];
    let muted = Process::start(folder.path(), &dropped, |command| command);
    hookbell(folder.path(), &["send", "shop", "--count", "1", "--wait", "100ms"]);
    all.wait_for_output("\"status\":\"pending\"", 1).await;
    hookbell(folder.path(), &["lanes", "purge", "alerts", "--yes"]);
    muted.wait_for_output("\"status\":\"muted\"", 1).await;
    all.wait_for_output("\"status\":\"muted\"", 1).await;
    let statuses = |tail: &Process| lines(tail).into_iter().map(|(_, status)| status).collect::<Vec<_>>();
    assert_eq!((statuses(&all), statuses(&muted)), (vec!["pending".into(), "muted".into()], vec!["muted".into()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn types_are_globs_of_which_several_may_be_given_and_some_left_out() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let _server = Process::serve(folder.path()).await;
    for event_type in ["order.paid", "order.shipped", "signup", "visit"] {
        send(folder.path(), event_type);
    }
    let listed = |filter: &[&str]| {
        let arguments = [&["events", "list", "--json"], filter].concat();
        let events = json(&hookbell(folder.path(), &arguments));
        let types = events.as_array().expect("a list").iter().map(|event| event["type"].as_str().unwrap_or_default());
        types.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(listed(&["--type", "order.*"]), ["order.shipped", "order.paid"]);
    assert_eq!(listed(&["--type", "order.*,signup"]), ["signup", "order.shipped", "order.paid"]);
    assert_eq!(listed(&["--type", "order.*", "--type", "!*.paid"]), ["order.shipped"]);
    assert_eq!(listed(&["--type", "!order.*", "--status", "delivered"]), ["visit", "signup"]);
    let tail = Process::start(folder.path(), &["events", "tail", "--type", "!order.*", "--json"], |command| command);
    tail.wait_for_output("visit", 1).await;
    send(folder.path(), "order.returned");
    send(folder.path(), "sign-off");
    tail.wait_for_output("sign-off", 1).await;
    let types: Vec<String> = lines(&tail).into_iter().map(|(event_type, _)| event_type).collect();
    assert_eq!(types, ["signup", "visit", "sign-off"]);
    let replayed = ["events", "replay", "--status", "delivered", "--type", "order.*,!*.paid", "--dry-run", "--json"];
    let replayed = text(&hookbell(folder.path(), &replayed).stdout);
    assert_eq!(replayed.matches("\"event\"").count(), 2, "{replayed}");
}

#[test]
fn a_status_that_no_event_can_have_is_refused_with_those_that_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = hookbell(folder.path(), &["events", "list", "--status", "failed"]);
    let printed = text(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(2));
    let all = "[possible values: delivered, pending, collecting, dead, unrouted, muted, merged]";
    assert!(printed.contains(all), "{printed}");
}
