//! Commands that change something, through the whole program: replays, tests, mutes by a button.

use hookbell_fake_discord::{Answer, FaultKind, InteractionResponse, Member, StoredMessage};
use http::Method;
use serde_json::json;

use crate::support::{PATIENCE, TestBridge, eventually};

const CHANNEL: &str = "2222";
const TEMPLATE: &str = "provider = \"generic\"\n[[message]]\nname = \"order\"\ntitle = \"Order {{ payload.n }}\"\n";

async fn bridge() -> TestBridge {
    let bridge = TestBridge::builder().bot().file("templates/own.toml", TEMPLATE).start().await;
    eventually("commands", async || if bridge.discord.commands(CHANNEL).is_empty() { Err("none") } else { Ok(()) })
        .await;
    bridge
}

async fn order(bridge: &TestBridge, number: u32) -> String {
    let body = json!({ "id": format!("e{number}"), "type": "order", "n": number }).to_string();
    bridge.send("generic", &[], &body).await.event().to_owned()
}

/// Orders whose messages Discord refuses, so that they are dead. The lane knows its channel from an earlier one.
async fn dead(bridge: &TestBridge, numbers: std::ops::RangeInclusive<u32>) -> Vec<String> {
    order(bridge, 0).await;
    bridge.drained().await;
    bridge.discord.inject(FaultKind::Status(400).on_all().only(Method::POST));
    let mut ids = Vec::new();
    for number in numbers {
        ids.push(order(bridge, number).await);
    }
    bridge.drained().await;
    bridge.discord.clear_faults();
    ids
}

fn message(answer: Answer) -> StoredMessage {
    match answer.response {
        InteractionResponse::Message(message) | InteractionResponse::Updated(message) => message,
        other => panic!("{other:?}"),
    }
}

fn content(message: &StoredMessage) -> &str {
    message.object["content"].as_str().unwrap_or_default()
}

fn titles(bridge: &TestBridge) -> Vec<String> {
    let messages = bridge.discord.messages(CHANNEL);
    let embeds = messages.iter().filter_map(|one| one.object["embeds"].as_array()).flatten();
    embeds.filter_map(|embed| Some(embed["title"].as_str()?.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dead_is_sent_again_once_after_its_first_message_was_shown() {
    let bridge = bridge().await;
    dead(&bridge, 1..=3).await;
    let you = bridge.discord.member(&Member::default()).in_channel(CHANNEL);
    let shown = message(you.command("alerts replay", &[]).await.expect("sent"));
    assert!(content(&shown).starts_with("**3 messages** would be sent to **alerts** (3)."), "{shown:?}");
    assert_eq!(shown.object["embeds"][0]["title"], "Order 1");
    assert_eq!(titles(&bridge), ["Order 0"], "a dry run");
    let done = message(you.press(&shown, "Send").await.expect("pressed"));
    assert_eq!(content(&done), "✅ 3 messages are on their way to **alerts** (3).");
    bridge.drained().await;
    assert_eq!(titles(&bridge), ["Order 0", "Order 1", "Order 2", "Order 3"]);
    // The button is gone with the edit; a client of one's own can press it again.
    let id = shown.object["components"][0]["components"][0]["custom_id"].as_str().expect("a button");
    let forged = json!({ "custom_id": id, "component_type": 2 });
    let again = message(you.forge(3, forged, Some(&shown.id)).await.expect("sent"));
    assert_eq!(content(&again), "That was done already; once is enough.");
    // It is counted when its answer has been sent.
    let counted = "hookbell_bot_interactions_total{command=\"replay\",outcome=\"refused\"} 1";
    eventually("the refusal is counted", async || {
        let (_, metrics) = bridge.ask("/metrics").await;
        if metrics.contains(counted) { Ok(()) } else { Err(metrics) }
    })
    .await;
    let none = message(you.command("alerts replay", &[]).await.expect("sent"));
    assert!(content(&none).starts_with("There is nothing to send again here."), "{none:?}");
    bridge.drained().await;
    assert_eq!(titles(&bridge).len(), 4);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_sent_again_from_its_own_button() {
    let bridge = bridge().await;
    let id = order(&bridge, 7).await;
    bridge.drained().await;
    let you = bridge.discord.member(&Member::default()).in_channel(CHANNEL);
    let shown = message(you.command("events show", &[("id", &id)]).await.expect("sent"));
    let asked = message(you.press(&shown, "Send again").await.expect("pressed"));
    assert!(content(&asked).starts_with("**1 message** would be sent to **alerts**."), "{asked:?}");
    you.press(&asked, "Send").await.expect("pressed");
    bridge.drained().await;
    assert_eq!(titles(&bridge), ["Order 7", "Order 7"]);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_a_route_is_posted_each_time_and_marked() {
    let bridge = TestBridge::builder().bot().start().await;
    eventually("commands", async || if bridge.discord.commands(CHANNEL).is_empty() { Err("none") } else { Ok(()) })
        .await;
    order(&bridge, 1).await;
    bridge.drained().await;
    let you = bridge.discord.member(&Member::default()).in_channel(CHANNEL);
    let suggested = you.suggest("alerts test", &[("route", "")]).await.expect("suggested");
    let InteractionResponse::Choices(choices) = suggested.response else { panic!("{suggested:?}") };
    let route = choices[0]["value"].as_str().expect("a route").to_owned();
    for count in 2..=3 {
        let answer = message(you.command("alerts test", &[("route", &route)]).await.expect("sent"));
        assert!(content(&answer).starts_with("🧪 A test is on its way to **alerts**."), "{answer:?}");
        bridge.discord.wait_for_messages(CHANNEL, count, PATIENCE).await;
    }
    for posted in &bridge.discord.messages(CHANNEL)[1..] {
        assert!(content(posted).starts_with("🧪 **Test message**, nothing has happened."), "{posted:?}");
    }
    let unknown = message(you.command("alerts test", &[("route", "routes[9]")]).await.expect("sent"));
    assert!(content(&unknown).starts_with("No route `routes[9]` leads here."), "{unknown:?}");
    let audit = message(you.command("alerts audit", &[]).await.expect("sent"));
    assert!(audit.object["embeds"][0]["description"].as_str().expect("lines").contains("posted a test to **alerts**"));
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_like_an_event_is_muted_by_its_button() {
    let bridge = bridge().await;
    let id = order(&bridge, 1).await;
    bridge.drained().await;
    let you = bridge.discord.member(&Member::default()).in_channel(CHANNEL);
    let shown = message(you.command("events show", &[("id", &id)]).await.expect("sent"));
    let asked = message(you.press(&shown, "Mute this").await.expect("pressed"));
    assert!(content(&asked).starts_with("🔇 Mute **generic · order (except critical)** here."), "{asked:?}");
    let muted = message(you.choose(&asked, "Choose how long…", &["1h"]).await.expect("chosen"));
    assert!(content(&muted).starts_with("🔇 Muted: **generic · order"), "{muted:?}");
    order(&bridge, 2).await;
    bridge.drained().await;
    assert_eq!(titles(&bridge), ["Order 1"]);
    let ended = message(you.press(&muted, "Unmute").await.expect("pressed"));
    assert!(content(&ended).contains("no longer muted"), "{ended:?}");
    bridge.stop().await;
}
