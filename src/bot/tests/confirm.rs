//! What changes something is offered to one person at one place, and done once.

use serde_json::{Value, json};

use super::fixture::{Asker, BotFixture, ELSEWHERE, OPERATOR, VIEWER, button, chosen, command, menu, pressed};
use crate::bot::error::CommandError;
use crate::store::{Confirmation, ConfirmationToken, Scope};
use hookbell_model::audit::AuthorPlace;
use hookbell_model::timestamp::Timestamp;

fn operator() -> Asker {
    Asker { permissions: OPERATOR, ..Asker::default() }
}

fn mute() -> Value {
    command("alerts mute", &[("for", json!("2h")), ("reason", json!("moved"))])
}

async fn mutes(fixture: &BotFixture) -> usize {
    fixture.store.active_mutes(Timestamp::now()).await.expect("asked").len()
}

#[tokio::test]
async fn a_button_of_somebody_else_or_from_elsewhere_does_nothing() {
    let fixture = BotFixture::new().await;
    let muted = fixture.reply(operator(), mute()).await;
    let unmute = button(&muted, "Unmute");
    for stranger in [
        Asker { user: "6", ..operator() },
        Asker { channel: "3333", ..operator() },
        Asker { guild: Some(ELSEWHERE), channel: "8888", ..operator() },
    ] {
        assert_eq!(fixture.ask(stranger, pressed(&unmute)).await, Err(CommandError::NotOffered), "{stranger:?}");
    }
    let revoked = Asker { permissions: VIEWER, ..operator() };
    assert!(matches!(fixture.ask(revoked, pressed(&unmute)).await, Err(CommandError::Refused(_))));
    assert_eq!(mutes(&fixture).await, 1);
    fixture.ask(operator(), pressed(&unmute)).await.expect("theirs still");
    assert_eq!(mutes(&fixture).await, 0);
}

#[tokio::test]
async fn a_button_works_once_also_when_it_is_pressed_twice_at_once() {
    let fixture = BotFixture::new().await;
    let unmute = button(&fixture.reply(operator(), mute()).await, "Unmute");
    let (first, second) =
        tokio::join!(fixture.ask(operator(), pressed(&unmute)), fixture.ask(operator(), pressed(&unmute)));
    assert_eq!([&first, &second].iter().filter(|answer| answer.is_ok()).count(), 1, "{first:?} {second:?}");
    assert_eq!(fixture.ask(operator(), pressed(&unmute)).await, Err(CommandError::AlreadyDone));
    let entries = fixture.store.audit(Scope::Everything, None, 9).await.expect("asked");
    assert_eq!(entries.len(), 2, "muted and unmuted: {entries:?}");
}

#[tokio::test]
async fn a_token_is_good_for_its_own_button_alone() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    let unmute = button(&fixture.reply(operator(), mute()).await, "Unmute");
    let token = unmute.rsplit(':').next().expect("a token");
    for other in ["replay", "mute-for"] {
        let swapped = fixture.ask(operator(), chosen(&format!("1:{other}:{token}"), "1h")).await;
        assert_eq!(swapped, Err(CommandError::NotOffered), "{other}");
    }
    for forged in ["", "0", &"0".repeat(32), &"f".repeat(32), "h.1", &"z".repeat(32)] {
        let answer = fixture.ask(operator(), pressed(&format!("1:unmute:{forged}"))).await;
        assert!(matches!(answer, Err(CommandError::NotOffered | CommandError::UnknownButton)), "{forged}: {answer:?}");
    }
    assert_eq!(mutes(&fixture).await, 1);
}

#[tokio::test]
async fn what_was_offered_too_long_ago_says_so() {
    let fixture = BotFixture::new().await;
    let token = ConfirmationToken::random().expect("random numbers");
    let place = AuthorPlace { guild: "1111".into(), channel: "2222".into() };
    let change = json!({ "action": "unmute", "change": { "place": "h", "mute": 1 } }).to_string();
    let offered = Confirmation { person: "5".into(), place: Some(place), change, expires: Timestamp(1) };
    fixture.reply(operator(), mute()).await;
    fixture.store.offer(&token, offered, Timestamp(0)).await.expect("offered");
    let late = fixture.ask(operator(), pressed(&format!("1:unmute:{token}"))).await;
    assert_eq!(late, Err(CommandError::Expired));
    assert_eq!(mutes(&fixture).await, 1);
}

#[tokio::test]
async fn the_list_of_mutes_stays_at_hand_while_one_after_the_other_is_ended() {
    let fixture = BotFixture::new().await;
    fixture.reply(operator(), mute()).await;
    fixture.reply(operator(), mute()).await;
    let listed = fixture.reply(operator(), command("alerts muted", &[])).await;
    let left = fixture.reply(operator(), chosen(&menu(&listed), "1")).await;
    assert!(left.message.content.starts_with("🔔 **everything"), "{left:?}");
    let none = fixture.reply(operator(), chosen(&menu(&left), "2")).await;
    assert!(none.message.content.ends_with("Nothing is muted here."), "{none:?}");
}
