//! `hookbell events replay` beside a running server: dead letters are sent again, once, with what is configured now.

use hookbell_fake_discord::FaultKind;
use hookbell_model::delivery::{Delivery, Reason, Status};
use http::Method;
use serde_json::{Value, json};

use crate::cli::{hookbell, json as read_json, text};
use crate::support::{PATIENCE, TestBridge};

const TEMPLATE: &str =
    "provider = \"generic\"\n[[message]]\nname = \"order\"\ntitle = \"Order {{ payload.n }} VERSION\"\n";

async fn bridge() -> TestBridge {
    TestBridge::builder().file("templates/own.toml", &TEMPLATE.replace("VERSION", "v1")).start().await
}

async fn order(bridge: &TestBridge, number: u32) -> String {
    let body = json!({ "id": format!("e{number}"), "type": "order", "n": number }).to_string();
    bridge.send("generic", &[], &body).await.event().to_owned()
}

/// Orders whose messages Discord refuses, so that they are dead.
async fn dead(bridge: &TestBridge, numbers: std::ops::RangeInclusive<u32>) -> Vec<String> {
    bridge.discord.inject(FaultKind::Status(400).on_all().only(Method::POST));
    let mut ids = Vec::new();
    for number in numbers {
        ids.push(order(bridge, number).await);
    }
    bridge.drained().await;
    bridge.discord.clear_faults();
    ids
}

async fn deliveries(bridge: &TestBridge, id: &str) -> Vec<Delivery> {
    bridge.details(id).await.deliveries.into_iter().map(|(delivery, _)| delivery).collect()
}

fn replay(bridge: &TestBridge, arguments: &[&str]) -> (Option<i32>, String) {
    let output = hookbell(bridge.folder.path(), &[&["events", "replay"], arguments].concat());
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn titles(bridge: &TestBridge) -> Vec<Value> {
    bridge.discord.messages("2222").iter().map(|message| message.object["embeds"][0]["title"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_sent_again_once_in_the_order_of_their_events() {
    let bridge = bridge().await;
    let ids = dead(&bridge, 1..=3).await;
    let list = hookbell(bridge.folder.path(), &["events", "list", "--status", "dead", "--json"]);
    assert_eq!(read_json(&list).as_array().map(Vec::len), Some(3));

    let (code, printed) = replay(&bridge, &["--status", "dead", "--since", "1h", "--dry-run"]);
    assert!(code == Some(0) && printed.ends_with("3 deliveries would be replayed, 0 skipped\n"), "{printed}");
    assert_eq!(deliveries(&bridge, &ids[0]).await.len(), 1);

    let begun = std::time::Instant::now();
    let (code, printed) = replay(&bridge, &["--status", "dead", "--since", "1h"]);
    assert!(code == Some(0) && printed.ends_with("3 deliveries replayed, 0 skipped\n"), "{printed}");
    bridge.discord.wait_for_messages("2222", 3, PATIENCE).await;
    assert!(begun.elapsed().as_secs() < 12, "the lane need not wait for its poll");
    bridge.drained().await;
    assert_eq!(titles(&bridge), ["Order 1 v1", "Order 2 v1", "Order 3 v1"]);
    let both = deliveries(&bridge, &ids[0]).await;
    let [earlier, new] = both.as_slice() else { panic!("{both:?}") };
    assert_eq!((earlier.status, new.status), (Status::Merged, Status::Delivered));
    assert!(matches!(&earlier.reason, Some(Reason::Replayed { delivery, earlier: Some(_) }) if *delivery == new.id));

    // The same command again, and by id.
    let (_, printed) = replay(&bridge, &["--status", "dead", "--since", "1h"]);
    assert_eq!(printed, "0 deliveries replayed, 0 skipped\n");
    let (code, printed) = replay(&bridge, &[&ids[0]]);
    assert_eq!(code, Some(0));
    assert!(printed.contains(&format!("already replayed as delivery {}, which is delivered", new.id)), "{printed}");
    let (_, printed) = replay(&bridge, &[&ids[0], "--again"]);
    assert!(printed.ends_with("1 delivery replayed, 0 skipped\n"), "{printed}");
    assert_eq!(bridge.discord.wait_for_messages("2222", 4, PATIENCE).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posted_message_is_rendered_again_in_its_place() {
    let bridge = bridge().await;
    let (first, second) = (order(&bridge, 1).await, order(&bridge, 2).await);
    bridge.drained().await;
    std::fs::write(bridge.folder.path().join("templates/own.toml"), TEMPLATE.replace("VERSION", "v2")).expect("a file");
    let bridge = bridge.restart().await;
    let (code, printed) = replay(&bridge, &[&first, "--edit"]);
    assert_eq!(code, Some(0), "{printed}");
    let edited = |standin: &hookbell_fake_discord::StandIn| {
        standin.messages("2222").iter().any(|message| message.edits == 1).then_some(())
    };
    assert_eq!(bridge.discord.wait_for(PATIENCE, edited).await, Some(()));
    bridge.drained().await;
    assert_eq!(titles(&bridge), ["Order 1 v2", "Order 2 v1"]);

    // One that somebody has deleted stays deleted.
    let message = bridge.discord.messages("2222")[1].id.clone();
    assert!(bridge.discord.delete_message("2222", &message));
    assert_eq!(replay(&bridge, &[&second, "--edit"]).0, Some(0));
    crate::support::eventually("the edit is over", async || {
        let last = deliveries(&bridge, &second).await.pop();
        last.is_some_and(|last| last.reason == Some(Reason::MessageGone))
    })
    .await;
    assert_eq!(bridge.discord.messages("2222").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_message_is_rendered_again_with_its_newest_event_and_nothing_is_posted() {
    let template = TEMPLATE.replace("[[message]]\n", "[[message]]\nkey = \"all\"\n");
    let with = |version: &str| template.replace("VERSION", version);
    let bridge = TestBridge::builder().file("templates/own.toml", &with("v1")).start().await;
    let (first, second) = (order(&bridge, 1).await, order(&bridge, 2).await);
    bridge.drained().await;
    assert_eq!(titles(&bridge), ["Order 2 v1"]);
    std::fs::write(bridge.folder.path().join("templates/own.toml"), with("v2")).expect("a file");
    let bridge = bridge.restart().await;
    let (code, printed) = replay(&bridge, &[&first, &second, "--edit"]);
    assert!(code == Some(0) && printed.ends_with("2 deliveries replayed, 0 skipped\n"), "{printed}");
    bridge.drained().await;
    assert_eq!(titles(&bridge), ["Order 2 v2"]);
    let statuses: Vec<Status> = deliveries(&bridge, &first).await.iter().map(|delivery| delivery.status).collect();
    assert_eq!(statuses, [Status::Delivered, Status::Merged], "it is older than what the message shows");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routes_of_today_say_where_a_replay_goes() {
    let bridge = bridge().await;
    let ids = dead(&bridge, 1..=1).await;
    let config = std::fs::read_to_string(bridge.folder.path().join("config.toml")).expect("a config");
    let write = |text: &str| std::fs::write(bridge.folder.path().join("config.toml"), text).expect("a config");
    write(&config.replacen("source = \"*\"\n", "source = \"github\"\n", 1));
    let (code, printed) = replay(&bridge, &["--status", "dead"]);
    assert!(printed.contains("no route leads it there now; `--to DESTINATION` sends it in any case"), "{printed}");
    assert_eq!((code, deliveries(&bridge, &ids[0]).await.len()), (Some(1), 1));
    let (code, printed) = replay(&bridge, &["--status", "dead", "--to", "alrts"]);
    assert!(code == Some(2) && printed.contains("did you mean `alerts`?"), "{printed}");
    let arguments = ["events", "replay", "--status", "dead", "--to", "alerts", "--json"];
    let report = read_json(&hookbell(bridge.folder.path(), &arguments));
    assert_eq!(report["replayed"][0]["destination"], json!("alerts"), "{report}");
    assert_eq!(bridge.discord.wait_for_messages("2222", 1, PATIENCE).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_route_took_is_replayed_by_the_routes_of_today() {
    let bridge = TestBridge::builder().route("when = \"payload.n > 5\"\n").start().await;
    let id = order(&bridge, 1).await;
    let (_, printed) = replay(&bridge, &[&id]);
    assert!(printed.contains("no route leads it there now"), "{printed}");
    let path = bridge.folder.path().join("config.toml");
    let config = std::fs::read_to_string(&path).expect("a config");
    std::fs::write(&path, config.replacen("payload.n > 5", "payload.n > 0", 1)).expect("a config");
    let (_, printed) = replay(&bridge, &["--status", "unrouted"]);
    assert!(printed.ends_with("1 delivery replayed, 0 skipped\n"), "{printed}");
    assert_eq!(bridge.discord.wait_for_messages("2222", 1, PATIENCE).await.len(), 1);
    let (_, printed) = replay(&bridge, &["--status", "unrouted"]);
    assert_eq!(printed, "0 deliveries replayed, 0 skipped\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_what_is_not_there_changes_nothing_and_says_why() {
    let bridge = bridge().await;
    let ids = dead(&bridge, 1..=1).await;
    let (code, printed) = replay(&bridge, &[&ids[0], "zzzzz"]);
    assert_eq!(code, Some(2));
    assert!(printed.contains("there is no event `zzzzz`; events older than `[store] keep` are removed"), "{printed}");
    assert_eq!(deliveries(&bridge, &ids[0]).await.len(), 1);
    let delivered = order(&bridge, 2).await;
    bridge.drained().await;
    let (code, printed) = replay(&bridge, &[&delivered]);
    assert!(printed.contains("nothing of it is dead; it is delivered: `--status delivered` replays that"), "{printed}");
    assert_eq!(code, Some(1));
    let (code, printed) = replay(&bridge, &["--status", "pending"]);
    assert!(code == Some(2) && printed.contains("still on its way"), "{printed}");
    assert_eq!(replay(&bridge, &[]).0, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_events_are_read_page_by_page() {
    let bridge = bridge().await;
    dead(&bridge, 1..=3).await;
    let list = |more: &[&str]| {
        let arguments = [&["events", "list", "--status", "dead", "--count", "2", "--json"], more].concat();
        let page = read_json(&hookbell(bridge.folder.path(), &arguments));
        let ids = page.as_array().expect("a list").iter().map(|event| event["id"].as_str().map(str::to_owned));
        ids.flatten().collect::<Vec<_>>()
    };
    let first = list(&[]);
    let second = list(&["--before", &first[1]]);
    assert_eq!((first.len(), second.len()), (2, 1));
    assert!(!first.contains(&second[0]));
}
