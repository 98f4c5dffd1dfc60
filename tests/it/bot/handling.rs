//! Alerts that people act on: who has one, what the message shows of it, and what happens when nobody takes it.

use std::time::Duration;

use hookbell::scheduler::escalation;
use hookbell_fake_discord::{Answer, InteractionResponse, Member, StoredMessage};
use hookbell_model::timestamp::Timestamp;
use serde_json::{Value, json};

use crate::support::{TestBridge, eventually};

const CHANNEL: &str = "2222";
const TEMPLATE: &str = r#"
provider = "generic"
[[message]]
name = "alert"
on = ["alert"]
key = "host:{{ payload.host }}"
closed = "payload.state == 'ok'"
severity = "{{ 'success' if payload.state == 'ok' else payload.state }}"
title = "{{ payload.host }} is {{ payload.state }}"
description = "{{ payload.text }}"
"#;

async fn bridge(route: &str) -> TestBridge {
    let builder = TestBridge::builder().bot_webhook().file("templates/own.toml", TEMPLATE);
    ready(builder.route(route).start().await).await
}

async fn ready(bridge: TestBridge) -> TestBridge {
    eventually("commands", async || if bridge.discord.commands(CHANNEL).is_empty() { Err("none") } else { Ok(()) })
        .await;
    eventually("the webhook's owner", async || {
        let lanes = bridge.store.lanes().await.expect("lanes");
        let known = lanes.iter().any(|lane| lane.channel.as_ref().is_some_and(|channel| channel.application.is_some()));
        if known { Ok(()) } else { Err("not known") }
    })
    .await;
    bridge
}

const BUTTONS: &str = "buttons = [\"ack\", \"mute\", \"explain\", \"resolve\"]\n";

async fn alert(bridge: &TestBridge, host: &str, state: &str) -> String {
    let body =
        json!({ "id": fastrand::u64(..).to_string(), "type": "alert", "host": host, "state": state, "text": "x" });
    let id = bridge.send("generic", &[], &body.to_string()).await.event().to_owned();
    bridge.drained().await;
    id
}

fn you() -> Member {
    Member::default()
}

fn mia() -> Member {
    Member { id: "77".into(), name: "mia".into(), ..Member::default() }
}

fn content(answer: &Answer) -> String {
    match &answer.response {
        InteractionResponse::Message(message) | InteractionResponse::Updated(message) => {
            message.object["content"].as_str().unwrap_or_default().to_owned()
        }
        other => panic!("{other:?}"),
    }
}

fn posted(bridge: &TestBridge) -> StoredMessage {
    bridge.discord.messages(CHANNEL).pop().expect("a message")
}

/// The name of the field that says who has it.
fn owner(message: &StoredMessage) -> Value {
    message.object["embeds"][0]["fields"][0]["name"].clone()
}

fn labels(message: &StoredMessage) -> Vec<String> {
    let buttons = message.object["components"][0]["components"].as_array().cloned().unwrap_or_default();
    buttons.iter().map(|button| button["label"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Waits until the lane has drawn what people have done.
async fn drawn(bridge: &TestBridge, record: i64) {
    eventually("drawn", async || {
        let thing = bridge.store.thing_message(record).await.expect("asked").expect("kept");
        if thing.redraw == 0 { Ok(()) } else { Err(thing.redraw) }
    })
    .await;
}

async fn record(bridge: &TestBridge) -> i64 {
    let found = bridge.store.things_of_message(hookbell::store::Scope::Everything, &posted(bridge).id).await;
    found.expect("asked").pop().expect("a thing").record
}

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_has_the_alert_and_the_next_event_shows_it_too() {
    let bridge = bridge(BUTTONS).await;
    alert(&bridge, "db1", "error").await;
    let message = posted(&bridge);
    assert_eq!(labels(&message), ["Ack", "Mute", "Explain", "Resolve"]);
    let pressed = bridge.discord.member(&you()).in_channel(CHANNEL).press(&message, "Ack").await.expect("pressed");
    let InteractionResponse::Updated(drawn_by_press) = pressed.response else { panic!("{pressed:?}") };
    assert_eq!(owner(&drawn_by_press), "👀 you has it");
    assert_eq!(labels(&drawn_by_press), ["Unack", "Mute", "Explain", "Resolve"]);
    drawn(&bridge, record(&bridge).await).await;
    let (by_lane, by_press) = (posted(&bridge).object, drawn_by_press.object);
    for part in ["content", "embeds", "components"] {
        assert_eq!(by_lane[part], by_press[part], "the lane draws the same card");
    }
    // The second one is told, and the alert is not theirs.
    let second = bridge.discord.member(&mia()).in_channel(CHANNEL);
    let late = second.forge(3, json!({ "custom_id": "1:take:", "component_type": 2 }), Some(&message.id)).await;
    assert!(content(&late.expect("sent")).starts_with("you has it already, since <t:"));
    alert(&bridge, "db1", "warning").await;
    let after = posted(&bridge);
    assert_eq!((after.id.as_str(), owner(&after)), (message.id.as_str(), json!("👀 you has it")));
    assert_eq!(after.object["embeds"][0]["title"], "db1 is warning");
    alert(&bridge, "db1", "ok").await;
    let over = posted(&bridge);
    assert_eq!(labels(&over), ["Mute", "Explain"]);
    let late = second.forge(3, json!({ "custom_id": "1:take:", "component_type": 2 }), Some(&message.id)).await;
    assert_eq!(content(&late.expect("sent")), "It is over already.");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_at_once_make_one_owner() {
    let bridge = bridge(BUTTONS).await;
    alert(&bridge, "db1", "error").await;
    let message = posted(&bridge);
    let press = |member: Member| {
        let (discord, message) = (&bridge.discord, &message);
        async move { discord.member(&member).in_channel(CHANNEL).press(message, "Ack").await.expect("pressed") }
    };
    let (first, second) = tokio::join!(press(you()), press(mia()));
    let updated =
        [&first, &second].iter().filter(|one| matches!(one.response, InteractionResponse::Updated(_))).count();
    assert_eq!(updated, 1, "{first:?} {second:?}");
    drawn(&bridge, record(&bridge).await).await;
    let thing = bridge.store.thing_message(record(&bridge).await).await.expect("asked").expect("kept");
    let owner_name = thing.live.handling.owner.expect("an owner").by.name;
    assert_eq!(owner(&posted(&bridge)), format!("👀 {owner_name} has it"));
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_do_the_same_and_are_in_the_audit() {
    let bridge = bridge("").await;
    alert(&bridge, "db1", "error").await;
    alert(&bridge, "web1", "critical").await;
    let here = bridge.discord.member(&you()).in_channel(CHANNEL);
    let open = here.command("alerts open", &[]).await.expect("sent");
    let InteractionResponse::Message(list) = &open.response else { panic!("{open:?}") };
    let listed = list.object["embeds"][0]["description"].as_str().expect("lines");
    let (worst, other) = (listed.find("web1").expect("listed"), listed.find("db1").expect("listed"));
    assert!(worst < other, "the worst comes first: {listed}");
    let suggested = here.suggest("alerts ack", &[("alert", "db")]).await.expect("suggested");
    let InteractionResponse::Choices(choices) = suggested.response else { panic!("{suggested:?}") };
    assert_eq!(choices[0]["value"], "host:db1");
    let taken = here.command("alerts ack", &[("alert", "host:db1")]).await.expect("sent");
    assert_eq!(content(&taken), "👀 You have it: **db1 is error**");
    let noted = here.command("alerts note", &[("alert", "host:db1"), ("note", "disk is being replaced")]).await;
    assert_eq!(content(&noted.expect("sent")), "📝 Noted on **db1 is error**");
    let again = here.command("alerts ack", &[("alert", "DB1 is")]).await.expect("sent");
    assert_eq!(content(&again), "You have it already.", "named by its title");
    let left = here.command("alerts unack", &[("alert", "host:db1")]).await.expect("sent");
    assert_eq!(content(&left), "Nobody has it any more: **db1 is error**");
    let resolved = here.command("alerts resolve", &[("alert", "host:db1")]).await.expect("sent");
    assert_eq!(content(&resolved), "✅ Resolved: **db1 is error**");
    let db1 = bridge.discord.messages(CHANNEL)[0].clone();
    eventually("drawn", async || {
        let message = bridge.discord.messages(CHANNEL)[0].clone();
        if owner(&message) == "✅ Resolved by you" { Ok(()) } else { Err(message.object["embeds"].to_string()) }
    })
    .await;
    let taken = here.choose(list, "Take one…", &["web1 is critical"]).await.expect("chosen");
    assert_eq!(content(&taken), "👀 You have it: **web1 is critical**");
    let audit = here.command("alerts audit", &[]).await.expect("sent");
    let InteractionResponse::Message(audit) = audit.response else { panic!("no message") };
    let entries = audit.object["embeds"][0]["description"].as_str().expect("lines").to_owned();
    for entry in
        ["took “db1 is error”", "noted on “db1 is error”", "gave “db1 is error” back", "resolved “db1 is error”"]
    {
        assert!(entries.contains(entry), "{entry}: {entries}");
    }
    // What is resolved by hand and comes again is a new alert.
    alert(&bridge, "db1", "error").await;
    assert_ne!(posted(&bridge).id, db1.id);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_escalates_once_also_over_a_restart() {
    let escalate =
        "escalate = [{ after = \"1s\", mention = \"role:42\" }, { after = \"2s\", mention = \"role:43\" }]\n";
    let bridge = bridge(escalate).await;
    alert(&bridge, "db1", "error").await;
    alert(&bridge, "web1", "error").await;
    let here = bridge.discord.member(&you()).in_channel(CHANNEL);
    here.command("alerts ack", &[("alert", "host:web1")]).await.expect("sent");
    let discord_messages = |bridge: &TestBridge| {
        let all = bridge.discord.messages(CHANNEL);
        let texts = all.iter().filter_map(|one| one.object["content"].as_str().map(str::to_owned));
        texts.filter(|text| text.contains("Nobody has it")).collect::<Vec<_>>()
    };
    let bridge = ready(bridge.restart().await).await;
    eventually("escalated", async || {
        let told = discord_messages(&bridge);
        if told.iter().any(|text| text.contains("<@&43>")) { Ok(()) } else { Err(told) }
    })
    .await;
    bridge.drained().await;
    let told = discord_messages(&bridge);
    assert!(told.iter().all(|text| text.contains("db1")), "web1 is taken: {told:?}");
    assert!(told.len() <= 2 && told.iter().filter(|text| text.contains("<@&43>")).count() == 1, "{told:?}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_made_by_hand_gets_no_buttons_and_messages_still_come() {
    let bridge = TestBridge::builder().bot().file("templates/own.toml", TEMPLATE).route(BUTTONS).start().await;
    alert(&bridge, "db1", "error").await;
    assert!(labels(&posted(&bridge)).is_empty());
    eventually("its owner", async || {
        let lanes = bridge.store.lanes().await.expect("lanes");
        if lanes.iter().any(|lane| lane.channel.is_some()) { Ok(()) } else { Err("not known") }
    })
    .await;
    let checked = crate::cli::hookbell(bridge.folder.path(), &["check"]);
    let printed = crate::cli::text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(2), "{printed}");
    assert!(printed.contains("was made by hand") && printed.contains("hookbell connect alerts"), "{printed}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_due_during_an_outage_is_told_once_as_its_last_step() {
    let step = |minutes: u32, role: u32| format!("{{ after = \"{minutes}m\", mention = \"role:{role}\" }}");
    let steps = [step(10, 41), step(20, 42), step(30, 43), step(90, 44)].join(", ");
    let bridge = bridge(&format!("escalate = [{steps}]\n")).await;
    alert(&bridge, "db1", "error").await;
    let later = |minutes: u64| Timestamp::now().after(Duration::from_secs(minutes * 60));
    for _ in 0..3 {
        escalation::round(&bridge.store, later(35)).await.expect("a round");
    }
    bridge.drained().await;
    let told = |bridge: &TestBridge| {
        let texts = bridge.discord.messages(CHANNEL).into_iter().skip(1);
        texts.map(|one| one.object["content"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let first = told(&bridge);
    assert!(first.len() == 1 && first[0].starts_with("<@&43> 🚨 Nobody has it"), "{first:?}");
    // Taken in time: the last step is not told.
    let here = bridge.discord.member(&you()).in_channel(CHANNEL);
    here.command("alerts ack", &[("alert", "host:db1")]).await.expect("sent");
    escalation::round(&bridge.store, later(95)).await.expect("a round");
    bridge.drained().await;
    assert_eq!(told(&bridge).len(), 1);
    // Given back, it goes on.
    here.command("alerts unack", &[("alert", "host:db1")]).await.expect("sent");
    escalation::round(&bridge.store, later(95)).await.expect("a round");
    bridge.drained().await;
    assert!(told(&bridge).pop().is_some_and(|last| last.starts_with("<@&44>")), "{:?}", told(&bridge));
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_muted_does_not_escalate_and_is_looked_at_again() {
    let bridge = bridge("escalate = [{ after = \"10m\", mention = \"role:41\" }]\n").await;
    alert(&bridge, "db1", "error").await;
    let here = bridge.discord.member(&you()).in_channel(CHANNEL);
    let mute = [("for", "12m"), ("reason", "moved"), ("key", "host:db1")];
    here.command("alerts mute", &mute).await.expect("sent");
    let later = |minutes: u64| Timestamp::now().after(Duration::from_secs(minutes * 60));
    escalation::round(&bridge.store, later(11)).await.expect("a round");
    bridge.drained().await;
    assert_eq!(bridge.discord.messages(CHANNEL).len(), 1, "it is muted");
    escalation::round(&bridge.store, later(13)).await.expect("a round");
    bridge.drained().await;
    assert_eq!(bridge.discord.messages(CHANNEL).len(), 2, "the mute is over");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_of_another_server_does_not_exist() {
    let bridge = bridge(BUTTONS).await;
    alert(&bridge, "db1", "error").await;
    let message = posted(&bridge);
    let there = Member { id: "88".into(), name: "eve".into(), ..Member::default() };
    let elsewhere = bridge.discord.member(&there).in_channel("8888");
    for (name, options) in [
        ("alerts ack", vec![("alert", "host:db1")]),
        ("alerts resolve", vec![("alert", "host:db1")]),
        ("alerts note", vec![("alert", "host:db1"), ("note", "x")]),
    ] {
        let answer = elsewhere.command(name, &options).await.expect("sent");
        assert!(content(&answer).starts_with("No such alert here"), "{answer:?}");
    }
    for id in ["1:take:", "1:release:", "1:resolve:", "1:mute-alert:"] {
        let forged = json!({ "custom_id": id, "component_type": 2 });
        let answer = elsewhere.forge(3, forged, Some(&message.id)).await.expect("sent");
        assert!(content(&answer).starts_with("This alert is no longer kept"), "{id}: {answer:?}");
    }
    let thing = bridge.store.thing_message(record(&bridge).await).await.expect("asked").expect("kept");
    assert!(thing.live.handling.is_empty());
    bridge.stop().await;
}
