//! `/events show`, and replies that have to fit.

use std::time::Duration;

use serde_json::json;

use super::fixture::{Asker, BotFixture, NOW, OPERATOR, button, command, description, pressed, typing};
use crate::bot::answer::{Answer, Reply};
use crate::store::Accepted;
use hookbell_model::delivery::Status;
use hookbell_model::event::{Event, Raw, Severity};

fn show(id: &str) -> serde_json::Value {
    command("events show", &[("id", json!(id))])
}

fn title(reply: &Reply) -> &str {
    &reply.message.embeds[0].title
}

#[tokio::test]
async fn show_says_what_happened_in_three_lines_and_the_rest_at_a_press() {
    let fixture = BotFixture::new().await;
    let id = fixture
        .event(&["sales"], |event| {
            event.reference = "evt_1".into();
            event.facts.amount = Some(500);
            event.facts.currency = Some("JPY".into());
            event.facts.actor = Some("<@1>".into());
            event.facts.url = Some("https://example.com/pay".into());
            event.facts.severity = Some(Severity::Success);
        })
        .await;
    fixture.settle("sales", Status::Delivered, "posted *again*").await;
    let reply = fixture.reply(Asker::default(), show(&format!(" `{}` ", id.to_string().to_uppercase()))).await;
    let embed = &reply.message.embeds[0];
    assert_eq!((embed.title.as_str(), embed.url.as_str()), ("🟢 Payment", "https://example.com/pay"));
    let link = "https://discord.com/channels/1111/2222/777";
    assert_eq!(
        embed.description,
        format!("**¥500** · \\<@1> · <t:1700000000:R>\n<t:1700000000:f>\n✅ [sales]({link})")
    );
    assert!(embed.fields.is_empty());
    assert_eq!(reply.message.buttons.iter().map(|button| &*button.url).collect::<Vec<_>>(), [link]);
    let details = fixture.ask(Asker::default(), pressed(&button(&reply, "Details"))).await.expect("details");
    let Answer::Update(details) = details else { panic!("no update: {details:?}") };
    let fields: Vec<&str> = details.message.embeds[0].fields.iter().map(|field| field.value.as_str()).collect();
    assert_eq!(
        fields,
        [
            format!("Event `{id}`\n`stripe` · `invoice.paid`\nThe sender's id: `evt_1`\nReceived <t:1700000000:T>"),
            "1 attempt\n⚠️ An answer of Discord's was lost, so the message may be there twice.\n\
             <t:1700000000:T> delivered: \\*\\*200\\*\\* (120ms)"
                .to_owned(),
        ]
    );
    let less = fixture.reply(Asker::default(), pressed(&button(&details, "Less"))).await;
    assert_eq!(less, reply);
}

#[tokio::test]
async fn what_was_not_delivered_says_why() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales"], |_| {}).await;
    fixture.settle("sales", Status::Dead, "the webhook was deleted").await;
    let reply = fixture.reply(Asker::default(), show(&id.to_string())).await;
    assert!(description(&reply).ends_with("❌ not delivered: **sales** · the webhook was deleted"), "{reply:?}");
}

#[tokio::test]
async fn details_say_how_often_an_event_came_again() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales"], |event: &mut Event| event.reference = "evt_1".into()).await;
    let first = fixture.store.details(id).await.expect("asked").expect("kept").event;
    for secs in [20, 50] {
        let again = Event { received: NOW.after(Duration::from_secs(secs)), ..first.clone() };
        assert_eq!(fixture.store.accept(again, Raw::default(), Vec::new()).await, Ok(Accepted::Duplicate(id)));
    }
    let reply = fixture.reply(Asker::default(), show(&id.to_string())).await;
    let details = fixture.reply(Asker::default(), pressed(&button(&reply, "Details"))).await;
    let text = &details.message.embeds[0].fields[0].value;
    assert!(text.ends_with("Came 2 more times, last <t:1700000050:T>"), "{text}");
}

#[tokio::test]
async fn a_prefix_is_looked_up_among_what_the_asker_may_see() {
    let fixture = BotFixture::new().await;
    let mut ids = Vec::new();
    for _ in 0..70 {
        ids.push(fixture.event(&["sales"], |_| {}).await.to_string());
        for _ in 0..3 {
            fixture.event(&["secret"], |_| {}).await;
        }
    }
    let first = ids.last().expect("some").chars().next().expect("a letter").to_string();
    assert!(ids.iter().filter(|id| id.starts_with(&first)).count() > 1);
    let reply = fixture.reply(Asker::default(), show(&first)).await;
    assert!(title(&reply).starts_with("Several events begin with"), "{reply:?}");
    let listed = description(&reply);
    assert!(ids.iter().filter(|id| listed.contains(*id)).all(|id| id.starts_with(&first)));
    assert!(listed.lines().all(|line| ids.iter().any(|id| line.contains(id))), "{listed}");
    let exact: String = ids[5].chars().take(6).collect();
    let found = fixture.reply(Asker::default(), show(&exact)).await;
    assert!(button(&found, "Details").ends_with(&ids[5]), "{found:?}");
    for wrong in ["", "i", "x y", "@everyone", "日本語"] {
        let answer = fixture.list(Asker::default(), show(wrong)).await;
        assert!(answer.starts_with("No such event here"), "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn the_payload_is_for_those_who_operate_and_masked() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales"], |_| {}).await;
    let viewer = fixture.reply(Asker::default(), show(&id.to_string())).await;
    assert!(!format!("{:?}", viewer.rows).contains("Payload"));
    let operator = Asker { permissions: OPERATOR, ..Asker::default() };
    let reply = fixture.reply(operator, show(&id.to_string())).await;
    let payload = button(&reply, "Payload");
    let refused = fixture.text(Asker::default(), pressed(&payload)).await;
    assert!(refused.contains("act on alerts here"), "{refused}");
    let file = fixture.reply(operator, pressed(&payload)).await;
    assert_eq!(file.message.files[0].filename, format!("{id}.json"));
}

#[tokio::test]
async fn oversized_data_makes_a_reply_within_the_limits() {
    let fixture = BotFixture::new().await;
    let long = "*_[x](http://evil)👩‍👩‍👧 ".repeat(5000);
    for _ in 0..10 {
        fixture
            .event(&["sales"], |event| {
                event.event_type.clone_from(&long);
                event.source.clone_from(&long);
                event.facts.subject = Some(long.clone());
                event.facts.actor = Some(long.clone());
                event.facts.currency = Some(long.clone());
                event.facts.amount = Some(i64::MIN);
                event.facts.url = Some(format!("https://{long}"));
            })
            .await;
    }
    fixture.settle("sales", Status::Dead, &long).await;
    let list = fixture.reply(Asker::default(), command("events recent", &[("count", json!(10))])).await;
    assert_eq!(description(&list).lines().count(), 20);
    let id = fixture.choices(Asker::default(), typing("events show", "id", "")).await.pop().expect("an id");
    let shown = fixture.reply(Asker::default(), show(&id)).await;
    let details = fixture.reply(Asker::default(), pressed(&button(&shown, "Details"))).await;
    for reply in [list, shown, details] {
        let mut fitted = reply.message.clone();
        assert_eq!(hookbell_template::fit::fit_message(&mut fitted), [], "nothing had to be cut");
    }
}
