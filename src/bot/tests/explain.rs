//! `/events explain`, and the command in the menu of a message.

use serde_json::{Value, json};

use super::fixture::{Asker, BotFixture, OPERATOR, button, chosen, command, description, menu, pressed};
use crate::bot::error::CommandError;
use hookbell_model::delivery::Status;

fn explain(id: &str) -> Value {
    command("events explain", &[("id", json!(id))])
}

/// As Discord sends the use of a command in a message's menu; the message itself may hold anything.
fn on_message(id: &str) -> Value {
    json!({ "type": 2, "data": {
        "id": "6", "type": 3, "name": "Explain this alert", "target_id": id,
        "resolved": { "messages": { id: { "id": id, "components": [{ "type": 99 }] } } },
    } })
}

#[tokio::test]
async fn explain_tells_step_by_step_what_happened_here() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales", "secret"], |event| event.facts.subject = Some("Order 7".into())).await;
    fixture.settle("sales", Status::Dead, "the webhook was deleted").await;
    let reply = fixture.reply(Asker::default(), explain(&id.to_string())).await;
    assert_eq!(reply.message.embeds[0].title, "Why: Payment: Order 7");
    let steps = description(&reply);
    let lines: Vec<&str> = steps.lines().collect();
    assert_eq!(
        lines,
        [
            "-# <t:1700000000:D>",
            "<t:1700000000:T> received and kept",
            "<t:1700000000:T> **sales** queued",
            r"<t:1700000000:T> **sales** delivered after 120ms: \*\*200\*\*",
            "<t:1700000000:T> **sales** not delivered: the webhook was deleted",
        ]
    );
    let shown = fixture.reply(Asker::default(), pressed(&button(&reply, "Show"))).await;
    assert!(description(&shown).contains("not delivered"));
    let again = fixture.reply(Asker::default(), pressed(&button(&shown, "Explain"))).await;
    assert_eq!(again, reply);
}

#[tokio::test]
async fn what_would_have_to_change_is_for_those_who_operate() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales"], |_| {}).await;
    fixture.settle("sales", Status::Dead, "the webhook was deleted").await;
    let viewer = fixture.reply(Asker::default(), explain(&id.to_string())).await;
    assert!(viewer.message.embeds[0].fields.is_empty());
    let operator = Asker { permissions: OPERATOR, ..Asker::default() };
    let reply = fixture.reply(operator, explain(&id.to_string())).await;
    let fields: Vec<&str> = reply.message.embeds[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["What would have to change"]);
}

#[tokio::test]
async fn the_events_behind_a_message_are_explained_and_others_do_not_exist() {
    let fixture = BotFixture::new().await;
    let nothing = fixture.ask(Asker::default(), on_message("777")).await;
    assert_eq!(nothing, Err(CommandError::NotOurMessage));
    let first = fixture.event(&["sales"], |event| event.facts.subject = Some("First".into())).await;
    fixture.settle("sales", Status::Delivered, "").await;
    let one = fixture.reply(Asker::default(), on_message("777")).await;
    assert_eq!(one.message.embeds[0].title, "Why: Payment: First");
    // Another one is told in the same message, and a third in a channel that is none of theirs.
    fixture.event(&["sales"], |event| event.facts.subject = Some("Second".into())).await;
    fixture.settle("sales", Status::Delivered, "").await;
    fixture.event(&["secret"], |event| event.facts.subject = Some("Hidden".into())).await;
    fixture.settle("secret", Status::Delivered, "").await;
    let several = fixture.reply(Asker::default(), on_message("777")).await;
    assert_eq!(several.message.content, "This message tells 2 events. Which one?");
    let first = fixture.reply(Asker::default(), chosen(&menu(&several), &first.to_string())).await;
    assert_eq!(first, one);
    let elsewhere = Asker { channel: "3333", ..Asker::default() };
    assert_eq!(fixture.ask(elsewhere, on_message("777")).await, nothing);
}
