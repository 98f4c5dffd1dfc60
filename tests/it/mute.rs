//! Mutes: made and ended by commands beside the running server, which holds back messages and reports how many.

use std::path::Path;
use std::process::{Command, Output};

use hookbell_model::delivery::{Reason, Status};
use serde_json::{Value, json};

use crate::support::{TestBridge, channel_text, eventually};

/// A message with a key, which rings again when its severity rises.
const TEMPLATES: &str = r#"
provider = "generic"
[[message]]
name = "host"
on = ["host.*"]
key = "host:{{ payload.host }}"
severity = "{{ event.severity }}"
title = "{{ payload.host }} is {{ payload.state }}"
closed = "payload.state == 'up'"
"#;

async fn hookbell(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
    command.args(args).arg("--config").arg(folder.join("config.toml"));
    tokio::task::spawn_blocking(move || command.output().expect("hookbell")).await.expect("it ran")
}

/// Runs a command that must succeed; its stdout.
async fn done(folder: &Path, args: &[&str]) -> String {
    let output = hookbell(folder, args).await;
    assert_eq!(output.status.code(), Some(0), "{args:?} {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

async fn bridge() -> TestBridge {
    TestBridge::builder().file("templates/own.toml", TEMPLATES).start().await
}

async fn send(bridge: &TestBridge, body: Value) -> String {
    let response = bridge.send("generic", &[], &body.to_string()).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.event().to_owned()
}

/// Sends events of this type until one of them is muted: the lanes follow within two seconds.
async fn until_muted(bridge: &TestBridge, event_type: &str) -> usize {
    let mut sent = 0;
    eventually("the mute is followed", async || {
        sent += 1;
        let id = send(bridge, json!({ "type": event_type, "id": format!("{event_type}-{sent}"), "title": "x" })).await;
        bridge.drained().await;
        status(bridge, &id).await == Status::Muted
    })
    .await;
    sent
}

async fn status(bridge: &TestBridge, id: &str) -> Status {
    bridge.details(id).await.deliveries[0].0.status
}

fn channel(bridge: &TestBridge) -> String {
    channel_text::of(&bridge.discord.messages("2222"))
}

fn host(state: &str, severity: &str, n: u32) -> Value {
    json!({ "type": "host.state", "id": format!("h{n}"), "host": "db-1", "state": state, "severity": severity })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_holds_back_messages_beside_the_running_server_and_says_once_how_many_when_it_ends() {
    let mut bridge = bridge().await;
    let folder = bridge.folder.path().to_owned();
    let made = done(&folder, &["mute", "--type", "push*", "--for", "1h", "--reason", "a deploy"]).await;
    assert!(made.starts_with("mute 1: type push*, until "), "{made}");
    let posted = until_muted(&bridge, "push").await - 1;
    let held = send(&bridge, json!({ "type": "push", "id": "critical", "title": "x", "severity": "critical" })).await;
    let other = send(&bridge, json!({ "type": "signup", "id": "s1", "title": "not muted" })).await;
    bridge.drained().await;
    assert_eq!((status(&bridge, &held).await, status(&bridge, &other).await), (Status::Muted, Status::Delivered));
    let details = bridge.details(&held).await;
    let Some(Reason::Muted(by)) = &details.deliveries[0].0.reason else { panic!("{details:?}") };
    assert_eq!((by.mute.0, by.reason.as_str()), (1, "a deploy"));
    assert_eq!(bridge.discord.messages("2222").len(), posted + 1);

    let list: Value = serde_json::from_str(&done(&folder, &["mute", "list", "--json"]).await).expect("JSON");
    assert_eq!(
        (&list[0]["count"], &list[0]["critical"], &list[0]["reason"]),
        (&json!(2), &json!(1), &json!("a deploy"))
    );
    assert!(done(&folder, &["mute", "list"]).await.contains("2 (1 critical)"));

    // It is reported once, whatever happens in between.
    bridge = bridge.restart().await;
    assert_eq!(done(&folder, &["unmute", "1"]).await, "1 mute ended: 1\n");
    let count = posted + 2;
    eventually("the end is reported", async || bridge.discord.messages("2222").len() == count).await;
    bridge = bridge.restart().await;
    let after = send(&bridge, json!({ "type": "push", "id": "after", "title": "not muted any more" })).await;
    bridge.drained().await;
    assert_eq!(status(&bridge, &after).await, Status::Delivered);
    let text = channel(&bridge);
    assert_eq!(bridge.discord.messages("2222").len(), count + 1, "{text}");
    assert!(text.contains("Mute 1 is over: **2 messages** held back, 1 of them critical"), "{text}");
    assert!(text.contains("a deploy") && text.contains("2 × push (critical)"), "{text}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_message_shows_the_true_state_while_it_is_muted_and_does_not_ring() {
    let bridge = bridge().await;
    let folder = bridge.folder.path().to_owned();
    send(&bridge, host("slow", "warning", 1)).await;
    bridge.drained().await;
    done(&folder, &["mute", "--source", "generic", "--for", "1h", "--reason", "a move"]).await;
    let before = until_muted(&bridge, "push").await;
    // Worse: without the mute it would be posted anew.
    let worse = send(&bridge, host("down", "critical", 2)).await;
    bridge.drained().await;
    let details = bridge.details(&worse).await;
    let delivery = &details.deliveries[0].0;
    assert_eq!(delivery.status, Status::Delivered);
    assert!(delivery.reason_text().contains("not posted anew: muted until"), "{}", delivery.reason_text());
    let text = channel(&bridge);
    assert!(text.contains("db-1 is down") && !text.contains("db-1 is slow"), "{text}");
    assert_eq!(bridge.discord.messages("2222").len(), before, "no message came:\n{text}");
    send(&bridge, host("up", "success", 3)).await;
    bridge.drained().await;
    let text = channel(&bridge);
    assert!(text.contains("db-1 is up") && !text.contains("db-1 is down"), "nothing stays open:\n{text}");
    // A thing that began while muted has no message: what comes later starts with what it was.
    let begun = send(
        &bridge,
        json!({ "type": "host.state", "id": "x1", "host": "db-2", "state": "down", "severity": "error" }),
    );
    let begun = begun.await;
    bridge.drained().await;
    assert_eq!(status(&bridge, &begun).await, Status::Muted);
    let list: Value = serde_json::from_str(&done(&folder, &["mute", "list", "--json"]).await).expect("JSON");
    assert_eq!((&list[0]["count"], &list[0]["critical"]), (&json!(3), &json!(1)), "the ring counts too: {list}");
    done(&folder, &["unmute", "--all"]).await;
    eventually("the end is reported", async || channel(&bridge).contains("Mute 1 is over")).await;
    let rings = send(
        &bridge,
        json!({ "type": "host.state", "id": "x2", "host": "db-2", "state": "down", "severity": "error" }),
    );
    let rings = rings.await;
    bridge.drained().await;
    assert_eq!(status(&bridge, &rings).await, Status::Delivered);
    assert!(channel(&bridge).contains("db-2 is down"));
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_ends_by_itself() {
    let bridge = bridge().await;
    let folder = bridge.folder.path().to_owned();
    done(&folder, &["mute", "--topic", "payment", "--for", "4s", "--reason", "a test of payments"]).await;
    let payment = |n: u32| json!({ "type": "payment", "id": format!("p{n}"), "title": "Order", "amount": 100, "currency": "eur" });
    let mut held = 0;
    let mut n = 0;
    eventually("it is muted and over again", async || {
        n += 1;
        let id = send(&bridge, payment(n)).await;
        bridge.drained().await;
        let muted = status(&bridge, &id).await == Status::Muted;
        held += usize::from(muted);
        held > 0 && !muted
    })
    .await;
    let noun = if held == 1 { "message" } else { "messages" };
    let said = format!("Mute 1 is over: **{held} {noun}** held back");
    eventually("the end is reported", async || channel(&bridge).contains(&said)).await;
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_in_a_mute_is_reported_at_once() {
    let bridge = bridge().await;
    let folder = bridge.folder.path().to_owned();
    for (args, parts) in [
        (&["mute"][..], &["nothing says which events", "--everything", "nothing says how long", "needs a reason"][..]),
        (
            &["mute", "--source", "generik", "--route", "routes[7]", "--for", "40d"],
            &[
                "did you mean `generic`?",
                "no route `routes[7]`",
                "did you mean `routes[0]`?",
                "30d at most",
                "needs a reason",
            ],
        ),
        (&["mute", "--everything", "--until", "2020-01-01T00:00:00Z", "--reason", "x"], &["is over, it is "]),
        (&["mute", "--everything", "--until", "tomorrow", "--reason", "x"], &["expected a time such as `20"]),
        (&["mute", "--everything", "--for", "0s", "--reason", "x"], &["mutes nothing"]),
        (&["mute", "--everything", "--topic", "alert", "--for", "1h", "--reason", "x"], &["topic alert is given too"]),
        (&["mute", "--severity", "eror", "--for", "1h", "--reason", "x"], &["expected one of `info`"]),
        (&["unmute"], &["--all"]),
        (&["unmute", "x"], &["expected the number of a mute"]),
    ] {
        let output = hookbell(&folder, args).await;
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?} {printed}");
        for part in parts {
            assert!(printed.contains(part), "{args:?}: `{part}` expected in\n{printed}");
        }
    }
    let output = hookbell(&folder, &["unmute", "9"]).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(done(&folder, &["mute", "list"]).await, "");
    bridge.stop().await;
}
