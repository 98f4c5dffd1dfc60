//! `/events recent`: its lines, filters and pages.

use serde_json::json;

use super::fixture::{Asker, BotFixture, NOW, button, chosen, command, description, menu, pressed, typing};
use crate::bot::answer::Answer;
use crate::bot::custom_id::{CustomId, MAX_LENGTH};
use hookbell_model::delivery::Status;
use hookbell_model::event::{Facts, Severity, Topic};
use hookbell_model::timestamp::Timestamp;

fn anybody() -> Asker {
    Asker::default()
}

#[tokio::test]
async fn an_event_is_two_lines_led_by_what_it_means() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    fixture
        .event(&["sales"], |event| {
            event.event_type = "charge.failed".into();
            event.facts = Facts {
                amount: Some(1234),
                currency: Some("USD".into()),
                subject: Some("**Bold** [x](http://evil)\n@everyone".into()),
                actor: Some("Ada".into()),
                severity: Some(Severity::Error),
                ..Facts::default()
            };
        })
        .await;
    fixture.settle("sales", Status::Delivered, "").await;
    let list = fixture.list(anybody(), command("events recent", &[])).await;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(
        lines,
        [
            r"🔴 **Payment: \*\*Bold\*\* \[x\](http\://evil) \@everyone** · $12.34",
            "-# Ada · <t:1700000000:R> · ⏳ waiting",
            "⚪ **[Payment](https://discord.com/channels/1111/2222/777)**",
            "-# <t:1700000000:R>",
        ],
        "a failed payment has no tick, and what was delivered needs no word"
    );
}

#[tokio::test]
async fn an_answer_is_in_the_language_of_who_asks() {
    let fixture = BotFixture::new().await;
    let money = |event: &mut hookbell_model::event::Event| {
        event.facts = Facts { amount: Some(123_456), currency: Some("EUR".into()), ..Facts::default() };
    };
    fixture.event(&["sales"], money).await;
    for (locale, wanted) in [("de", ["Zahlung", "1.234,56", "wartet"]), ("ja", ["支払い", "1,234.56", "待機中"])]
    {
        let list = fixture.list(Asker { locale, ..anybody() }, command("events recent", &[])).await;
        assert!(wanted.iter().all(|part| list.contains(part)), "{locale}: {list}");
    }
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |event| event.received = Timestamp(NOW.0 - 86_400_000)).await;
    fixture.settle("sales", Status::Dead, "refused").await;
    fixture
        .event(&["sales"], |event| {
            event.source = "github".into();
            event.event_type = "push".into();
            event.topic = Topic::Push;
            event.facts.severity = Some(Severity::Warning);
        })
        .await;
    for (name, value) in [
        ("source", "github"),
        ("type", "push"),
        ("topic", "Push"),
        ("status", "pending"),
        ("severity", "warning"),
        ("since", "2023-11-14 20:00"),
    ] {
        let list = fixture.list(anybody(), command("events recent", &[(name, json!(value))])).await;
        assert!(list.lines().count() == 2 && list.contains("Push"), "{name}: {list}");
    }
    let until = fixture.list(anybody(), command("events recent", &[("until", json!("2023-11-14 20:00"))])).await;
    assert!(until.contains("Payment") && !until.contains("Push"), "{until}");
    let one = fixture.list(anybody(), command("events recent", &[("count", json!(1))])).await;
    assert_eq!(one.lines().count(), 2);
}

#[tokio::test]
async fn a_wrong_option_is_told_and_never_ignored() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    for (name, value, said) in [
        ("topic", "pay`ment", "There is no topic `payˋment`. Topics are `payment`"),
        ("status", "lost", "There is no status `lost`"),
        ("severity", "bad", "There is no severity `bad`"),
        ("since", "whenever", "`whenever` is no time"),
    ] {
        let answer = fixture.list(anybody(), command("events recent", &[(name, json!(value))])).await;
        assert!(answer.starts_with(said), "{answer}");
    }
}

#[tokio::test]
async fn nothing_found_says_what_would_be() {
    let fixture = BotFixture::new().await;
    assert_eq!(fixture.list(anybody(), command("events recent", &[])).await, "Nothing has come in here yet.");
    for _ in 0..3 {
        fixture.event(&["sales"], |event| event.source = "github".into()).await;
    }
    let answer = fixture.list(anybody(), command("events recent", &[("source", json!("githup"))])).await;
    assert_eq!(
        answer,
        "Nothing here matches: githup.\nDid you mean **github**?\n\
         Without the filter there are 3 events, the newest <t:1700000000:R>."
    );
}

#[tokio::test]
async fn pages_go_forward_and_back_and_new_events_do_not_shift_them() {
    let fixture = BotFixture::new().await;
    let mut names = Vec::new();
    for at in 0..8 {
        let name = format!("event-{at}-");
        fixture.event(&["sales"], |event| event.facts.subject = Some(name.clone())).await;
        names.insert(0, name);
    }
    let asked = command("events recent", &[("count", json!(3)), ("source", json!("stripe"))]);
    let on_page = |list: &str| names.iter().filter(|name| list.contains(name.as_str())).cloned().collect::<Vec<_>>();
    let first = fixture.reply(anybody(), asked).await;
    assert_eq!(on_page(&description(&first)), names[..3]);
    fixture.event(&["sales"], |event| event.facts.subject = Some("brand-new".into())).await;
    let second = fixture.reply(anybody(), pressed(&button(&first, "Older ›"))).await;
    assert_eq!(on_page(&description(&second)), names[3..6]);
    let third = fixture.reply(anybody(), pressed(&button(&second, "Older ›"))).await;
    assert_eq!(on_page(&description(&third)), names[6..]);
    let back = fixture.reply(anybody(), pressed(&button(&third, "‹ Newer"))).await;
    assert_eq!(on_page(&description(&back)), names[3..6]);
    let top = fixture.reply(anybody(), pressed(&button(&back, "‹ Newer"))).await;
    assert_eq!(on_page(&description(&top)), names[..3]);
    let newest = fixture.reply(anybody(), pressed(&button(&top, "‹ Newer"))).await;
    assert!(description(&newest).contains("brand-new"), "{newest:?}");
}

#[tokio::test]
async fn every_filter_at_once_fits_into_a_custom_id_that_holds_no_text_of_events() {
    let fixture = BotFixture::new().await;
    let event_type = "secret-".repeat(14);
    let wide = Asker { channel: "18446744073709551615", ..anybody() };
    fixture.place("sales", "1111", wide.channel).await;
    for _ in 0..2 {
        fixture
            .event(&["sales"], |event| {
                event.event_type.clone_from(&event_type);
                event.source = "a-source-with-a-long-name".into();
                event.facts.severity = Some(Severity::Critical);
            })
            .await;
    }
    let options = [
        ("source", json!("a-source-with-a-long-name")),
        ("type", json!(event_type)),
        ("topic", json!("payment")),
        ("severity", json!("critical")),
        ("status", json!("pending")),
        ("since", json!("2020-01-01")),
        ("until", json!("2099-12-31 23:59")),
        ("count", json!(1)),
    ];
    let reply = fixture.reply(wide, command("events recent", &options)).await;
    let older = button(&reply, "Older ›");
    assert!(older.len() <= MAX_LENGTH && !older.contains("secret"), "{older}");
    let next = fixture.reply(wide, pressed(&older)).await;
    assert_eq!(description(&next).lines().count(), 2);
}

#[tokio::test]
async fn a_menu_opens_an_event_and_share_posts_the_list_for_all() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales"], |event| event.facts.subject = Some("Order 7".into())).await;
    let list = fixture.reply(anybody(), command("events recent", &[])).await;
    let opened = fixture.reply(anybody(), chosen(&menu(&list), &id.to_string())).await;
    assert!(opened.message.embeds[0].title.contains("Order 7"), "{opened:?}");
    let shared = fixture.ask(anybody(), pressed(&button(&list, "Share"))).await.expect("shared");
    let Answer::Public(shared) = shared else { panic!("not for all: {shared:?}") };
    assert_eq!((shared.message.content.as_str(), shared.rows.len()), ("Shared by Mia", 0));
    assert!(description(&shared).contains("Order 7"));
}

#[tokio::test]
async fn unknown_and_forged_buttons_are_answered_with_a_text() {
    let fixture = BotFixture::new().await;
    fixture.event(&["secret"], |_| {}).await;
    let forged = |key: &str| CustomId::new("page", key).to_string();
    for id in [
        String::new(),
        "1:gone:x".to_owned(),
        "0:page:n.h....5".to_owned(),
        forged(""),
        forged("n.h...---5"),
        forged("n.h.zzzzzzz..---5..."),
        forged("n.h...zzz5..."),
        forged("x1.h...---5..."),
        forged("n.x...---5..."),
        forged("n.h...---5.zzzzzzzzzzzzz.."),
    ] {
        let answer = fixture.list(anybody(), pressed(&id)).await;
        assert!(answer.contains("no longer works"), "{id}: {answer}");
    }
    // A forged id can carry any filter, but neither another server, nor another channel, nor all of the server.
    let here = fixture.list(anybody(), pressed(&forged("n.h...---a..."))).await;
    assert_eq!(here, "Nothing has come in here yet.");
    let channel = fixture.list(anybody(), pressed(&forged("n.c6sw...---a..."))).await;
    assert!(channel.starts_with("There is nothing to see in that channel"), "{channel}");
    let server = fixture.list(anybody(), pressed(&forged("n.s...---a..."))).await;
    assert!(server.contains("act on alerts here"), "{server}");
}

#[tokio::test]
async fn suggestions_are_what_the_place_has_seen_and_fit_what_is_typed() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |event| event.event_type = "rare.type".into()).await;
    for at in 0..60 {
        fixture
            .event(&["sales"], |event| {
                event.event_type = format!("often.{}", at % 40);
                event.source = if at % 2 == 0 { "shop".into() } else { "stripe".into() };
            })
            .await;
    }
    let all = fixture.choices(anybody(), typing("events recent", "type", "often.")).await;
    assert_eq!(all.len(), 25);
    assert!(all.iter().all(|value| value.starts_with("often.")), "those that begin like it come first");
    assert_eq!(fixture.choices(anybody(), typing("events recent", "type", "RARE")).await, ["rare.type"]);
    let mut asked = typing("events recent", "type", "often.1");
    let source = json!({ "name": "source", "type": 3, "value": "shop" });
    asked["data"]["options"][0]["options"].as_array_mut().expect("options").push(source);
    let of_shop = fixture.choices(anybody(), asked).await;
    assert!(of_shop.contains(&"often.10".into()) && !of_shop.contains(&"often.11".into()), "{of_shop:?}");
    assert_eq!(fixture.choices(anybody(), typing("events recent", "since", "tod")).await, ["today"]);
    assert_eq!(fixture.choices(anybody(), typing("events recent", "since", "3h")).await, ["3h"]);
}

#[tokio::test]
async fn a_search_has_pages_and_its_buttons_hold_no_text() {
    let fixture = BotFixture::new().await;
    for at in 0..7 {
        fixture.event(&["sales"], |event| event.facts.subject = Some(format!("Blue box {at}"))).await;
        fixture.event(&["sales"], |event| event.facts.subject = Some("Red".into())).await;
    }
    let first = fixture.reply(anybody(), command("events search", &[("text", json!("blue BOX"))])).await;
    assert_eq!(description(&first).matches("Blue box").count(), 5, "{first:?}");
    let older = button(&first, "Older ›");
    assert!(older.len() <= MAX_LENGTH && !older.to_lowercase().contains("blue"), "{older}");
    let other = Asker { user: "77", ..anybody() };
    assert!(fixture.list(other, pressed(&older)).await.contains("too long ago"), "somebody else's search");
    let second = fixture.reply(anybody(), pressed(&older)).await;
    assert_eq!(description(&second).matches("Blue box").count(), 2);
    assert_eq!(second.message.embeds[0].footer.text, "“blue BOX”");
    let none = fixture.list(anybody(), command("events search", &[("text", json!("green"))])).await;
    assert!(none.starts_with("Nothing here matches: “green”"), "{none}");
    let forged = CustomId::new("page", "n.h...---5...0123456789").to_string();
    assert!(fixture.list(anybody(), pressed(&forged)).await.contains("too long ago"));
}
