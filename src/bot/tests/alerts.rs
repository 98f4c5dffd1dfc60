//! `/alerts`: what those who operate may do, and that it is recorded.

use serde_json::{Value, json};

use super::fixture::{
    Asker, BotFixture, ELSEWHERE, OPERATOR, button, chosen, command, description, menu, pressed, typing,
};
use crate::bot::error::CommandError;
use crate::bot::gate::Refusal;
use crate::store::Scope;
use hookbell_model::audit::{Actor, AuditAction};
use hookbell_model::delivery::{MuteCandidate, Status, mute_for};
use hookbell_model::event::Severity;
use hookbell_model::timestamp::Timestamp;

fn operator() -> Asker {
    Asker { permissions: OPERATOR, ..Asker::default() }
}

fn mute(options: &[(&str, Value)]) -> Value {
    let given = [("for", json!("2h")), ("reason", json!("the database is moved"))];
    command("alerts mute", &given.into_iter().chain(options.iter().cloned()).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_mute_is_for_this_channel_spares_what_is_critical_and_ends_at_a_press() {
    let fixture = BotFixture::new().await;
    let id = fixture.event(&["sales"], |_| {}).await;
    let muted = fixture.reply(operator(), mute(&[("source", json!("stripe"))])).await;
    assert!(muted.message.content.starts_with("🔇 Muted: **stripe (except critical)**, until <t:"), "{muted:?}");
    let now = Timestamp::now();
    let mutes = fixture.store.active_mutes(now).await.expect("asked");
    let event = fixture.store.event(id).await.expect("asked").expect("kept").0;
    let is_muted = |destination, severity| {
        mute_for(&mutes, MuteCandidate { event: &event, destination, route: None, severity, keys: &[] }, now).is_some()
    };
    assert!(is_muted("sales", Severity::Error));
    assert!(!is_muted("ops", Severity::Error), "another channel of the server");
    assert!(!is_muted("secret", Severity::Error), "another server");
    assert!(!is_muted("sales", Severity::Critical));
    let listed = fixture.reply(operator(), command("alerts muted", &[])).await;
    assert!(listed.message.content.contains("stripe") && listed.message.content.contains("the database is moved"));
    let ended = fixture.reply(operator(), pressed(&button(&muted, "Unmute"))).await;
    assert!(ended.message.content.contains("is no longer muted"), "{ended:?}");
    let again = fixture.ask(operator(), pressed(&button(&muted, "Unmute"))).await;
    assert_eq!(again, Err(CommandError::AlreadyDone));
    assert!(fixture.store.active_mutes(Timestamp::now()).await.expect("asked").is_empty());
}

#[tokio::test]
async fn a_mute_of_another_place_does_not_exist() {
    let fixture = BotFixture::new().await;
    let there = Asker { guild: Some(ELSEWHERE), channel: "8888", ..operator() };
    fixture.reply(there, mute(&[])).await;
    let none = fixture.reply(operator(), command("alerts muted", &[])).await;
    assert_eq!(none.message.content, "Nothing is muted here.");
    let id = fixture.choices(there, typing("alerts unmute", "mute", "")).await.pop().expect("a mute");
    assert!(fixture.choices(operator(), typing("alerts unmute", "mute", "")).await.is_empty());
    let unmute = command("alerts unmute", &[("mute", json!(id))]);
    assert_eq!(fixture.ask(operator(), unmute.clone()).await, Err(CommandError::NoSuchMute));
    let everywhere = command("alerts unmute", &[("mute", json!(id)), ("everywhere", json!(true))]);
    assert_eq!(fixture.ask(operator(), everywhere).await, Err(CommandError::NoSuchMute));
    let listed = fixture.reply(there, command("alerts muted", &[])).await;
    let forged = fixture.ask(operator(), chosen(&menu(&listed), &id)).await;
    assert_eq!(forged, Err(CommandError::NotOffered), "pressed in another server");
    assert!(fixture.reply(there, unmute).await.message.content.contains("no longer muted"));
}

#[tokio::test]
async fn who_may_not_operate_changes_nothing() {
    let fixture = BotFixture::new().await;
    for request in
        [mute(&[]), command("alerts muted", &[]), command("alerts audit", &[]), command("alerts status", &[])]
    {
        let refused = fixture.ask(Asker::default(), request).await;
        assert!(matches!(refused, Err(CommandError::Refused(Refusal::Lacks { .. }))), "{refused:?}");
    }
    assert!(fixture.store.active_mutes(Timestamp::now()).await.expect("asked").is_empty());
    assert!(fixture.store.audit(Scope::Everything, None, 9).await.expect("asked").is_empty());
}

#[tokio::test]
async fn each_change_has_its_entry_in_the_audit_of_its_place() {
    let fixture = BotFixture::new().await;
    let muted = fixture.reply(operator(), mute(&[])).await;
    fixture.reply(operator(), pressed(&button(&muted, "Unmute"))).await;
    let here = Scope::Channel { guild: "1111".into(), channel: "2222".into() };
    let entries = fixture.store.audit(here, None, 9).await.expect("asked");
    let [unmuted, muted] = entries.as_slice() else { panic!("{entries:?}") };
    assert!(matches!((&unmuted.action, &muted.action), (AuditAction::Unmuted { .. }, AuditAction::Muted { .. })));
    assert!(matches!(&muted.author.actor, Actor::Discord { name, .. } if name == "Mia"), "{muted:?}");
    let read = description(&fixture.reply(operator(), command("alerts audit", &[])).await);
    assert!(read.contains("muted everything") || read.contains("the database is moved"), "{read}");
    let there = Asker { guild: Some(ELSEWHERE), channel: "8888", ..operator() };
    let none = fixture.reply(there, command("alerts audit", &[])).await;
    assert_eq!(none.message.content, "Nobody has changed anything here yet.");
}

#[tokio::test]
async fn wrong_ends_are_told() {
    let fixture = BotFixture::new().await;
    for wrong in ["soon", "90d", "0s", "2020-01-01 10:00", "-1h"] {
        let request = command("alerts mute", &[("for", json!(wrong)), ("reason", json!("x"))]);
        let answer = fixture.ask(operator(), request).await;
        assert_eq!(answer, Err(CommandError::NoSpan { written: wrong.to_owned() }));
    }
    let suggested = fixture.choices(operator(), typing("alerts mute", "for", "90m")).await;
    assert_eq!(suggested, ["90m"]);
}

#[tokio::test]
async fn status_shows_the_lanes_here_and_what_needs_somebody_first() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    fixture.event(&["secret"], |_| {}).await;
    let here = description(&fixture.reply(operator(), command("alerts status", &[])).await);
    assert!(here.contains("**sales**") && here.contains("1 waits"), "{here}");
    assert!(!here.contains("secret") && !here.contains("ops"), "{here}");
    fixture.settle("sales", Status::Dead, "refused").await;
    let all = command("alerts status", &[("everywhere", json!(true))]);
    let all = description(&fixture.reply(operator(), all).await);
    assert!(all.contains("sales") && all.contains("ops") && !all.contains("secret"), "{all}");
}
