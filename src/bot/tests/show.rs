//! `/events show`, suggestions, and replies that have to fit.

use super::*;

#[tokio::test]
async fn show_has_facts_deliveries_and_a_link_to_the_message() {
    let fixture = BotFixture::new().await;
    let id = fixture
        .event(&["sales"], |event| {
            event.facts.amount = Some(500);
            event.facts.currency = Some("JPY".into());
            event.facts.actor = Some("<@1>".into());
            event.facts.url = Some("https://example.com/pay".into());
        })
        .await;
    fixture.settle("sales", Status::Delivered, "posted *again*").await;
    let reply = fixture.reply(show(&format!(" `{}` ", id.to_string().to_uppercase()))).await;
    let embed = &reply.message.embeds[0];
    assert_eq!((embed.title.as_str(), embed.url.as_str()), (r"stripe · invoice.paid", "https://example.com/pay"));
    let value = |name: &str| embed.fields.iter().find(|field| field.name.contains(name)).map(|field| &*field.value);
    assert_eq!((value("Amount"), value("Actor")), (Some("¥500"), Some(r"\<@1>")));
    let link = "https://discord.com/channels/1111/2222/777";
    assert_eq!(
        value("✅ sales · delivered"),
        Some(&*format!(
            "posted \\*again\\*\n⚠️ possible repeat: an answer got lost, so the message may be in the channel twice\n\
             1 attempt\n<t:1700000000:T> delivered: \\*\\*200\\*\\* (120ms)\n[message]({link})"
        ))
    );
    assert_eq!(reply.message.buttons.iter().map(|button| &*button.url).collect::<Vec<_>>(), [link]);
}

#[tokio::test]
async fn show_prints_what_the_report_holds() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales"], |event| event.reference = "evt_1".into()).await;
    fixture.settle("sales", Status::Dead, "the webhook was deleted").await;
    let reply = fixture.reply(show(&id.to_string())).await;
    insta::assert_snapshot!(format!("{:#}", reply.to_new_message()));
}

#[tokio::test]
async fn show_says_how_often_an_event_came_again() {
    let fixture = BotFixture::new().await;
    let new = |event: &mut Event| event.reference = "evt_1".into();
    let id = fixture.event(&["sales"], new).await;
    let first = fixture.store.details(id).await.expect("asked").expect("kept").event;
    for secs in [20, 50] {
        let again = Event { received: NOW.after(Duration::from_secs(secs)), ..first.clone() };
        assert_eq!(fixture.store.accept(again, Raw::default(), Vec::new()).await, Ok(Accepted::Duplicate(id)));
    }
    let reply = fixture.reply(show(&id.to_string())).await;
    let again =
        reply.message.embeds[0].fields.iter().find(|field| field.name == "Came again").map(|field| &*field.value);
    assert_eq!(again, Some("2 times, last <t:1700000050:T>"));
}

#[tokio::test]
async fn a_prefix_is_enough_and_an_ambiguous_one_names_the_candidates() {
    let fixture = BotFixture::new().await;
    let mut ids = Vec::new();
    for _ in 0..70 {
        ids.push(fixture.event(&["sales"], |_| {}).await.to_string());
    }
    let first = ids.last().expect("some").chars().next().expect("a letter").to_string();
    let alike = ids.iter().filter(|id| id.starts_with(&first)).count();
    assert!(alike > 1);
    let reply = fixture.reply(show(&first)).await;
    assert!(reply.message.embeds[0].title.starts_with("Several events begin with"), "{reply:?}");
    assert!(ids.iter().filter(|id| reply.message.embeds[0].description.contains(*id)).all(|id| id.starts_with(&first)));
    let exact: String = ids[5].chars().take(6).collect();
    assert_eq!(fixture.reply(show(&exact)).await.message.embeds[0].footer.text, format!("event {}", ids[5]));
    for wrong in ["", "i", "x y", "@everyone", "日本語"] {
        assert!(fixture.list(show(wrong)).await.starts_with("No such event here"), "{wrong}");
    }
}

#[tokio::test]
async fn suggestions_fit_what_is_typed_and_know_rare_values_too() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |event| event.event_type = "rare.type".into()).await;
    for at in 0..230 {
        fixture
            .event(&["sales"], |event| {
                event.event_type = format!("often.{}", at % 40);
                event.source = if at % 2 == 0 { "shop".into() } else { "stripe".into() };
            })
            .await;
    }
    let all = fixture.choices(typing("recent", "type", "often.")).await;
    assert_eq!(all.len(), 25);
    assert!(all.iter().all(|value| value.starts_with("often.")), "those that begin like it come first");
    assert_eq!(fixture.choices(typing("recent", "type", "RARE")).await, ["rare.type"]);
    let mut asked = typing("recent", "type", "often.1");
    let source = json!({ "name": "source", "type": 3, "value": "shop" });
    asked["data"]["options"][0]["options"].as_array_mut().expect("options").push(source);
    let of_shop = fixture.choices(asked).await;
    assert!(of_shop.contains(&"often.10".into()) && !of_shop.contains(&"often.11".into()), "{of_shop:?}");
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
    let list = fixture.reply(recent(&[("count", json!(10))])).await;
    assert_eq!(list.message.embeds[0].description.lines().count(), 10);
    let id = fixture.choices(typing("show", "id", "")).await.pop().expect("an id");
    for reply in [list, fixture.reply(show(&id)).await] {
        let mut fitted = reply.message.clone();
        assert_eq!(hookbell_template::fit::fit_message(&mut fitted), [], "nothing had to be cut");
    }
}
