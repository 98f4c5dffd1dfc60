//! The main function, end to end: a signed webhook becomes a Discord message.

use std::time::Duration;

use hookbell_fake_discord::StandIn;

use crate::judge::{judge_patch, judge_post};
use crate::support::{RunningApp, TestBridge, config_text, real_payload, stand_in};

const PATIENCE: Duration = Duration::from_secs(20);

async fn stage() -> (StandIn, tempfile::TempDir) {
    let standin = stand_in().await;
    (standin, tempfile::tempdir().expect("a folder"))
}

type Headers = &'static [(&'static str, &'static str)];

/// Real bodies with the header that names their event.
const REAL: &[(&str, &str, Headers)] = &[
    ("github", "github/push.json", &[("X-GitHub-Event", "push")]),
    ("github", "github/issues.opened.json", &[("X-GitHub-Event", "issues")]),
    ("github", "github/pull_request.opened.json", &[("X-GitHub-Event", "pull_request")]),
    ("github", "github/release.published.json", &[("X-GitHub-Event", "release")]),
    ("github", "github/star.created.json", &[("X-GitHub-Event", "star")]),
    ("github", "github/workflow_run.completed.json", &[("X-GitHub-Event", "workflow_run")]),
    ("github", "github/dependabot_alert.created.json", &[("X-GitHub-Event", "dependabot_alert")]),
    ("stripe", "stripe/checkout.session.completed.json", &[]),
    ("stripe", "stripe/customer.subscription.deleted.json", &[]),
    ("stripe", "stripe/invoice.payment_failed.json", &[]),
    ("gitlab", "gitlab/merge_request.json", &[("X-Gitlab-Event", "Merge Request Hook")]),
    ("gitlab", "gitlab/pipeline.json", &[("X-Gitlab-Event", "Pipeline Hook")]),
    ("gitlab", "gitlab/push.branch_delete.json", &[("X-Gitlab-Event", "Push Hook")]),
];

#[tokio::test]
async fn real_payloads_arrive_as_readable_messages() {
    let bridge = TestBridge::builder().route("events = [\"*\"]\n").start().await;
    for (provider, path, headers) in REAL {
        let Some(body) = real_payload(path) else { return };
        let before = bridge.discord.messages("2222").len();
        let response = bridge.send(provider, headers, &body).await;
        assert_eq!(
            (response.status, response.body["status"].as_str()),
            (200, Some("accepted")),
            "{path}: {response:?}"
        );
        let messages = bridge.discord.wait_for_messages("2222", before + 1, PATIENCE).await;
        assert_eq!(messages.len(), before + 1, "{path} did not arrive");
        let sent = &messages[before].body;
        judge_post(sent);
        let title = sent["embeds"][0]["title"].as_str().unwrap_or_default();
        assert!(!title.is_empty(), "{path}: no title in {sent:#}");
        assert!(!sent.to_string().contains("template failed"), "{path}: {sent:#}");
        let details = bridge.details(response.event()).await;
        assert_eq!(details.raw.body, body.as_bytes(), "{path}: the original bytes are kept");
    }
    bridge.stop().await;
}

#[tokio::test]
async fn an_event_is_delivered_once_and_a_repeat_is_answered_as_a_duplicate() {
    let bridge = TestBridge::start().await;
    let body = r#"{"id":"evt_1","type":"signup","name":"Ada"}"#;
    let first = bridge.send("generic", &[], body).await;
    let second = bridge.send("generic", &[], body).await;
    assert_eq!((second.status, second.body["status"].as_str()), (200, Some("duplicate")));
    assert_eq!(first.event(), second.event());
    let third = bridge.send("generic", &[], r#"{"id":"evt_2","type":"signup","name":"Grace"}"#).await;
    assert_eq!(third.body["status"], "accepted");
    let messages = bridge.discord.wait_for_messages("2222", 2, PATIENCE).await;
    assert_eq!(messages.len(), 2, "the duplicate was not posted");
    bridge.stop().await;
}

#[tokio::test]
async fn an_event_without_a_route_is_kept_and_counted_as_unrouted() {
    let (standin, folder) = stage().await;
    let text = config_text(&standin, "").replace("source = \"*\"", "source = \"stripe\"");
    let bridge = RunningApp::start(&text, folder.path()).await;
    let response = bridge.send("generic", &[], r#"{"id":"1","type":"x"}"#).await;
    assert_eq!(response.body["status"], "accepted");
    assert!(bridge.details(response.event()).await.deliveries.is_empty());
    let (_, metrics) = bridge.ask("/metrics").await;
    assert!(metrics.contains("hookbell_events_total{source=\"generic\",outcome=\"unrouted\"} 1"), "{metrics}");
    bridge.stop().await;
}

#[tokio::test]
async fn the_same_key_edits_the_same_message_also_after_a_restart() {
    let (standin, folder) = stage().await;
    let templates = folder.path().join("templates");
    std::fs::create_dir(&templates).expect("a folder");
    let own = "provider = \"generic\"\n\n[[message]]\nname = \"order\"\non = [\"order.*\"]\nkey = \"order:{{ payload.order }}\"\ntitle = \"Order {{ payload.order }}: {{ payload.state }}\"\n";
    std::fs::write(templates.join("generic.toml"), own).expect("a template");
    let text = config_text(&standin, "");
    for (id, state) in [("1", "paid"), ("2", "sent")] {
        let bridge = RunningApp::start(&text, folder.path()).await;
        let response = bridge
            .send("generic", &[], &format!(r#"{{"id":"{id}","type":"order.{state}","order":77,"state":"{state}"}}"#))
            .await;
        assert_eq!(response.status, 200, "{response:?}");
        let delivered = standin
            .wait_for(PATIENCE, |standin| {
                standin.messages("2222").first().filter(|message| message.object.to_string().contains(state)).cloned()
            })
            .await;
        assert!(delivered.is_some(), "{state} did not arrive");
        bridge.stop().await;
    }
    let messages = standin.messages("2222");
    assert_eq!((messages.len(), messages[0].edits), (1, 1));
    let patch = standin
        .requests()
        .into_iter()
        .find(|request| request.method == "PATCH")
        .and_then(|request| request.body)
        .expect("an edit");
    judge_patch(&patch);
}

#[tokio::test]
async fn undelivered_events_are_delivered_in_order_at_the_next_start() {
    let (standin, folder) = stage().await;
    let url = standin.webhook_url("alerts").expect("the webhook");
    let text = config_text(&standin, "");
    let nowhere = text.replace(&format!("api_base = \"{}\"", standin.base()), "api_base = \"http://127.0.0.1:1\"");
    assert_ne!(text, nowhere);
    let bridge = RunningApp::start(&nowhere, folder.path()).await;
    for id in 0..5 {
        bridge.send("generic", &[], &format!(r#"{{"id":"{id}","type":"signup","name":"Person {id}"}}"#)).await;
    }
    bridge.stop().await;
    assert!(standin.messages("2222").is_empty());
    let bridge = RunningApp::start(&text, folder.path()).await;
    let messages = standin.wait_for_messages("2222", 5, PATIENCE).await;
    let bodies: Vec<String> = messages.iter().map(|message| message.body.to_string()).collect();
    for (at, body) in bodies.iter().enumerate() {
        assert!(body.contains(&format!("Person {at}")), "order kept: {bodies:#?} ({url})");
    }
    bridge.stop().await;
}
