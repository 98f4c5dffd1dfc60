//! Whom a message notifies: people whom an event names, and only once for each thing.

use hookbell_fake_discord::StoredMessage;
use serde_json::{Value, json};

use crate::support::TestBridge;

const TEMPLATE: &str = "provider = \"generic\"\n[[message]]\nname = \"review\"\nkey = \"pr:{{ payload.pr }}\"\ntitle = \"PR {{ payload.pr }} {{ payload.state }}\"\n";

async fn bridge(mention: &str) -> TestBridge {
    TestBridge::builder()
        .route(&format!("template = \"generic.review\"\nmention = {mention}\n"))
        .config("[people]\nalice = \"112233445566778899\"\n\"bob@example.com\" = \"998877665544332211\"\n")
        .file("templates/own.toml", TEMPLATE)
        .start()
        .await
}

async fn send(bridge: &TestBridge, id: u32, body: &Value) -> String {
    let mut body = body.clone();
    body["id"] = json!(format!("e{id}"));
    body["type"] = json!("review");
    let event = bridge.send("generic", &[], &body.to_string()).await.event().to_owned();
    bridge.drained().await;
    event
}

fn pinged(messages: &[StoredMessage]) -> Vec<Vec<String>> {
    messages.iter().map(|message| message.mentions.users.clone()).collect()
}

#[tokio::test]
async fn the_person_concerned_is_pinged_and_nobody_whom_the_config_does_not_name() {
    let bridge = bridge("[\"person:{{ payload.who }}\"]").await;
    send(&bridge, 1, &json!({ "pr": 1, "who": "Bob@Example.com" })).await;
    let stranger = send(&bridge, 2, &json!({ "pr": 2, "who": "555666777888999000" })).await;
    let messages = bridge.discord.messages("2222");
    assert_eq!(pinged(&messages), [vec!["998877665544332211".to_owned()], vec![]]);
    let reason = bridge.details(&stranger).await.deliveries[0].0.reason_text();
    assert!(reason.contains("nobody is pinged for `555666777888999000`, who is not in `[people]`"), "{reason}");
}

#[tokio::test]
async fn an_update_that_must_ring_is_posted_anew_and_its_repetition_is_not() {
    let mention = "[{ to = \"role:222\", when = \"payload.state == 'broken'\" }, \"person:{{ payload.who }}\"]";
    let bridge = bridge(mention).await;
    for (id, state, who) in
        [(1, "open", ""), (2, "asked", "alice"), (3, "asked again", "alice"), (4, "broken", "alice"), (5, "broken", "")]
    {
        send(&bridge, id, &json!({ "pr": 1, "state": state, "who": who })).await;
    }
    bridge.followed_up().await;
    let messages = bridge.discord.messages("2222");
    let alice = vec!["112233445566778899".to_owned()];
    let posted: Vec<Value> = messages.iter().map(|message| message.body["content"].clone()).collect();
    assert_eq!(messages.len(), 3, "the first, the one for alice, the one for the role: {posted:?}");
    assert!(posted[1].as_str().is_some_and(|content| content.contains("<@112233445566778899>")), "{posted:?}");
    assert!(posted[2].as_str().is_some_and(|content| content.contains("<@&222>")), "{posted:?}");
    assert_eq!(messages[1].body["allowed_mentions"]["users"], json!(alice));
    assert_eq!(messages[2].object["embeds"][0]["title"], "PR 1 broken");
    assert_eq!(messages[2].edits, 1);
}
