//! Two libraries that know nothing of each other read what the stand-in sends: serenity, which the bot uses, and twilight.

use hookbell_fake_discord::ChannelSpec;
use serde::de::DeserializeOwned;
use serenity::all as serenity_model;
use twilight_model::application::interaction::{Interaction, InteractionData};

use super::bare_bot::{ADA, ALERTS, BOB, BareBot, OPS, acme};
use super::*;

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error} in {value:#}"))
}

#[tokio::test]
async fn every_kind_of_interaction_is_read() {
    let standin = acme().await;
    let options: Value = [(3, "text"), (6, "who"), (7, "where"), (8, "role"), (9, "any")]
        .into_iter()
        .map(|(kind, name)| json!({ "type": kind, "name": name, "description": "x", "autocomplete": kind == 3 }))
        .collect();
    let commands =
        json!([{ "name": "look", "description": "x", "options": options }, { "name": "Explain", "type": 3 }]);
    let mut bot = BareBot::with_commands(&standin, commands).await;
    standin.put_channel(ChannelSpec::thread("1111", ALERTS, "2224", "incident"));
    let input = json!({ "type": 4, "custom_id": "t", "style": 1, "label": "Text" });
    let form = json!({ "custom_id": "f", "title": "F", "components": [{ "type": 1, "components": [input] }] });
    let button = json!({ "type": 2, "style": 1, "label": "Form", "custom_id": "b" });
    let menu = json!({ "type": 7, "custom_id": "m", "placeholder": "Who" });
    let rows = json!([{ "type": 1, "components": [button] }, { "type": 1, "components": [menu] }]);
    let message = json!({ "type": 4, "data": { "content": "x", "components": rows } });
    let answers = [
        json!({ "type": 8, "data": { "choices": [] } }),
        message.clone(),
        message.clone(),
        json!({ "type": 9, "data": form }),
        json!({ "type": 6 }),
        message,
    ];
    let ada = standin.person(ADA).patient(Duration::ZERO).in_channel("2224");
    let used = async {
        ada.suggest("look", &[("text", "a")]).await.expect("sent");
        let given = [("who", BOB), ("where", "2224"), ("role", OPS), ("any", ADA), ("text", "a")];
        let answer = ada.command("look", &given).await.expect("sent");
        ada.choose(&answer, "Who", &[OPS]).await.expect("sent");
        let opened = ada.press(&answer, "Form").await.expect("sent");
        ada.submit(&opened, &[("Text", "x")]).await.expect("sent");
        ada.apps_menu(&answer, "Explain").await.expect("sent");
    };
    let seen = async {
        let mut events = Vec::new();
        for answer in &answers {
            let event = bot.interaction().await;
            let response = bot.callback(&event, answer).await;
            assert_eq!(response.status, 200, "{}", response.body);
            events.push(event);
        }
        events
    };
    let ((), events) = tokio::join!(used, seen);
    for event in &events {
        let by_twilight: Interaction = read(event);
        assert!(
            by_twilight.app_permissions.is_some() && by_twilight.channel.is_some() && by_twilight.guild_id.is_some()
        );
        read::<serenity_model::Interaction>(event);
    }
    let Some(InteractionData::ModalSubmit(_)) = read::<Interaction>(&events[4]).data else { panic!("a form") };
}

#[tokio::test]
async fn servers_channels_webhooks_and_messages_are_read() {
    let standin = acme().await;
    standin.put_channel(ChannelSpec::forum("1111", "2226", "topics", &[("72", "urgent")]));
    standin.put_channel(ChannelSpec::thread("1111", ALERTS, "2224", "incident"));
    let mut bot = BareBot::connect(&standin, 1).await;
    let created = bot.event("GUILD_CREATE").await;
    assert_eq!(read::<twilight_model::guild::Guild>(&created).channels.len(), 2);
    assert_eq!(read::<serenity_model::Guild>(&created).channels.len(), 2);
    let get = async |path: &str| bot.rest("GET", path, &Value::Null).await.body;
    let guild = get("/guilds/1111").await;
    assert_eq!(read::<serenity_model::PartialGuild>(&guild).name, "Acme");
    for channel in [ALERTS, "2226", "2224"] {
        let channel = get(&format!("/channels/{channel}")).await;
        read::<serenity_model::GuildChannel>(&channel);
        read::<twilight_model::channel::Channel>(&channel);
    }
    let webhook = bot.rest("POST", &format!("/channels/{ALERTS}/webhooks"), &json!({ "name": "feed" })).await.body;
    assert!(read::<serenity_model::Webhook>(&webhook).application_id.is_some());
    read::<twilight_model::channel::Webhook>(&webhook);
    let direct = bot.rest("POST", "/users/@me/channels", &json!({ "recipient_id": ADA })).await.body;
    read::<serenity_model::PrivateChannel>(&direct);
    let path = format!("/channels/{}/messages", direct["id"].as_str().expect("an id"));
    let message = bot.rest("POST", &path, &json!({ "content": "hi" })).await.body;
    read::<serenity_model::Message>(&message);
    read::<twilight_model::channel::Message>(&message);
    let commands = json!([{ "name": "events", "description": "x" }, { "name": "Explain", "type": 3 }]);
    bot.rest("PUT", "/applications/4444/commands", &commands).await;
    let listed = get("/applications/4444/commands?with_localizations=true").await;
    assert_eq!(read::<Vec<twilight_model::application::command::Command>>(&listed).len(), 2);
    assert_eq!(read::<Vec<serenity_model::Command>>(&listed).len(), 2);
}
