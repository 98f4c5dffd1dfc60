//! `/feeds`: only what the config opens, only what is in this place, and by those who may arrange.

use serde_json::json;

use super::fixture::{
    ARRANGER, Asker, BotFixture, ELSEWHERE, OPERATOR, button, chosen, command, description, menu, pressed, typing,
};
use crate::bot::error::CommandError;
use crate::bot::gate::{Capability, Refusal};
use crate::store::Scope;
use hookbell_model::audit::AuditAction;
use hookbell_model::feed::FeedEnd;

fn arranger() -> Asker {
    Asker { permissions: ARRANGER, ..Asker::default() }
}

fn there() -> Asker {
    Asker { guild: Some(ELSEWHERE), channel: "8888", ..arranger() }
}

#[tokio::test]
async fn an_admin_of_a_server_that_the_config_does_not_name_gets_nothing() {
    let fixture = BotFixture::new().await;
    fixture.open_to_here("stripe");
    for (asker, source) in [(there(), "stripe"), (there(), "nothing"), (arranger(), "nothing")] {
        let answer = fixture.ask(asker, command("feeds subscribe", &[("source", json!(source))])).await;
        assert_eq!(answer, Err(CommandError::NoSuchSource(source.to_owned())));
        assert!(fixture.choices(there(), typing("feeds subscribe", "source", "")).await.is_empty());
        assert!(fixture.choices(there(), typing("feeds subscribe", "type", "")).await.is_empty());
    }
    assert_eq!(fixture.choices(arranger(), typing("feeds subscribe", "source", "")).await, ["stripe"]);
}

#[tokio::test]
async fn a_feed_of_another_place_does_not_exist() {
    let fixture = BotFixture::new().await;
    fixture.open_to_here("stripe");
    let id = fixture.feed("stripe").await.to_string();
    for name in ["feeds unsubscribe", "feeds edit"] {
        let request = command(name, &[("feed", json!(id)), ("everywhere", json!(true))]);
        assert_eq!(fixture.ask(there(), request).await, Err(CommandError::NoSuchFeed));
        assert!(fixture.choices(there(), typing(name, "feed", "")).await.is_empty());
    }
    let other_channel = Asker { channel: "3333", ..arranger() };
    let here_alone = command("feeds unsubscribe", &[("feed", json!(id))]);
    assert_eq!(fixture.ask(other_channel, here_alone).await, Err(CommandError::NoSuchFeed));
    let listed = fixture.reply(arranger(), command("feeds list", &[])).await;
    assert!(description(&listed).contains("📡 **stripe**"), "{listed:?}");
    let forged = fixture.ask(there(), chosen(&menu(&listed), &id)).await;
    assert_eq!(forged, Err(CommandError::NoSuchFeed), "chosen in another server");
    let opened = fixture.reply(arranger(), chosen(&menu(&listed), &id)).await;
    let end = button(&opened, "Unsubscribe");
    assert_eq!(fixture.ask(there(), pressed(&end)).await, Err(CommandError::NotOffered));
    assert!(fixture.reply(arranger(), pressed(&end)).await.message.content.contains("no longer comes here"));
    assert_eq!(fixture.ask(arranger(), pressed(&end)).await, Err(CommandError::AlreadyDone), "a second press");
    let ended = fixture.store.audit(Scope::Everything, None, 1).await.expect("asked").remove(0);
    assert!(matches!(ended.action, AuditAction::FeedEnded { cause: FeedEnd::Unsubscribed, .. }), "{ended:?}");
}

#[tokio::test]
async fn who_may_only_operate_arranges_nothing() {
    let fixture = BotFixture::new().await;
    fixture.open_to_here("stripe");
    fixture.feed("stripe").await;
    let operator = Asker { permissions: OPERATOR, ..Asker::default() };
    for request in [
        command("feeds subscribe", &[("source", json!("stripe"))]),
        command("feeds unsubscribe", &[("feed", json!("1"))]),
        command("feeds edit", &[("feed", json!("1")), ("type", json!("x"))]),
        command("feeds list", &[]),
        pressed("1:feed-end:h.1"),
    ] {
        let refused = fixture.ask(operator, request).await;
        let lacks =
            matches!(&refused, Err(CommandError::Refused(Refusal::Lacks { capability: Capability::Arrange, .. })));
        assert!(lacks, "{refused:?}");
    }
    assert_eq!(fixture.store.feeds().await.expect("asked").len(), 1);
}

#[tokio::test]
async fn an_edit_changes_what_is_given_and_wrong_options_are_told() {
    let fixture = BotFixture::new().await;
    fixture.open_to_here("stripe");
    fixture.feed("stripe").await;
    let edit = |options: &[(&str, &str)]| {
        let options: Vec<_> = options.iter().map(|(name, value)| (*name, json!(value))).collect();
        command("feeds edit", &[&[("feed", json!("1"))], options.as_slice()].concat())
    };
    let all = [
        ("type", "invoice.*"),
        ("topic", "Payment"),
        ("severity", "error"),
        ("template", "stripe.payment"),
        ("mask", "email, ip"),
    ];
    fixture.reply(arranger(), edit(&all)).await;
    let what = |feeds: Vec<hookbell_model::feed::Feed>| feeds[0].settings.to_string();
    let read = what(fixture.store.feeds().await.expect("asked"));
    assert_eq!(
        read,
        "stripe, type invoice.*, topic payment, severity error, template stripe.payment, masked: email and ip"
    );
    fixture.reply(arranger(), edit(&[("type", "-"), ("mask", "-"), ("template", "-")])).await;
    let read = what(fixture.store.feeds().await.expect("asked"));
    assert_eq!(read, "stripe, topic payment, severity error");
    for (option, wrong, error) in [
        ("template", "github.issue", CommandError::NoSuchTemplate("github.issue".into())),
        ("mask", "email, all", CommandError::UnknownMask("all".into())),
        ("topic", "money", CommandError::UnknownTopic("money".into())),
        ("topic", "payment", CommandError::NothingToEdit),
    ] {
        assert_eq!(fixture.ask(arranger(), edit(&[(option, wrong)])).await, Err(error), "{option}");
    }
    let types = fixture.choices(arranger(), typing("feeds edit", "type", "inv")).await;
    assert_eq!(types, ["invoice.*", "invoice.paid"]);
}
