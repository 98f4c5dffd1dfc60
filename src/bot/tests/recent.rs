//! `/events recent`: its lines, filters and pages.

use super::*;

#[tokio::test]
async fn recent_lists_a_line_an_event_newest_first() {
    let fixture = BotFixture::new().await;
    let first = fixture.event(&["sales"], |_| {}).await;
    let second = fixture
        .event(&["sales"], |event| {
            event.event_type = "charge.failed".into();
            event.facts = Facts {
                amount: Some(1234),
                currency: Some("USD".into()),
                subject: Some("**Bold** [x](http://evil)\n@everyone".into()),
                ..Facts::default()
            };
        })
        .await;
    fixture.settle("sales", Status::Delivered, "").await;
    let list = fixture.list(recent(&[])).await;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(
        lines,
        [
            format!(
                r"⏳ pending <t:1700000000:R> · **stripe** · `charge.failed` · $12.34 \*\*Bold\*\* \[x\](http\://evil) \@everyone · `{second}`"
            ),
            format!("✅ delivered <t:1700000000:R> · **stripe** · `invoice.paid` · `{first}`"),
        ]
    );
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    fixture.settle("sales", Status::Dead, "refused").await;
    let other = fixture
        .event(&["sales"], |event| {
            event.source = "github".into();
            event.event_type = "push".into();
            event.topic = Topic::Push;
        })
        .await;
    for (name, value) in [("source", "github"), ("type", "push"), ("topic", "Push"), ("status", "pending")] {
        let list = fixture.list(recent(&[(name, json!(value))])).await;
        assert!(list.lines().count() == 1 && list.contains(&other.to_string()), "{name}: {list}");
    }
    assert_eq!(fixture.list(recent(&[("count", json!(1))])).await.lines().count(), 1);
    let none = fixture.list(recent(&[("source", json!("github")), ("status", json!("dead"))])).await;
    assert_eq!(none, "No events here match: source github · status dead.");
    let wrong = fixture.list(recent(&[("topic", json!("pay`ment"))])).await;
    assert!(wrong.starts_with("There is no topic `payˋment`: expected one of `payment`"), "{wrong}");
    assert!(fixture.list(recent(&[("status", json!("unrouted"))])).await.contains("hookbell events list"));
}

#[tokio::test]
async fn pages_go_forward_and_back_and_new_events_do_not_shift_them() {
    let fixture = BotFixture::new().await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.insert(0, fixture.event(&["sales"], |_| {}).await.to_string());
    }
    let asked = recent(&[("count", json!(3)), ("source", json!("stripe"))]);
    let first = fixture.reply(asked).await;
    let [newer, older] = first.actions.as_slice() else { panic!("two buttons: {first:?}") };
    assert!(!newer.enabled && older.enabled);
    assert!(newer.custom_id != older.custom_id);
    let newest = fixture.event(&["sales"], |_| {}).await.to_string();
    let on_page = |reply: &CommandReply| {
        let embed = reply.message.embeds.first().expect("a list");
        ids.iter().filter(|id| embed.description.contains(*id)).cloned().collect::<Vec<_>>()
    };
    let second = fixture.reply(pressed(&older.custom_id)).await;
    assert_eq!(on_page(&second), ids[3..6]);
    assert_eq!(second.message.embeds[0].footer.text, "4 to 6 · source stripe");
    let third = fixture.reply(pressed(&second.actions[1].custom_id)).await;
    assert_eq!(on_page(&third), ids[6..]);
    assert!(third.actions[0].enabled && !third.actions[1].enabled, "{third:?}");
    assert_eq!(on_page(&fixture.reply(pressed(&third.actions[0].custom_id)).await), ids[3..6]);
    let top = fixture.reply(pressed(&second.actions[0].custom_id)).await;
    assert!(top.message.embeds[0].description.contains(&newest), "back at the top, what is new is shown");
}

#[tokio::test]
async fn filters_too_long_for_a_button_give_a_hint_instead() {
    let fixture = BotFixture::new().await;
    let event_type = "k".repeat(95);
    for _ in 0..2 {
        fixture.event(&["sales"], |event| event.event_type.clone_from(&event_type)).await;
    }
    let reply = fixture.reply(recent(&[("type", json!(event_type)), ("count", json!(1))])).await;
    assert!(reply.actions.is_empty());
    assert!(reply.message.embeds[0].footer.text.contains("more follow"), "{reply:?}");
}

#[tokio::test]
async fn unknown_and_forged_buttons_are_answered_with_a_text() {
    let fixture = BotFixture::new().await;
    for id in ["", "events:old", "recent0|1", "recent1|9999|||||||", "recent1|0||5||||%ff"] {
        assert_eq!(read(pressed(id)).action, Err(CommandError::UnknownButton), "{id}");
        assert!(fixture.list(pressed(id)).await.contains("/events recent"), "{id}");
    }
    // A forged id can carry any filter, but never another server.
    fixture.event(&["secret"], |_| {}).await;
    assert!(fixture.list(pressed("recent1|0||10||||")).await.starts_with("No events"));
}
