//! What is masked in a channel is masked in every answer.

use serde_json::{Value, json};

use super::fixture::{Asker, BotFixture, OPERATOR, button, command, pressed, typing};
use crate::bot::error::CommandError;
use hookbell_model::delivery::Plan;
use hookbell_model::event::Event;
use hookbell_model::privacy::Masks;

fn private(event: &mut Event) {
    event.facts.subject = Some("Order of ada@example.com".into());
    event.facts.actor = Some("ada@example.com".into());
    event.facts.url = Some("https://shop.example/orders?mail=ada@example.com".into());
}

/// Every text about the event that somebody gets.
async fn texts(fixture: &BotFixture, asker: Asker, id: &str) -> Vec<String> {
    let show = command("events show", &[("id", json!(id))]);
    let shown = fixture.reply(asker, show.clone()).await;
    let requests: Vec<Value> = vec![
        command("events recent", &[("count", json!(10))]),
        show,
        command("events explain", &[("id", json!(id))]),
        pressed(&button(&shown, "Details")),
        pressed(&button(&shown, "Share")),
        pressed(&button(&shown, "Payload")),
        typing("events show", "id", id),
        typing("events show", "id", "order"),
    ];
    let mut texts = Vec::new();
    for request in requests {
        let answer = fixture.ask(asker, request).await.expect("an answer");
        let files = answer.files().iter().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
        texts.push(std::iter::once(answer.callback().to_string()).chain(files).collect());
    }
    texts
}

#[tokio::test]
async fn masks_hold_in_every_answer() {
    let operator = Asker { permissions: OPERATOR, ..Asker::default() };
    let staff = Plan { mask: Some(Masks::default()), ..Plan::default() };
    let email = Plan { mask: Some(Masks::parse(["email"]).expect("a mask")), ..Plan::default() };
    let ip = Plan { mask: Some(Masks::parse(["ip"]).expect("a mask")), ..Plan::default() };
    for (plans, is_shown) in [
        (vec![Plan::default()], false),
        (vec![email.clone()], false),
        (vec![staff.clone()], true),
        (vec![ip], true),
        (vec![staff, email], false),
    ] {
        let fixture = BotFixture::new().await;
        let plans: Vec<(&str, &Plan)> = plans.iter().map(|plan| ("sales", plan)).collect();
        let id = fixture.event_with_plans(&plans, private).await.to_string();
        for text in texts(&fixture, operator, &id).await {
            assert!(is_shown || !text.contains("ada@"), "{plans:?}: {text}");
        }
        let list = fixture.list(operator, command("events recent", &[])).await;
        assert_eq!(list.contains("ada@"), is_shown, "{plans:?}: {list}");
    }
}

#[tokio::test]
async fn payloads_are_searched_by_those_who_operate_and_as_masked_as_they_are_shown() {
    let operator = Asker { permissions: OPERATOR, ..Asker::default() };
    let search = |text: &str| command("events search", &[("text", json!(text)), ("payload", json!(true))]);
    for (mask, is_found) in [(None, false), (Some(Masks::default()), true)] {
        let fixture = BotFixture::new().await;
        let plan = Plan { mask, ..Plan::default() };
        fixture.event_with_plans(&[("sales", &plan)], |event| event.facts.actor = Some("ada@example.com".into())).await;
        for text in ["ada@example.com", "ada@"] {
            let found = fixture.list(operator, search(text)).await;
            assert_eq!(!found.starts_with("Nothing here matches"), is_found, "{text}: {found}");
        }
        let found = fixture.list(operator, search("evt_")).await;
        assert!(!found.starts_with("Nothing here matches"), "{found}");
        let refused = fixture.ask(Asker::default(), search("evt_")).await;
        assert!(matches!(refused, Err(CommandError::Refused(_))), "{refused:?}");
    }
}
