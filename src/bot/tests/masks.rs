//! What is masked in a channel is masked in every answer.

use serde_json::{Value, json};

use super::fixture::{Asker, BotFixture, OPERATOR, button, command, pressed, typing};
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
