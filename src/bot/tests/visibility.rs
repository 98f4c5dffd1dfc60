//! A channel is the border: where one asks is what one sees.

use serde_json::json;

use super::fixture::{
    Asker, BotFixture, CHANNEL, ELSEWHERE, OPERATOR, VIEWER, button, command, command_in, pressed, typing,
};
use crate::bot::error::CommandError;
use crate::bot::gate::{Access, Refusal};
use hookbell_model::delivery::Status;
use hookbell_model::event::Topic;

const ELSE: Asker = Asker { guild: Some(ELSEWHERE), channel: "8888", permissions: VIEWER, user: "7", locale: "en-US" };

#[tokio::test]
async fn a_place_sees_only_what_was_routed_to_it() {
    let fixture = BotFixture::new().await;
    let both = fixture.event(&["sales", "secret"], |event| event.facts.subject = Some("both".into())).await;
    let hidden = fixture.event(&["secret", "ops"], |event| {
        event.source = "payroll".into();
        event.event_type = "salary.paid".into();
        event.topic = Topic::Other;
        event.facts.subject = Some("hidden".into());
    });
    let hidden = hidden.await;
    fixture.event(&[], |event| event.source = "nowhere".into()).await;
    fixture.settle("secret", Status::Dead, "the secret channel is gone").await;
    let here = Asker::default();
    let list = fixture.list(here, command("events recent", &[])).await;
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.contains("both") && list.contains("waiting"), "{list}");
    let dead = fixture.list(here, command("events recent", &[("status", json!("dead"))])).await;
    assert!(dead.starts_with("Nothing here matches"), "{dead}");
    assert_eq!(fixture.choices(here, typing("events recent", "source", "")).await, ["stripe"]);
    assert_eq!(fixture.choices(here, typing("events recent", "type", "a")).await, ["invoice.paid"]);
    assert_eq!(fixture.choices(here, typing("events recent", "topic", "")).await, ["payment"]);
    assert_eq!(fixture.choices(here, typing("events show", "id", "")).await, [both.to_string()]);
    assert!(fixture.choices(here, typing("events show", "id", &hidden.to_string())).await.is_empty());
    let show = |id: &str| command("events show", &[("id", json!(id))]);
    let text = fixture.text(here, show(&both.to_string())).await;
    assert!(text.contains("sales") && !text.contains("secret"), "{text}");
    let hidden_reply = fixture.list(here, show(&hidden.to_string())).await;
    let missing = fixture.list(here, show("zzzzzzzz")).await;
    assert_eq!(hidden_reply.replace(&hidden.to_string(), "zzzzzzzz"), missing, "the same text as for a missing one");
    let list = fixture.list(ELSE, command("events recent", &[])).await;
    assert!(list.contains("hidden") && list.contains("both"), "{list}");
}

#[tokio::test]
async fn another_channel_is_for_those_who_may_view_it_and_the_server_for_those_who_operate() {
    let fixture = BotFixture::new().await;
    for at in 0..2 {
        fixture.event(&["ops"], |event| event.facts.subject = Some(format!("of-ops-{at}"))).await;
    }
    let (viewer, operator) = (Asker::default(), Asker { permissions: OPERATOR, ..Asker::default() });
    let refused = fixture.ask(viewer, command_in("events recent", "3333", "0")).await;
    assert_eq!(refused, Err(CommandError::Refused(Refusal::HiddenChannel)));
    let seen = fixture.list(viewer, command_in("events recent", "3333", VIEWER)).await;
    assert!(seen.contains("of-ops-1"), "{seen}");
    let everywhere = command("events recent", &[("everywhere", json!(true)), ("count", json!(1))]);
    let refused = fixture.list(viewer, everywhere.clone()).await;
    assert_eq!(refused, "To act on alerts here you need one of: the permission “Manage Messages”.");
    let list = fixture.reply(operator, everywhere).await;
    let older = button(&list, "Older ›");
    assert!(fixture.list(operator, pressed(&older)).await.contains("of-ops-0"));
    let revoked = fixture.list(viewer, pressed(&older)).await;
    assert!(revoked.contains("act on alerts here"), "the button of somebody who may no longer: {revoked}");
}

#[tokio::test]
async fn a_destination_that_moves_to_another_server_leaves_behind_what_it_posted() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |event| event.facts.subject = Some("posted before".into())).await;
    fixture.settle("sales", Status::Delivered, "").await;
    fixture.event(&["sales"], |event| event.facts.subject = Some("still pending".into())).await;
    fixture.place("sales", ELSEWHERE, "8888").await;
    let here = fixture.list(Asker::default(), command("events recent", &[])).await;
    assert!(here.contains("posted before") && !here.contains("still pending"), "{here}");
    let there = fixture.list(ELSE, command("events recent", &[])).await;
    assert!(there.contains("still pending") && !there.contains("posted before"), "{there}");
}

#[tokio::test]
async fn places_without_destinations_and_direct_messages_get_a_reason() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    let nothing = Asker { guild: Some("3"), ..Asker::default() };
    let direct = Asker { guild: None, ..Asker::default() };
    let recent = command("events recent", &[]);
    assert!(fixture.list(nothing, recent.clone()).await.contains("No hookbell destination"));
    assert!(fixture.list(direct, recent).await.contains("in a server"));
    let typing = fixture.ask(direct, typing("events recent", "source", "")).await;
    assert_eq!(typing, Err(CommandError::Refused(Refusal::NotInServer)), "which is answered without suggestions");
}

#[tokio::test]
async fn roles_and_people_of_the_config_go_before_permissions() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    let asker = Asker { channel: CHANNEL, ..Asker::default() };
    let operators = vec!["9".to_owned()];
    fixture.configure(|config| config.access = Access::with_operators(operators));
    let direct = Asker { guild: None, ..asker };
    assert!(fixture.list(direct, command("events recent", &[])).await.contains("in a server"), "not one of them");
}
