//! Many people at once, and a store that somebody holds: every first answer is in Discord's time.

use std::time::Instant;

use hookbell_fake_discord::{InteractionResponse, Member};
use serde_json::json;

use crate::support::{TestBridge, eventually};

const CHANNEL: &str = "2222";

async fn bridge() -> TestBridge {
    let bridge = TestBridge::builder().bot().start().await;
    eventually("commands", async || if bridge.discord.commands(CHANNEL).is_empty() { Err("none") } else { Ok(()) })
        .await;
    bridge
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_at_once_are_all_answered() {
    let bridge = bridge().await;
    for number in 0..20 {
        let body = json!({ "id": number.to_string(), "type": "order", "n": number }).to_string();
        bridge.send("generic", &[], &body).await;
    }
    bridge.drained().await;
    let member = |number: u32| Member { id: (9000 + number).to_string(), ..Member::default() };
    let ask = async |number: u32| {
        let here = bridge.discord.member(&member(number)).in_channel(CHANNEL);
        let (name, options) = match number % 4 {
            0 => ("events recent", vec![]),
            1 => ("events search", vec![("text", "order")]),
            2 => ("alerts status", vec![]),
            _ => ("events today", vec![]),
        };
        // The look-alike refuses what comes after three seconds, as Discord does.
        let answer = here.command(name, &options).await.expect("answered in time");
        assert!(matches!(answer.response, InteractionResponse::Message(_)), "{name}: {answer:?}");
    };
    let begun = Instant::now();
    futures_util::future::join_all((0..100).map(ask)).await;
    eprintln!("a hundred answers took {:?}", begun.elapsed());
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_holds_the_store_who_asks_is_told_to_wait_and_answered_then() {
    let bridge = bridge().await;
    let body = json!({ "id": "1", "type": "order", "n": 1 }).to_string();
    bridge.send("generic", &[], &body).await;
    bridge.drained().await;
    let other = rusqlite::Connection::open(bridge.folder.path().join("hookbell.db")).expect("the database");
    other.execute_batch("BEGIN IMMEDIATE").expect("the store is held");
    let here = bridge.discord.member(&Member::default()).in_channel(CHANNEL);
    let mute = async { here.command("alerts mute", &[("for", "1h"), ("reason", "tried")]).await.expect("answered") };
    let release = async {
        eventually("told to wait", async || {
            let requests = bridge.discord.requests();
            let deferred = |body: &serde_json::Value| body["type"] == 5;
            let is_told = requests.iter().any(|request| request.body.as_ref().is_some_and(deferred));
            if is_told { Ok(()) } else { Err(requests.len()) }
        })
        .await;
        // A question that only reads is not held up.
        let listed = here.command("events recent", &[]).await.expect("answered");
        assert!(matches!(listed.response, InteractionResponse::Message(_)), "{listed:?}");
        other.execute_batch("ROLLBACK").expect("released");
    };
    let (muted, ()) = tokio::join!(mute, release);
    let InteractionResponse::Message(message) = muted.response else { panic!("{muted:?}") };
    let text = message.object["content"].as_str().unwrap_or_default();
    assert!(text.starts_with("🔇 Muted:"), "{text}");
    bridge.stop().await;
}
