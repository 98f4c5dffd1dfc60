//! What an interaction carries: the person with computed permissions, the channel, what options resolve to, and where it
//! happened.

use hookbell_fake_discord::permission::{ALL, MANAGE_MESSAGES, VIEW_CHANNEL};
use hookbell_fake_discord::{
    BotAccess, ChannelSpec, InteractionError, InteractionResponse, Overwrite, Person, permission,
};

use super::bare_bot::{ADA, ALERTS, BOB, BareBot, OPS, acme};
use super::*;

fn bits(value: &Value) -> u64 {
    value.as_str().expect("a string of digits").parse().expect("digits")
}

fn look() -> Value {
    let option = |kind: i64, name: &str| json!({ "type": kind, "name": name, "description": "x" });
    let options = [(3, "text"), (4, "count"), (5, "all"), (6, "who"), (7, "where"), (8, "role"), (10, "share")];
    let options: Vec<Value> = options.iter().map(|(kind, name)| option(*kind, name)).collect();
    let sub = json!({ "type": 1, "name": "all", "description": "x", "options": options });
    let group = json!({ "type": 2, "name": "deep", "description": "x", "options": [sub] });
    json!([{ "name": "look", "description": "x", "options": [group] }])
}

#[tokio::test]
async fn a_command_carries_its_person_the_place_and_what_its_options_stand_for() {
    let standin = acme().await;
    standin.put_channel(ChannelSpec::text("1111", "2223", "secret"));
    standin.put_overwrite("2223", Overwrite::deny("1111", VIEW_CHANNEL));
    standin.put_channel(ChannelSpec::thread("1111", ALERTS, "2224", "incident"));
    let mut bot = BareBot::with_commands(&standin, look()).await;
    let options = [
        ("text", "two words"),
        ("count", "5"),
        ("all", "true"),
        ("who", BOB),
        ("where", "2223"),
        ("role", OPS),
        ("share", "0.5"),
    ];
    let ada = standin.person(ADA).in_channel("2224");
    let used = ada.command("look deep all", &options);
    let answered = async {
        let event = bot.interaction().await;
        assert_eq!(bot.callback(&event, &json!({ "type": 4, "data": { "content": "x" } })).await.status, 200);
        event
    };
    let (answer, event) = tokio::join!(used, answered);
    assert!(!answer.expect("sent").is_ephemeral());

    let member = &event["member"];
    assert_eq!((&member["user"]["id"], &member["roles"]), (&json!(ADA), &json!([OPS])));
    assert_eq!(bits(&member["permissions"]) & MANAGE_MESSAGES, MANAGE_MESSAGES);
    assert!(event["user"].is_null(), "a guild's interaction has a member instead");
    assert_eq!((&event["locale"], &event["guild_locale"]), (&json!("en-US"), &json!("en-US")));
    assert_eq!((&event["guild_id"], &event["context"]), (&json!("1111"), &json!(0)));
    assert_eq!(event["authorizing_integration_owners"], json!({ "0": "1111" }));
    assert_eq!((&event["attachment_size_limit"], &event["entitlements"]), (&json!(10_485_760), &json!([])));
    let channel = &event["channel"];
    assert_eq!((&channel["type"], &channel["parent_id"]), (&json!(11), &json!(ALERTS)));

    let values = &event["data"]["options"][0]["options"][0]["options"];
    let value = |at: usize| values[at]["value"].clone();
    assert_eq!([value(0), value(1), value(2), value(6)], [json!("two words"), json!(5), json!(true), json!(0.5)]);
    let resolved = &event["data"]["resolved"];
    assert_eq!(resolved["users"][BOB]["username"], "Bob");
    assert_eq!(bits(&resolved["members"][BOB]["permissions"]) & MANAGE_MESSAGES, 0);
    assert_eq!(resolved["roles"][OPS]["name"], "Ops");
    assert_eq!(bits(&resolved["channels"]["2223"]["permissions"]) & VIEW_CHANNEL, 0, "Ada cannot see #secret");
}

#[tokio::test]
async fn who_cannot_see_a_channel_or_may_not_use_a_command_sends_nothing() {
    let standin = acme().await;
    let needed = MANAGE_MESSAGES.to_string();
    let command = json!([{ "name": "act", "description": "x", "default_member_permissions": needed }]);
    let mut bot = BareBot::with_commands(&standin, command).await;
    standin.limit_first_response(Duration::from_millis(20));
    let bob = standin.person(BOB).in_channel(ALERTS);
    assert_eq!(bob.command("act", &[]).await, Err(InteractionError::Forbidden));
    standin.put_overwrite(ALERTS, Overwrite::allow(BOB, MANAGE_MESSAGES));
    assert_eq!(bob.command("act", &[]).await.expect("sent").response, InteractionResponse::NoAnswer);
    assert_eq!(bits(&bot.interaction().await["member"]["permissions"]) & MANAGE_MESSAGES, MANAGE_MESSAGES);
    standin.put_overwrite(ALERTS, Overwrite::deny("1111", VIEW_CHANNEL));
    assert_eq!(bob.command("act", &[]).await, Err(InteractionError::HiddenChannel));
    assert_eq!(
        standin.person("609").in_channel(ALERTS).command("act", &[]).await,
        Err(InteractionError::UnknownPerson)
    );
}

#[tokio::test]
async fn app_permissions_are_those_of_the_bot_in_the_channel() {
    let standin = acme().await;
    let mut bot = BareBot::with_commands(&standin, json!([{ "name": "ping", "description": "x" }])).await;
    standin.limit_first_response(Duration::from_millis(20));
    let ada = standin.person(ADA).in_channel(ALERTS);
    let mut app_permissions = async || {
        ada.command("ping", &[]).await.expect("sent");
        bits(&bot.interaction().await["app_permissions"])
    };
    assert_eq!(app_permissions().await, ALL);
    standin.set_bot("1111", BotAccess::Member { permissions: permission::MANAGE_WEBHOOKS });
    standin.put_overwrite(ALERTS, Overwrite::deny("4444", permission::SEND_MESSAGES));
    let held = app_permissions().await;
    assert_eq!(held & permission::MANAGE_WEBHOOKS, permission::MANAGE_WEBHOOKS);
    assert_eq!(held & (permission::SEND_MESSAGES | permission::ADMINISTRATOR), 0);
    standin.set_bot("1111", BotAccess::CommandsOnly);
    assert_eq!(app_permissions().await & permission::MANAGE_WEBHOOKS, 0);
}

#[tokio::test]
async fn direct_messages_have_a_user_and_no_server() {
    let standin = acme().await;
    let mut bot = BareBot::connect(&standin, 0).await;
    let commands = json!([
        { "name": "here", "description": "x", "contexts": [0] },
        { "name": "private", "description": "x", "contexts": [0, 1] },
    ]);
    assert_eq!(bot.rest("PUT", "/applications/4444/commands", &commands).await.status, 200);
    standin.limit_first_response(Duration::from_millis(20));
    let direct = standin.person(BOB).in_direct_messages();
    assert!(matches!(direct.command("here", &[]).await, Err(InteractionError::Input(_))));
    direct.command("private", &[]).await.expect("sent");
    let event = bot.interaction().await;
    assert_eq!((&event["user"]["id"], &event["locale"]), (&json!(BOB), &json!("de")));
    assert_eq!((&event["context"], &event["channel"]["type"]), (&json!(1), &json!(1)));
    assert_eq!(event["authorizing_integration_owners"], json!({ "0": "0" }));
    for absent in ["member", "guild_id", "guild", "guild_locale"] {
        assert!(event.get(absent).is_none(), "{absent} is in {event}");
    }
}

#[tokio::test]
async fn an_interaction_can_be_forged_and_a_message_is_used_only_where_it_is() {
    let standin = acme().await;
    standin.put_channel(ChannelSpec::text("9999", "8888", "elsewhere"));
    standin.put_person(Person::new(ADA, "Ada").member_of("1111", &[]).member_of("9999", &[]));
    let mut bot = BareBot::connect(&standin, 0).await;
    standin.limit_first_response(Duration::from_millis(20));
    let button = json!({ "type": 2, "style": 1, "label": "Ack", "custom_id": "1:ack:7" });
    let rows = json!([{ "type": 1, "components": [button] }]);
    let ours = standin.put_message(ALERTS, &json!({ "application_id": "4444", "components": rows }));
    let elsewhere = standin.person(ADA).in_channel("8888");
    assert_eq!(elsewhere.press(ours.as_str(), "Ack").await, Err(InteractionError::UnknownMessage));
    let data = json!({ "component_type": 2, "custom_id": "1:ack:8" });
    elsewhere.forge(3, data, Some(&ours)).await.expect("sent");
    let event = bot.interaction().await;
    assert_eq!((&event["guild_id"], &event["data"]["custom_id"]), (&json!("9999"), &json!("1:ack:8")));
    assert_eq!(event["message"]["id"], json!(ours));
}
