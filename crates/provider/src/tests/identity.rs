//! What counts as the repetition of an event: the id that a file finds, or equal bytes for a while.

use std::time::Duration;

use serde_json::json;

use super::shipped::embedded_providers;
use super::*;
use hookbell_model::event::Identity;

const MINUTE: Duration = Duration::from_secs(60);

/// A file whose `[event]` has these lines besides the type.
fn with_event(lines: &str) -> Provider {
    provider(&format!("title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\n{lines}\n"))
}

fn reading(provider: &Provider, body: &serde_json::Value) -> Reading {
    let sample = Sample { name: String::new(), headers: Vec::new(), body: body.to_string() };
    provider.reading(&sample).expect("a readable body")
}

#[test]
fn without_an_id_equal_bytes_are_a_repetition_for_a_minute_or_as_the_file_says() {
    let identity = |lines, body| reading(&with_event(lines), &body).identity;
    assert_eq!(identity("", json!({})), Identity::Body { repeat: MINUTE });
    assert_eq!(identity("id = \"/id\"", json!({ "id": 7 })), Identity::Id);
    assert_eq!(identity("id = \"/id\"", json!({ "id": " " })), Identity::Body { repeat: MINUTE });
    assert_eq!(identity("repeat = \"10m\"", json!({})), Identity::Body { repeat: 10 * MINUTE });
    assert_eq!(identity("repeat = \"0s\"", json!({})), Identity::Body { repeat: Duration::ZERO });
    assert_eq!(identity("repeat = \"10m\"\nid = \"/id\"", json!({ "id": 7 })), Identity::Id);
}

#[test]
fn a_source_says_it_for_itself() {
    let file = with_event("repeat = \"10m\"");
    let of_source = |text: &str| {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("config.toml", text, &mut diagnostics);
        let mut table = document.root();
        let overridden = file.with_overrides(&mut table, &mut diagnostics);
        table.finish(&mut diagnostics);
        (overridden.map(|provider| reading(&provider, &json!({})).identity), diagnostics.to_string())
    };
    assert_eq!(of_source("repeat = \"2h\"").0, Some(Identity::Body { repeat: 120 * MINUTE }));
    assert_eq!(of_source("").0, Some(Identity::Body { repeat: 10 * MINUTE }));
    let (refused, text) = of_source("repeat = \"soon\"");
    assert!(refused.is_none() && text.contains("expected a span"), "{text}");
    assert!(of_source("[event]\nrepeat = \"2h\"").1.contains("unknown key"));
}

#[test]
fn a_span_that_is_none_is_reported() {
    let text = diagnostics_of("title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\nrepeat = \"often\"\n");
    assert!(text.contains("event.repeat") && text.contains("expected a span"), "{text}");
}

/// A sender that gives no id and no time of the event must stay at a minute or below: equal bytes of it may well be another
/// event.
#[test]
fn only_senders_whose_bodies_say_when_have_a_longer_span() {
    let mut longer = 0;
    for provider in Providers::shipped(embedded_providers()).iter().filter(|provider| provider.repeat() > MINUTE) {
        let timed =
            provider.samples.iter().all(|sample| provider.reading(sample).is_some_and(|one| one.time.is_some()));
        assert!(timed, "{}: a body without a time", provider.name);
        longer += 1;
    }
    assert!(longer > 3);
}

/// Two bodies that the provider sends for two events must have two references; `Some` of them by id.
fn two_events(name: &str, one: &serde_json::Value, two: &serde_json::Value) {
    let providers = Providers::shipped(embedded_providers());
    let provider = providers.get(name).expect("shipped");
    let (one, two) = (reading(provider, one), reading(provider, two));
    assert_eq!((one.identity, two.identity), (Identity::Id, Identity::Id), "{name}");
    assert_ne!(one.reference, two.reference, "{name}");
}

#[test]
fn an_id_of_a_thing_is_not_the_id_of_what_happens_to_it() {
    let adyen = |success: &str| {
        let item = json!({ "pspReference": "X1", "eventCode": "AUTHORISATION", "success": success });
        json!({ "notificationItems": [{ "NotificationRequestItem": item }] })
    };
    two_events("adyen", &adyen("false"), &adyen("true"));
    let delivery =
        |to: &str, at: &str| json!({ "RecordType": "Delivery", "MessageID": "m1", "Recipient": to, "DeliveredAt": at });
    two_events("postmark", &delivery("ada@example.com", "1"), &delivery("grace@example.com", "1"));
    let bounce =
        |at: &str| json!({ "RecordType": "Bounce", "MessageID": "m1", "Email": "a@example.com", "BouncedAt": at });
    two_events("postmark", &bounce("1"), &bounce("2"));
    let meta = |value: serde_json::Value| json!({ "entry": [{ "changes": [{ "field": "videos", "value": value }] }] });
    let video = |status: &str| meta(json!({ "id": "7", "status": { "video_status": status } }));
    two_events("meta", &video("processing"), &video("ready"));
    let edit = |at: i64| meta(json!({ "comment_id": "7", "verb": "edited", "created_time": 1, "edited_time": at }));
    two_events("meta", &edit(1), &edit(2));
    let change = |at: i64| json!([{ "eventId": 1, "subscriptionId": 2, "objectId": 3, "occurredAt": at }]);
    two_events("hubspot", &change(1), &change(2));
}
