//! Components, menus and forms, and what Discord accepts as an answer to each.

use hookbell_fake_discord::{InteractionError, InteractionResponse};

use super::bare_bot::{ADA, ALERTS, BOB, BareBot, acme};
use super::*;

const PING: &str = r#"[{ "name": "ping", "description": "x" }, { "name": "Explain this alert", "type": 3 }]"#;

fn ping() -> Value {
    serde_json::from_str(PING).expect("JSON")
}

fn row(component: &Value) -> Value {
    json!({ "type": 1, "components": [component] })
}

fn button(label: &str, id: &str) -> Value {
    json!({ "type": 2, "style": 1, "label": label, "custom_id": id })
}

fn menu(options: &[&str]) -> Value {
    let options: Vec<Value> = options.iter().map(|one| json!({ "label": one.to_uppercase(), "value": one })).collect();
    json!({ "type": 3, "custom_id": "menu", "placeholder": "Open one", "options": options })
}

fn form(inputs: &[Value]) -> Value {
    let rows: Vec<Value> = inputs.iter().map(row).collect();
    json!({ "type": 9, "data": { "custom_id": "note", "title": "A note", "components": rows } })
}

fn input(id: &str, label: &str) -> Value {
    json!({ "type": 4, "custom_id": id, "style": 1, "label": label, "max_length": 10 })
}

fn say(content: &str, rows: &[Value]) -> Value {
    json!({ "type": 4, "data": { "content": content, "components": rows, "flags": 64 } })
}

#[tokio::test]
async fn buttons_menus_and_forms_bring_what_the_person_did() {
    let standin = acme().await;
    let mut bot = BareBot::with_commands(&standin, ping()).await;
    let ada = standin.person(ADA).in_channel(ALERTS);
    let people = json!({ "type": 5, "custom_id": "who", "max_values": 2 });
    let rows = vec![row(&button("Note", "open")), row(&menu(&["a", "b"])), row(&people)];
    let (first, _) = tokio::join!(ada.command("ping", &[]), async {
        let event = bot.interaction().await;
        assert_eq!(bot.callback(&event, &say("pong", &rows)).await.status, 200);
    });
    let first = first.expect("sent");
    assert_eq!((first.is_ephemeral(), first.text()), (true, "pong\nNote\nOpen one\nA\nB".to_owned()));
    assert_eq!(ada.messages().len(), 1);
    let bob = standin.person(BOB).in_channel(ALERTS);
    assert!(bob.messages().is_empty(), "nobody else sees a private answer");
    assert_eq!(bob.press(&first, "Note").await, Err(InteractionError::UnknownMessage));

    let (chosen, event) = tokio::join!(ada.choose(&first, "Open one", &["B"]), async {
        let event = bot.interaction().await;
        let update = json!({ "type": 7, "data": { "content": "b it is" } });
        assert_eq!(bot.callback(&event, &update).await.status, 200);
        event
    });
    assert_eq!(chosen.expect("sent").message().expect("updated").object["content"], "b it is");
    assert_eq!((&event["data"]["values"], &event["data"]["component_type"]), (&json!(["b"]), &json!(3)));
    assert_eq!(event["message"]["id"], first.message().expect("a message").id);
    let both = ada.choose(&first, "Open one", &["a", "b"]).await;
    assert_eq!(both, Err(InteractionError::ChoiceCount { least: 1, most: 1 }));
    assert_eq!(ada.choose(&first, "Open one", &["c"]).await, Err(InteractionError::UnknownChoice("c".into())));

    let (_, event) = tokio::join!(ada.choose(&first, "who", &[BOB]), async {
        let event = bot.interaction().await;
        bot.callback(&event, &json!({ "type": 6 })).await;
        bot.follow_up("PATCH", &event, "/messages/@original", &json!({ "content": "seen" })).await;
        event
    });
    assert_eq!(event["data"]["resolved"]["users"][BOB]["username"], "Bob");

    let (opened, _) = tokio::join!(ada.press(&first, "Note"), async {
        let event = bot.interaction().await;
        assert_eq!(bot.callback(&event, &form(&[input("text", "Text")])).await.status, 200);
    });
    let opened = opened.expect("sent");
    assert_eq!(opened.form().expect("a form")["title"], "A note");
    assert_eq!(ada.submit(&opened, &[("Text", "far too long")]).await, Err(InteractionError::Field("Text".into())));
    assert_eq!(bob.submit(&opened, &[("Text", "hi")]).await, Err(InteractionError::NoForm));
    let (sent, event) = tokio::join!(ada.submit(&opened, &[("Text", "hi")]), async {
        let event = bot.interaction().await;
        let again = bot.callback(&event, &form(&[input("text", "Text")])).await;
        assert_eq!(leaf(&again.body, "type"), "BASE_TYPE_CHOICES", "a form cannot answer a form");
        let update = json!({ "type": 7, "data": { "content": "noted" } });
        assert_eq!(bot.callback(&event, &update).await.status, 200);
        event
    });
    assert!(matches!(sent.expect("sent").response, InteractionResponse::Updated(_)));
    assert_eq!((&event["type"], &event["data"]["custom_id"]), (&json!(5), &json!("note")));
    let field = &event["data"]["components"][0]["components"][0];
    assert_eq!((&field["custom_id"], &field["value"]), (&json!("text"), &json!("hi")));
}

#[tokio::test]
async fn a_message_command_brings_any_message_and_its_button_only_our_own() {
    let standin = acme().await;
    let mut bot = BareBot::with_commands(&standin, ping()).await;
    standin.limit_first_response(Duration::from_millis(20));
    let ada = standin.person(ADA).in_channel(ALERTS);
    let said = standin.say(BOB, ALERTS, "It is down again");
    let strange = standin.put_message(ALERTS, &json!({ "author": 7, "timestamp": "yesterday", "type": "odd" }));
    for id in [&said, &strange] {
        ada.apps_menu(id.as_str(), "Explain this alert").await.expect("sent");
        let event = bot.interaction().await;
        assert_eq!((&event["data"]["type"], &event["data"]["target_id"]), (&json!(3), &json!(id)));
        assert_eq!(event["data"]["resolved"]["messages"][id]["id"], json!(id));
    }
    let foreign = json!({ "application_id": "77", "components": [row(&button("Go", "go"))] });
    let foreign = standin.put_message(ALERTS, &foreign);
    assert_eq!(ada.press(&foreign, "Go").await, Err(InteractionError::NotTheBots));
    let unknown = ada.apps_menu(&said, "Explain").await;
    assert_eq!(unknown, Err(InteractionError::UnknownMenuCommand("Explain".into())));
}

#[tokio::test]
async fn each_kind_of_interaction_has_its_callbacks() {
    let standin = acme().await;
    let mut bot = BareBot::with_commands(&standin, ping()).await;
    standin.limit_first_response(Duration::from_secs(30));
    let ada = standin.person(ADA).in_channel(ALERTS);
    let many: Vec<String> = (0..26).map(|number| format!("o{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut labelled = input("a", "A");
    labelled["value"] = json!("eleven long");
    let data = |rows: Value| json!({ "type": 4, "data": { "content": "x", "components": rows } });
    let two = json!([row(&button("A", "a")), row(&button("B", "a"))]);
    let cases = [
        (json!({ "type": 6 }), "type", "BASE_TYPE_CHOICES"),
        (json!({ "type": 7, "data": { "content": "x" } }), "type", "BASE_TYPE_CHOICES"),
        (json!({ "type": 8, "data": { "choices": [] } }), "type", "BASE_TYPE_CHOICES"),
        (json!({ "type": 4 }), "data", "BASE_TYPE_REQUIRED"),
        (json!({ "type": 5, "data": { "flags": 4 } }), "data.flags", "BITFIELD_TYPE_INVALID"),
        (data(two), "data.components.1.components.0.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (
            data(json!([row(&menu(&["a", "a"]))])),
            "data.components.0.components.0.options.1.value",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (data(json!([row(&menu(&many))])), "data.components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (data(json!([row(&menu(&[]))])), "data.components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (form(&[]), "data.components", "BASE_TYPE_BAD_LENGTH"),
        (form(&[input("a", &"x".repeat(46))]), "data.components.0.components.0.label", "BASE_TYPE_MAX_LENGTH"),
        (form(&[labelled]), "data.components.0.components.0.value", "BASE_TYPE_BAD_LENGTH"),
        (form(&[button("A", "a")]), "data.components.0.components.0.type", "BASE_TYPE_CHOICES"),
        (
            form(&[input("a", "A"), input("a", "B")]),
            "data.components.1.components.0.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
    ];
    let (_, ()) = tokio::join!(ada.command("ping", &[]), async {
        let event = bot.interaction().await;
        for (body, path, code) in &cases {
            let response = bot.callback(&event, body).await;
            assert_eq!((response.status, leaf(&response.body, path)), (400, *code), "{body}: {}", response.body);
        }
        let early = bot.follow_up("POST", &event, "", &json!({ "content": "x" })).await;
        assert_eq!(early.body["code"], 10015, "no follow-up before the first response");
        assert_eq!(bot.callback(&event, &json!({ "type": 5, "data": { "flags": 64 } })).await.status, 200);
        let second = bot.callback(&event, &json!({ "type": 5 })).await;
        assert_eq!((second.status, &second.body["code"]), (400, &json!(40060)));
        let edit = json!({ "content": "done", "flags": 4 });
        bot.follow_up("PATCH", &event, "/messages/@original", &edit).await;
        let follow_up = bot.follow_up("POST", &event, "", &json!({ "content": "public" })).await.body;
        assert_eq!(follow_up["flags"], 0, "a follow-up says by itself who sees it");
    });
    let [private, public] = &ada.messages()[..] else { panic!("two messages") };
    assert!(private.is_ephemeral() && !public.is_ephemeral(), "the deferral fixed it");
}

#[tokio::test]
async fn files_come_with_an_answer_within_the_limit_and_their_description() {
    let standin = acme().await;
    let mut bot = BareBot::with_commands(&standin, ping()).await;
    standin.limit_attachments(1000);
    let ada = standin.person(ADA).in_channel(ALERTS);
    let attached = |id: i64| {
        let attachment = json!({ "id": id, "filename": "chart.png", "description": "Sales: 3" });
        let embed = json!({ "image": { "url": "attachment://chart.png" } });
        json!({ "type": 4, "data": { "embeds": [embed], "attachments": [attachment] } })
    };
    let (answer, ()) = tokio::join!(ada.command("ping", &[]), async {
        let event = bot.interaction().await;
        assert_eq!(event["attachment_size_limit"], 1000);
        let large = bot.callback_with_file(&event, &attached(0), vec![0; 1001]).await;
        assert_eq!((large.status, &large.body["code"]), (413, &json!(40005)));
        let missing = bot.callback_with_file(&event, &attached(1), vec![1, 2]).await;
        assert_eq!(leaf(&missing.body, "data.attachments.0.id"), "ATTACHMENT_NOT_FOUND");
        assert_eq!(bot.callback_with_file(&event, &attached(0), vec![1, 2]).await.status, 200);
        let kept = bot.follow_up("PATCH", &event, "/messages/@original", &json!({ "content": "x" })).await.body;
        assert_eq!(kept["attachments"].as_array().map(Vec::len), Some(1));
    });
    let answer = answer.expect("sent");
    let message = answer.message().expect("a message");
    assert_eq!((message.files[0].bytes.as_slice(), message.files[0].filename.as_str()), (&[1, 2][..], "chart.png"));
    assert_eq!(message.object["attachments"][0]["description"], "Sales: 3");
    assert!(message.object["embeds"][0]["image"]["proxy_url"].as_str().is_some_and(|url| url.starts_with("data:")));
}

#[tokio::test]
async fn suggestions_fit_the_type_of_their_option_and_a_token_reaches_no_other_message() {
    let standin = acme().await;
    let option = json!({ "type": 4, "name": "n", "description": "x", "autocomplete": true });
    let command = json!([{ "name": "pick", "description": "x", "options": [option] }]);
    let mut bot = BareBot::with_commands(&standin, command).await;
    let ada = standin.person(ADA).in_channel(ALERTS);
    let said = standin.say(BOB, ALERTS, "mine");
    let choices = |value: Value| json!({ "type": 8, "data": { "choices": [{ "name": "one", "value": value }] } });
    let (answer, ()) = tokio::join!(ada.suggest("pick", &[("n", "1")]), async {
        let event = bot.interaction().await;
        assert_eq!(event["data"]["options"][0]["focused"], true);
        let text = bot.callback(&event, &choices(json!("1"))).await;
        assert_eq!(leaf(&text.body, "data.choices.0.value"), "APPLICATION_COMMAND_OPTIONS_VALUE_INVALID");
        assert_eq!(bot.callback(&event, &choices(json!(1))).await.status, 200);
        let other = bot.follow_up("PATCH", &event, &format!("/messages/{said}"), &json!({ "content": "yours" })).await;
        assert_eq!((other.status, &other.body["code"]), (404, &json!(10008)));
    });
    assert_eq!(answer.expect("sent").suggestions(), ["one"]);
}
