//! The registry of commands: what is accepted, how it is listed, and how much of it there may be.

use hookbell_fake_discord::BotAccess;

use super::bare_bot::{ALERTS, BOB, BareBot, acme};
use super::*;

const GLOBAL: &str = "/applications/4444/commands";
const SERVER: &str = "/applications/4444/guilds/1111/commands";

fn localized() -> Value {
    let choice = json!({ "name": "high", "name_localizations": { "de": "hoch" }, "value": "high" });
    let option = json!({
        "type": 3, "name": "severity", "name_localizations": { "de": "stufe" }, "description": "How bad",
        "description_localizations": { "de": "Wie schlimm" }, "choices": [choice],
    });
    json!([{
        "name": "events", "name_localizations": { "de": "ereignisse" }, "description": "What came in",
        "description_localizations": { "de": "Was kam" }, "options": [option],
    }])
}

#[tokio::test]
async fn localizations_are_listed_only_when_asked_for() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    let put = bot.rest("PUT", SERVER, &localized()).await;
    assert_eq!(put.body[0]["name_localizations"]["de"], "ereignisse", "{}", put.body);
    let plain = bot.rest("GET", SERVER, &Value::Null).await.body;
    assert!(!plain.to_string().contains("localizations"), "{plain}");
    let full = bot.rest("GET", &format!("{SERVER}?with_localizations=true"), &Value::Null).await.body;
    assert_eq!(full[0]["options"][0]["choices"][0]["name_localizations"]["de"], "hoch");
    assert_eq!(full[0]["options"][0]["description_localizations"]["de"], "Wie schlimm");
}

#[tokio::test]
async fn a_command_is_used_in_the_persons_language_and_named_in_the_applications() {
    let standin = acme().await;
    let mut bot = BareBot::with_commands(&standin, localized()).await;
    standin.limit_first_response(Duration::from_millis(20));
    standin.person(BOB).in_channel(ALERTS).command("ereignisse", &[("stufe", "hoch")]).await.expect("sent");
    let event = bot.interaction().await;
    assert_eq!((&event["data"]["name"], &event["locale"]), (&json!("events"), &json!("de")));
    assert_eq!(event["data"]["options"], json!([{ "name": "severity", "type": 3, "value": "high" }]));
}

#[tokio::test]
async fn one_command_is_deleted_and_its_name_is_free() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    let id = bot.rest("POST", SERVER, &localized()[0]).await.body["id"].as_str().expect("an id").to_owned();
    assert_eq!(bot.rest("DELETE", &format!("{SERVER}/{id}"), &Value::Null).await.status, 204);
    assert_eq!(bot.rest("GET", SERVER, &Value::Null).await.body, json!([]));
    assert_eq!(bot.rest("DELETE", &format!("{SERVER}/{id}"), &Value::Null).await.body["code"], 10063);
}

#[tokio::test]
async fn a_command_is_checked_in_every_language_and_by_its_type() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    let option = |more: Value| {
        let mut option = json!({ "type": 3, "name": "o", "description": "x" });
        option.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        json!([{ "name": "a", "description": "x", "options": [option] }])
    };
    let menu = |more: Value| {
        let mut menu = json!({ "name": "Explain this alert", "type": 3 });
        menu.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        json!([menu])
    };
    let named =
        |locale: &str, name: &str| json!([{ "name": "a", "description": "x", "name_localizations": { locale: name } }]);
    let cases = [
        (named("de", "Groß"), "0.name_localizations.de", "APPLICATION_COMMAND_INVALID_NAME"),
        (named("ja", "二 つ"), "0.name_localizations.ja", "APPLICATION_COMMAND_INVALID_NAME"),
        (named("xx", "a"), "0.name_localizations.xx", "BASE_TYPE_CHOICES"),
        (
            option(json!({ "channel_types": [0] })),
            "0.options.0.channel_types",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        ),
        (option(json!({ "type": 7, "channel_types": [99] })), "0.options.0.channel_types.0", "BASE_TYPE_CHOICES"),
        (option(json!({ "min_value": 1 })), "0.options.0.min_value", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        (
            option(json!({ "min_length": 5, "max_length": 4 })),
            "0.options.0",
            "APPLICATION_COMMAND_OPTIONS_MIN_MAX_INVALID",
        ),
        (menu(json!({ "description": "x" })), "0.description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID"),
        (
            menu(json!({ "options": [{ "type": 3, "name": "o", "description": "x" }] })),
            "0.options",
            "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID",
        ),
        (menu(json!({ "contexts": [0] })), "0.contexts", "APPLICATION_COMMAND_GLOBAL_ONLY"),
    ];
    for (commands, path, code) in cases {
        let response = bot.rest("PUT", SERVER, &commands).await;
        assert_eq!((response.status, leaf(&response.body, path)), (400, code), "{commands}: {}", response.body);
    }
    let global = bot.rest("PUT", GLOBAL, &menu(json!({ "contexts": [3], "description": "" }))).await;
    assert_eq!(leaf(&global.body, "0.contexts.0"), "BASE_TYPE_CHOICES");
    let fine = menu(json!({ "contexts": [0, 1], "integration_types": [0], "default_member_permissions": "8192" }));
    assert_eq!(bot.rest("PUT", GLOBAL, &fine).await.status, 200);
}

#[tokio::test]
async fn eight_thousand_characters_count_the_longest_language_once() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    // A name of 2 and a description of 98 make 100 an option; with the command's own 2 it is 8002, less what `short` takes.
    let commands = |short: usize| {
        let option = |at: usize, at_sub: usize| {
            let cut = if at == 0 && at_sub == 0 { short } else { 0 };
            json!({ "type": 3, "name": format!("{}", 10 + at), "description": "x".repeat(98 - cut),
                    "description_localizations": { "de": "y".repeat(10) } })
        };
        let sub = |at_sub: usize, count: usize| {
            let options: Vec<Value> = (0..count).map(|at| option(at, at_sub)).collect();
            json!({ "type": 1, "name": format!("{}", 10 + at_sub), "description": "x".repeat(98), "options": options })
        };
        json!([{ "name": "a", "description": "x", "options": [sub(0, 25), sub(1, 25), sub(2, 25), sub(3, 1)] }])
    };
    let large = bot.rest("PUT", SERVER, &commands(1)).await;
    assert_eq!(leaf(&large.body, "0"), "APPLICATION_COMMAND_TOO_LARGE", "{}", large.status);
    assert_eq!(bot.rest("PUT", SERVER, &commands(2)).await.status, 200);
}

#[tokio::test]
async fn a_day_has_two_hundred_new_commands_and_a_server_without_the_bot_none() {
    let standin = acme().await;
    let bot = BareBot::connect(&standin, 0).await;
    let batch = |from: usize| -> Value {
        (from..from + 100).map(|at| json!({ "name": format!("c{at}"), "description": "x" })).collect()
    };
    assert_eq!(bot.rest("PUT", SERVER, &batch(0)).await.status, 200);
    assert_eq!(bot.rest("PUT", SERVER, &batch(0)).await.status, 200, "the same ones are no new ones");
    assert_eq!(bot.rest("PUT", SERVER, &batch(100)).await.status, 200);
    let over = bot.rest("PUT", SERVER, &batch(200)).await;
    assert_eq!((over.status, &over.body["code"]), (400, &json!(30034)));
    assert_eq!(bot.rest("PUT", GLOBAL, &batch(0)).await.status, 200, "each place has its own count");
    let menus: Value = (0..16).map(|at| json!({ "name": format!("m{at}"), "type": 3 })).collect();
    assert_eq!(bot.rest("PUT", GLOBAL, &menus).await.body["code"], 30032);
    standin.set_bot("1111", BotAccess::Absent);
    for server in [SERVER, "/applications/4444/guilds/9/commands"] {
        let refused = bot.rest("GET", server, &Value::Null).await;
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!(50001)));
    }
}
