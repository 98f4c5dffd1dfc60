//! The card of events that no message was written for, on the shapes of many senders.

use serde_json::json;

use super::*;
use hookbell_model::event::{Facts, Topic};
use hookbell_model::timestamp::Timestamp;

fn event(event_type: &str) -> Event {
    Event {
        id: EventId(77),
        source: "shop".into(),
        provider: "acme".into(),
        reference: "evt_1".into(),
        event_type: event_type.into(),
        topic: Topic::Other,
        facts: Facts::default(),
        time: Timestamp::from_secs(1_795_255_200),
        received: Timestamp::from_secs(1_795_255_201),
    }
}

fn card_of(event: &Event, payload: &Json, view: &View) -> Card {
    generic(event, &Raw { body: payload.to_string().into_bytes(), ..Raw::default() }, view, &Theme::default())
}

fn card(event_type: &str, payload: &Json) -> Message {
    card_of(&event(event_type), payload, &View::default()).message
}

#[test]
fn the_card_says_who_what_where_and_links_to_it() {
    let payload = json!({
        "action": "created",
        "commit_comment_id": 4711,
        "comment": { "id": 33_548_674, "html_url": "https://github.com/octocat/hello/commit/6113728#commitcomment-3", "path": null,
            "body": "This is a really good change!", "created_at": "2026-11-28T10:00:00Z" },
        "repository": { "id": 1, "full_name": "octocat/hello", "html_url": "https://github.com/octocat/hello" },
        "sender": { "login": "ada", "avatar_url": "https://avatars.example.com/u/1" },
    });
    let message = card("commit_comment.created", &payload);
    assert_eq!(message.content, "Commit comment created: This is a really good change! in octocat/hello by ada");
    let embed = &message.embeds[0];
    assert_eq!(embed.url, "https://github.com/octocat/hello/commit/6113728#commitcomment-3");
    assert_eq!(
        (embed.author.name.as_str(), embed.author.icon_url.as_str()),
        ("ada", "https://avatars.example.com/u/1")
    );
}

#[test]
fn a_state_that_failed_is_red_and_said() {
    let payload =
        json!({ "data": { "name": "Nightly build", "status": "failed", "web_url": "https://ci.example.com/runs/12" } });
    let card = card_of(&event("pipeline.finished"), &payload, &View::default());
    assert_eq!(card.severity, Severity::Error);
    assert_eq!(card.message.content, "Pipeline finished: Nightly build (failed)");
    assert_eq!(card.message.embeds[0].url, "https://ci.example.com/runs/12");
    // The type may say it, and what a file knows better stays.
    assert_eq!(card_of(&event("PAYMENT.FAILED"), &json!({}), &View::default()).severity, Severity::Error);
    let mut known = event("job.failed");
    known.facts.severity = Some(Severity::Warning);
    assert_eq!(card_of(&known, &payload, &View::default()).severity, Severity::Warning);
}

#[test]
fn an_id_or_a_raw_time_is_never_shown_for_a_name() {
    let payload = json!({
        "id": "evt_1NG8Du2eZvKYlo2CUI79vXWy", "created": "2026-11-28T10:00:00Z", "user": "6b29fc40-ca47-1067-b31d-00dd010662da",
        "object": { "id": "6b29fc40ca471067b31d00dd010662da", "name": "9f86d081884c7d659a2feaa0c55ad015", "customer_id": 42, "plan": "Pro", "seats": 3,
            "renews_at": "2026-12-28", "url": "https://api.example.com/v1/things/4" },
    });
    let mut known = event("seat.added");
    known.facts.subject = Some("Seat 6b29fc40-ca47-1067-b31d-00dd010662da".into());
    let message = card_of(&known, &payload, &View::default()).message;
    let text = message.to_post().to_string();
    for hidden in ["evt_", "6b29", "9f86", "42", "2026-12", "api.example.com"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    let fields: Vec<(&str, &str)> =
        message.embeds[0].fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
    assert_eq!((message.content.as_str(), fields), ("Seat added", vec![("Plan", "Pro"), ("Seats", "3")]));
}

#[test]
fn private_data_is_masked_and_what_looks_like_a_secret_is_left_out() {
    let payload = json!({
        "customer": { "email": "ada@example.com" }, "note": "please ring twice", "api_key": "abc", "password": "hunter2",
        "message": "Sent from 203.0.113.7 to grace@example.com", "callback": "https://example.com/reset?token=3f9a3f9a3f9a3f9a3f9a",
    });
    let text = card("parcel.sent", &payload).to_post().to_string();
    for hidden in ["ada@", "grace@", "203.0.113.7", "ring twice", "abc", "hunter2", "3f9a"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    assert!(text.contains("a•••@example.com"), "{text}");
    let open = View { masks: Some(Masks::default()), ..View::default() };
    let text = card_of(&event("parcel.sent"), &payload, &open).message.to_post().to_string();
    assert!(text.contains("ada@example.com") && text.contains("203.0.113.7") && !text.contains("hunter2"), "{text}");
}

#[test]
fn what_a_customer_wrote_is_in_no_part_of_the_card() {
    let payload =
        json!({ "customer": { "name": "Ada" }, "message": "happy birthday", "comment": "to my sister", "plan": "Pro" });
    let mut order = event("order.gift_wrapped");
    order.topic = Topic::Payment;
    let text = card_of(&order, &payload, &View::default()).message.to_post().to_string();
    assert!(text.contains("Pro") && !text.contains("birthday") && !text.contains("sister"), "{text}");
    let open = View { masks: Some(Masks::default()), ..View::default() };
    assert!(card_of(&order, &payload, &open).message.to_post().to_string().contains("happy birthday"));
}

#[test]
fn a_payload_with_very_many_keys_costs_no_more_than_reading_it() {
    let wide: Json = (0..200_000)
        .map(|at| (format!("Key{at}"), json!({ "Title": "x", "At": at })))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let begun = std::time::Instant::now();
    let message = card("Key.created", &json!({ "data": wide, "name": "the thing" }));
    assert!(message.content.starts_with("Key created"), "{}", message.content);
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn an_amount_is_shown_only_where_it_cannot_be_cents() {
    let amount = |order: Json| card("order.shipped", &json!({ "order": order })).content;
    assert_eq!(
        amount(json!({ "number": 1042, "total_price": "49.90", "currency": "EUR" })),
        "Order shipped: \\#1042, **€49.90**"
    );
    assert_eq!(amount(json!({ "total": { "value": "12.50", "currency_code": "usd" } })), "Order shipped, **$12.50**");
    for unclear in [
        json!({ "total": 4990, "currency": "EUR" }),
        json!({ "total": "49.90" }),
        json!({ "total": "4.99.0", "currency": "EUR" }),
    ] {
        let message = card("order.shipped", &json!({ "order": unclear }));
        assert!(!message.to_post().to_string().contains("4990") && message.content == "Order shipped", "{message:?}");
    }
}

#[test]
fn a_person_is_named_as_the_one_who_did_it_or_for_whom_it_was_done() {
    for (payload, line) in [
        (json!({ "actor": { "display_name": "Ada" }, "page": { "title": "Plan" } }), "Page created: Plan by Ada"),
        (
            json!({ "customer": { "first_name": "Ada", "last_name": "Example" }, "page": { "title": "Plan" } }),
            "Page created: Plan for Ada Example",
        ),
        (
            json!({ "user_name": "ada", "page": { "title": { "rendered": "<b>Plan</b>" } } }),
            "Page created: Plan for ada",
        ),
        (json!({ "user": { "name": "Ada" } }), "Page created by Ada"),
    ] {
        assert_eq!(card("page.created", &payload).content, line);
    }
}

#[test]
fn whatever_the_payload_is_there_is_a_card() {
    for body in ["", "null", "3", "\"text\"", "[]", "[[[{}]]]", "{\"data\":[{\"name\":\"Ada\"}]}", "{\"a\":"] {
        let raw = Raw { body: body.as_bytes().to_vec(), ..Raw::default() };
        let card = generic(&event("thing.happened"), &raw, &View::default(), &Theme::default());
        assert!(card.message.content.starts_with("Thing happened"), "{body}");
    }
    let mut deep = json!({ "name": "the bottom" });
    for _ in 0..100 {
        deep = json!({ "data": [deep, 1, "x"] });
    }
    assert_eq!(card("thing.happened", &deep).content, "Thing happened");
}
