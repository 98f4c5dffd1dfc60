//! What a bot does as a member: its own webhooks, direct messages, and the events that tell of changes.

use hookbell_fake_discord::permission::{ALL, MANAGE_WEBHOOKS, VIEW_CHANNEL};
use hookbell_fake_discord::{BotAccess, Overwrite, Person};

use super::bare_bot::{ADA, ALERTS, BOB, BareBot, acme};
use super::*;

const GUILDS: u64 = 1;
const GUILD_WEBHOOKS: u64 = 1 << 5;

fn button() -> Value {
    let button = json!({ "type": 2, "style": 1, "label": "Ack", "custom_id": "ack" });
    json!({ "content": "x", "components": [{ "type": 1, "components": [button] }] })
}

#[tokio::test]
async fn a_webhook_of_the_bot_carries_buttons_that_reach_it_and_a_hand_made_one_none() {
    let standin = acme().await;
    let mut bot = BareBot::connect(&standin, 0).await;
    let made = bot.rest("POST", &format!("/channels/{ALERTS}/webhooks"), &json!({ "name": "hookbell feed" })).await;
    assert_eq!((made.status, &made.body["application_id"]), (200, &json!("4444")), "{}", made.body);
    let (id, token) = (made.body["id"].as_str().expect("an id"), made.body["token"].as_str().expect("a token"));
    let posted = bot.rest("POST", &format!("/webhooks/{id}/{token}?wait=true"), &button()).await.body;
    assert_eq!(posted["components"][0]["components"][0]["custom_id"], "ack");
    let ada = standin.person(ADA).in_channel(ALERTS);
    let message = posted["id"].as_str().expect("an id");
    let (pressed, event) = tokio::join!(ada.press(message, "Ack"), async {
        let event = bot.interaction().await;
        bot.callback(&event, &json!({ "type": 7, "data": { "components": [] } })).await;
        event
    });
    assert_eq!((&event["message"]["webhook_id"], &event["message"]["id"]), (&json!(id), &json!(message)));
    assert_eq!(pressed.expect("sent").text(), "x");

    let ignored = post(&standin, "wait=true", button()).await;
    assert_eq!((ignored.status, &ignored.body["components"]), (200, &json!([])));
    let refused = post(&standin, "wait=true&with_components=true", button()).await;
    assert_eq!(leaf(&refused.body, "components.0.components.0"), "COMPONENT_INTERACTIVE_NOT_ALLOWED");

    let moved = bot.rest("PATCH", &format!("/webhooks/{id}"), &json!({ "name": "another" })).await;
    assert_eq!(moved.body["name"], "another");
    assert_eq!(bot.rest("DELETE", &format!("/webhooks/{id}"), &Value::Null).await.status, 204);
    assert_eq!(bot.rest("GET", &format!("/webhooks/{id}"), &Value::Null).await.body["code"], 10015);
}

#[tokio::test]
async fn making_a_webhook_needs_the_permission_in_the_channel_and_a_free_place() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    let path = format!("/channels/{ALERTS}/webhooks");
    let make = async || bot.rest("POST", &path, &json!({ "name": "feed" })).await;
    standin.set_bot("1111", BotAccess::Member { permissions: 0 });
    assert_eq!(make().await.body["code"], 50013);
    standin.put_overwrite(ALERTS, Overwrite::allow("4444", MANAGE_WEBHOOKS));
    assert_eq!(make().await.status, 200);
    standin.put_overwrite(ALERTS, Overwrite::deny("1111", VIEW_CHANNEL));
    assert_eq!(make().await.body["code"], 50001);
    standin.set_bot("1111", BotAccess::CommandsOnly);
    assert_eq!(make().await.body["code"], 50001, "no member, no webhooks");
    standin.set_bot("1111", BotAccess::Member { permissions: ALL });
    let named = bot.rest("POST", &path, &json!({ "name": "My Discord feed" })).await;
    assert_eq!(leaf(&named.body, "name"), "USERNAME_INVALID_CONTAINS");
    // With the one made by hand and the one above.
    for _ in 0..13 {
        assert_eq!(make().await.status, 200);
    }
    assert_eq!(make().await.body["code"], 30007);
    assert_eq!(bot.rest("POST", "/channels/9/webhooks", &json!({ "name": "x" })).await.body["code"], 10003);
}

#[tokio::test]
async fn direct_messages_are_posted_to_who_takes_them() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    standin.put_person(Person { closed_to_messages: true, ..Person::new(BOB, "Bob").member_of("1111", &[]) });
    let mut codes = Vec::new();
    for person in [ADA, BOB] {
        let open = bot.rest("POST", "/users/@me/channels", &json!({ "recipient_id": person })).await.body;
        assert_eq!((&open["type"], &open["recipients"][0]["id"]), (&json!(1), &json!(person)));
        let path = format!("/channels/{}/messages", open["id"].as_str().expect("an id"));
        codes.push(bot.rest("POST", &path, &button()).await.body["code"].clone());
    }
    assert_eq!(codes, [Value::Null, json!(50007)]);
    standin.set_bot("1111", BotAccess::CommandsOnly);
    let path = format!("/channels/{}/messages", standin.direct_channel(ADA));
    assert_eq!(bot.rest("POST", &path, &button()).await.body["code"], 50007, "they share no server");
    assert_eq!(standin.person(ADA).in_direct_messages().messages().len(), 1);
    assert_eq!(bot.rest("POST", "/users/@me/channels", &json!({ "recipient_id": "1" })).await.body["code"], 50033);
}

#[tokio::test]
async fn servers_and_channels_are_read_where_the_bot_is_a_member() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    let get = async |path: &str| bot.rest("GET", path, &Value::Null).await.body;
    assert_eq!(get("/users/@me/guilds").await[0]["name"], "Acme");
    assert_eq!(get("/guilds/1111").await["roles"][1]["name"], "Ops");
    assert_eq!(get(&format!("/channels/{ALERTS}")).await["name"], "alerts");
    standin.set_bot("1111", BotAccess::CommandsOnly);
    assert_eq!(get("/users/@me/guilds").await, json!([]));
    for path in ["/guilds/1111", &format!("/channels/{ALERTS}"), &format!("/channels/{ALERTS}/messages")] {
        assert_eq!(get(path).await["code"], 50001, "{path}");
    }
}

#[tokio::test]
async fn changes_are_told_to_bots_with_the_intent() {
    let standin = acme().await;
    let mut quiet = BareBot::connect(&standin, 0).await;
    let mut told = BareBot::connect(&standin, GUILDS | GUILD_WEBHOOKS).await;
    assert_eq!(told.event("GUILD_CREATE").await["channels"][0]["id"], ALERTS);
    standin.delete_webhook("alerts");
    assert_eq!(told.event("WEBHOOKS_UPDATE").await["channel_id"], ALERTS);
    assert!(standin.delete_channel(ALERTS));
    assert_eq!(told.event("CHANNEL_DELETE").await["id"], ALERTS);
    standin.set_bot("1111", BotAccess::Absent);
    assert_eq!(told.event("GUILD_DELETE").await["id"], "1111");
    // An interaction is the first event that the other bot gets.
    standin.put_server(hookbell_fake_discord::ServerSpec::new("1111", "Acme"));
    standin.put_channel(hookbell_fake_discord::ChannelSpec::text("1111", "2225", "new"));
    quiet.rest("PUT", "/applications/4444/commands", &json!([{ "name": "ping", "description": "x" }])).await;
    standin.limit_first_response(Duration::from_millis(20));
    standin.person(ADA).in_channel("2225").command("ping", &[]).await.expect("sent");
    assert_eq!(quiet.any_event().await["t"], "INTERACTION_CREATE");
}
