//! Interactions by HTTP, through the whole program: signed as Discord signs them, and not.

use hookbell_fake_discord::StandIn;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::support::{HttpResponse, RunningApp, client, config_text, eventually, fetch, stand_in};

struct Portal {
    key: Ed25519KeyPair,
    app: RunningApp,
    discord: StandIn,
    _folder: tempfile::TempDir,
}

impl Portal {
    async fn open() -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key");
        let discord = stand_in().await;
        let folder = tempfile::tempdir().expect("a folder");
        let public_key = hex::encode(key.public_key().as_ref());
        let bot = format!("[discord]\nbot_token = \"{}\"\npublic_key = \"{public_key}\"\n", discord.bot_token());
        let text = config_text(&discord, "").replacen("[discord]\n", &bot, 1);
        let app = RunningApp::start(&text, folder.path()).await;
        Self { key, app, discord, _folder: folder }
    }

    async fn send(&self, body: &str, signature: &str, timestamp: &str) -> HttpResponse {
        let url = format!("http://{}/discord/interactions", self.app.public);
        let request = client().post(url).header("content-type", "application/json");
        let request = request.header("x-signature-ed25519", signature).header("x-signature-timestamp", timestamp);
        fetch(request.body(body.to_owned())).await
    }

    async fn signed(&self, interaction: &Value) -> HttpResponse {
        let body = interaction.to_string();
        let signature = hex::encode(self.key.sign(format!("1700000000{body}").as_bytes()));
        self.send(&body, &signature, "1700000000").await
    }

    async fn close(self) {
        self.app.stop().await;
        self.discord.stop().await;
    }
}

fn recent() -> Value {
    json!({
        "id": fastrand::u64(1..1 << 60).to_string(), "application_id": "4444", "token": "tok", "type": 2,
        "guild_id": "1111", "channel_id": "2222", "locale": "en-US",
        "member": { "user": { "id": "5", "username": "mia" }, "roles": [], "permissions": "1024" },
        "data": { "id": "6", "name": "events", "type": 1, "options": [{ "type": 1, "name": "recent", "options": [] }] },
    })
}

#[tokio::test]
async fn a_signed_interaction_is_answered_in_the_answer_to_its_request() {
    let portal = Portal::open().await;
    let pong = portal.signed(&json!({ "id": "1", "application_id": "4444", "token": "t", "type": 1 })).await;
    assert_eq!((pong.status, pong.body), (200, json!({ "type": 1 })));
    let answer = portal.signed(&recent()).await.body;
    assert_eq!((&answer["type"], &answer["data"]["flags"]), (&json!(4), &json!(64)), "{answer}");
    assert!(portal.discord.requests().iter().all(|request| !request.path.ends_with("/callback")));
    assert_eq!(portal.discord.gateway_stats().identifies, 0, "no session of the gateway");
    eventually("its commands are registered", async || {
        if portal.discord.commands("2222").is_empty() { Err("none yet") } else { Ok(()) }
    })
    .await;
    portal.close().await;
}

#[tokio::test]
async fn what_is_not_signed_by_discord_is_refused_before_it_is_read() {
    let portal = Portal::open().await;
    let body = recent().to_string();
    let right = hex::encode(portal.key.sign(format!("1700000000{body}").as_bytes()));
    let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).expect("a key");
    let forged = hex::encode(other.sign(format!("1700000000{body}").as_bytes()));
    for (signature, timestamp, body) in [
        (forged.as_str(), "1700000000", body.as_str()),
        (right.as_str(), "1700000001", body.as_str()),
        (right.as_str(), "1700000000", "{\"type\":1}"),
        ("", "", body.as_str()),
        ("zz", "1700000000", body.as_str()),
    ] {
        let answer = portal.send(body, signature, timestamp).await;
        assert_eq!((answer.status, answer.body), (401, json!({ "error": "unverified" })));
    }
    assert_eq!(portal.send(&body, &right, "1700000000").await.status, 200);
    let (_, metrics) = portal.app.ask("/metrics").await;
    assert!(metrics.contains("hookbell_bot_forged_total 5"), "{metrics}");
    let wrong_method = client().get(format!("http://{}/discord/interactions", portal.app.public));
    assert_eq!(fetch(wrong_method).await.status, 405);
    portal.close().await;
}

#[tokio::test]
async fn an_interaction_that_comes_twice_is_answered_once_by_http_too() {
    let portal = Portal::open().await;
    let interaction = recent();
    assert_eq!(portal.signed(&interaction).await.status, 200);
    let again = portal.signed(&interaction).await;
    assert_eq!((again.status, again.body.as_str().unwrap_or_default()), (202, ""));
    portal.close().await;
}
