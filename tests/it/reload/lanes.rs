//! Destinations are added and removed while deliveries are under way: in order, once, and none lost.

use super::*;
use crate::sink::{Reply, reply};

const MORE: &str = "[destinations.more]\nwebhook_url = \"https://discord.com/api/webhooks/2/token-2\"\n\n[sources.blog]\nprovider = \"generic\"\nsecret = \"blog\"\nverify = { scheme = \"token\", header = \"X-Token\" }\n\n[[routes]]\nsource = \"blog\"\nto = \"more\"\n";

/// The titles of what was posted to a webhook.
fn posted_to(stage: &Stage, id: u64) -> Vec<String> {
    stage.sink.sends().iter().filter(|seen| is_post_to(seen, id)).map(title).collect()
}

fn is_post_to(seen: &ReceivedRequest, id: u64) -> bool {
    seen.path.contains(&format!("/webhooks/{id}/"))
}

/// A destination that is removed while the first of its three deliveries waits for an answer; the bell gives it.
async fn removed_with_a_backlog() -> (Stage, Arc<Notify>) {
    let stage = Stage::new().await;
    stage.configure(MORE);
    stage.reloaded("taken", 1).await;
    let bell = Arc::new(Notify::new());
    stage.sink.script([Reply::Once(Arc::clone(&bell))]);
    for name in ["One", "Two", "Three"] {
        assert_eq!(stage.send("blog", "blog", name).await.status, 200);
    }
    stage.sink.wait_for(1).await;
    stage.configure("");
    stage.reloaded("taken", 2).await;
    (stage, bell)
}

#[tokio::test]
async fn a_new_source_route_and_destination_deliver_at_once() {
    let stage = Stage::new().await;
    assert_eq!(stage.send("blog", "blog", "Ada").await.status, 404);
    stage.configure(MORE);
    stage.reloaded("taken", 1).await;
    assert_eq!(stage.send("blog", "blog", "Ada").await.status, 200);
    stage.sink.wait_for(1).await;
    assert_eq!(posted_to(&stage, 2), ["Old Ada"]);
    let (_, ready) = stage.bridge.ask("/readyz").await;
    assert!(ready.contains("\"more\""), "{ready}");
    stage.bridge.stop().await;
}

#[tokio::test]
async fn the_backlog_of_a_removed_destination_is_kept_and_delivered_when_it_is_back() {
    let (stage, bell) = removed_with_a_backlog().await;
    assert_eq!(stage.send("blog", "blog", "Four").await.status, 404);
    bell.notify_one();
    // The other lane continues, and what was in flight is recorded as delivered.
    stage.sign_up("Ada").await;
    eventually("two deliveries wait", async || {
        let ready: Value = serde_json::from_str(&stage.bridge.ask("/readyz").await.1).expect("JSON");
        let lanes = ready["lanes"].as_array().expect("a list");
        lanes.iter().any(|lane| lane["destination"] == "more" && lane["waiting"] == 2)
    })
    .await;
    stage.sink.wait_for(2).await;
    assert_eq!((posted_to(&stage, 2), posted_to(&stage, 1)), (vec!["Old One".to_owned()], vec!["Old Ada".to_owned()]));
    stage.configure(MORE);
    stage.sink.wait_for(4).await;
    assert_eq!(posted_to(&stage, 2), ["Old One", "Old Two", "Old Three"]);
    stage.bridge.stop().await;
}

#[tokio::test]
async fn a_destination_that_is_back_before_its_lane_has_ended_has_one_lane() {
    let (stage, bell) = removed_with_a_backlog().await;
    stage.configure(MORE);
    stage.reloaded("taken", 3).await;
    // A lane that did not wait would have begun by now: this one began later.
    stage.sign_up("Ada").await;
    stage.sink.wait_until("a post to the other webhook", |seen| seen.iter().any(|seen| is_post_to(seen, 1))).await;
    assert_eq!(posted_to(&stage, 2), ["Old One"]);
    bell.notify_one();
    stage.sink.wait_for(4).await;
    assert_eq!(posted_to(&stage, 2), ["Old One", "Old Two", "Old Three"]);
    stage.bridge.stop().await;
}

#[tokio::test]
async fn a_parked_lane_goes_on_with_a_new_url() {
    let stage = Stage::new().await;
    stage.sink.script([reply(404, json!({ "code": 10_015, "message": "Unknown Webhook" }))]);
    stage.sign_up("Ada").await;
    eventually("the lane is parked", async || stage.bridge.ask("/readyz").await.1.contains("\"parked\"")).await;
    stage.write("config.toml", &config(&stage.sink, "").replace(&webhook(1), &webhook(7)));
    stage.sink.wait_for(2).await;
    assert_eq!(posted_to(&stage, 7), ["Old Ada"]);
    stage.bridge.stop().await;
}

#[tokio::test]
async fn a_changed_locale_applies_to_the_next_message() {
    let stage = Stage::new().await;
    let german = look("Old").replace("{{ payload.name }}", "{{ 1234567 | number }}");
    stage.write("templates/own.toml", &german);
    let text = config(&stage.sink, "").replace("[destinations.alerts]\n", "[destinations.alerts]\nlocale = \"de\"\n");
    stage.write("config.toml", &text);
    stage.sign_up("Ada").await;
    let mut count = 1;
    eventually("a message in the new language", async || {
        if stage.titles(count).await.last().is_some_and(|title| title.ends_with("234.567")) {
            return true;
        }
        count += 1;
        stage.sign_up(&format!("Ada {count}")).await;
        false
    })
    .await;
    stage.bridge.stop().await;
}

/// 200 events while templates, secrets, routes and a webhook's URL change under them.
#[tokio::test(flavor = "multi_thread")]
async fn reloads_in_the_middle_of_a_burst_keep_the_order_and_lose_nothing() {
    const EVENTS: usize = 200;
    let stage = Stage::new().await;
    for at in 0..EVENTS {
        match at {
            30 => stage.write("templates/own.toml", &look("New")),
            60 => stage.configure(MORE),
            90 => stage.write("templates/own.toml", "broken = "),
            120 => stage.write("config.toml", &config(&stage.sink, "").replace(&webhook(1), &webhook(7))),
            150 => {
                stage.reloaded("refused", 1).await;
                stage.write("templates/own.toml", &look("Last"));
            }
            _ => {}
        }
        stage.sign_up(&format!("Person {at}.")).await;
    }
    let titles = stage.titles(EVENTS).await;
    let order: Vec<&str> = titles.iter().filter_map(|title| title.split_once(' ').map(|(_, name)| name)).collect();
    let sent: Vec<String> = (0..EVENTS).map(|at| format!("Person {at}.")).collect();
    assert_eq!(order, sent);
    assert_eq!(stage.sink.sends().len(), EVENTS, "none was posted twice");
    // All that was written is in use in the end.
    eventually("the last good set is in use", async || stage.health().await["config"]["state"] == "current").await;
    stage.sign_up("Ada").await;
    let seen = stage.sink.wait_for(EVENTS + 1).await;
    assert_eq!(title(&seen[EVENTS]), "Last Ada");
    assert!(seen[EVENTS].path.contains("/webhooks/7/"));
    stage.bridge.stop().await;
}
