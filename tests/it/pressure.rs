//! Too many events, late ones, and things that are over soon: over the whole server, with restarts in between. The intake's
//! clock is set to the past where something is due later.

use hookbell_fake_discord::StoredMessage;
use hookbell_model::delivery::{Reason, Status};
use serde_json::{Value, json};

use crate::support::{TestBridge, client, eventually, fetch};

const PROVIDER: &str = r#"
title = "Desk"
verify = "none"
[event]
type = "/type"
id = "/id"
[[facts]]
severity = { at = ["/severity"], map = { page = "critical" } }
[[facts]]
amount = "/amount"
currency = "/currency"
subject = "/text"
[[facts]]
on = ["sale.*"]
topic = "payment"
"#;

const TEMPLATE: &str = r#"
provider = "desk"
[[message]]
name = "blip"
when = "payload.blip is string"
key = "{{ payload.blip }}"
closed = "payload.state == 'over'"
hold = "1h"
content = "{{ payload.blip }}"
[[message]]
name = "thing"
when = "payload.thing is string"
key = ["{{ payload.thing }}"]
closed = "payload.state == 'over'"
severity = "{{ event.severity | default('info') }}"
content = "{{ payload.text | default(event.type) }}"
[[message]]
name = "plain"
severity = "{{ event.severity | default('info') }}"
content = "{{ payload.text | default(event.type) }}"
"#;

async fn bridge(route: &str) -> TestBridge {
    TestBridge::builder()
        .file("providers/desk.toml", PROVIDER)
        .file("templates/desk.toml", TEMPLATE)
        .sources("[sources.desk]\nprovider = \"desk\"\nverify = \"none\"\n")
        .route(route)
        .start()
        .await
}

async fn send(bridge: &TestBridge, body: &Value) -> String {
    let response = fetch(client().post(bridge.url("desk")).body(body.to_string())).await;
    assert_eq!((response.status, response.body["status"].as_str()), (200, Some("accepted")), "{response:?}");
    response.body["event"].as_str().expect("an id").to_owned()
}

fn event(id: u32, thing: &str, state: &str) -> Value {
    json!({ "id": id.to_string(), "type": "alert", "thing": thing, "state": state, "text": format!("{thing} is {state}") })
}

fn note(id: u32, text: &str) -> Value {
    json!({ "id": id.to_string(), "type": "note", "text": text })
}

/// Waits until the event's delivery has a status, and says why it has it.
async fn until(bridge: &TestBridge, id: &str, status: Status) -> Reason {
    eventually("the delivery has its status", async || {
        let details = bridge.details(id).await;
        let delivery = details.deliveries[0].0.clone();
        if delivery.status == status { Ok(delivery.reason.expect("a reason")) } else { Err(delivery) }
    })
    .await
}

fn contents(bridge: &TestBridge) -> Vec<String> {
    let content = |message: StoredMessage| message.object["content"].as_str().unwrap_or_default().to_owned();
    bridge.discord.messages("2222").into_iter().map(content).collect()
}

async fn shown(bridge: &TestBridge, what: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    eventually(what, async || {
        let found = contents(bridge);
        if wanted(&found) { Ok(found) } else { Err(found) }
    })
    .await
}

#[tokio::test]
async fn what_is_over_before_its_hold_has_passed_is_not_reported_at_all() {
    let bridge = bridge("hold = \"1h\"\n").await;
    let open = send(&bridge, &event(1, "disk", "full")).await;
    assert!(matches!(until(&bridge, &open, Status::Collecting).await, Reason::Held { .. }));
    let over = send(&bridge, &event(2, "disk", "over")).await;
    assert_eq!(until(&bridge, &over, Status::Muted).await, Reason::ClosedInTime);
    // What waited is looked at when its hold has passed: an hour is nobody's to wait for here.
    bridge.clock.set_offset(-7_200_000);
    let old = send(&bridge, &event(3, "raid", "broken")).await;
    until(&bridge, &old, Status::Delivered).await;
    assert!(contents(&bridge)[0].starts_with("raid is broken"), "{:?}", contents(&bridge));
    assert_eq!(contents(&bridge).len(), 1);
}

#[tokio::test]
async fn a_message_may_be_held_by_its_template() {
    let bridge = bridge("").await;
    let body = json!({ "id": "1", "type": "alert", "blip": "cpu", "state": "high" });
    let id = send(&bridge, &body).await;
    assert!(matches!(until(&bridge, &id, Status::Collecting).await, Reason::Held { .. }));
    let over = json!({ "id": "2", "type": "alert", "blip": "cpu", "state": "over" });
    let over = send(&bridge, &over).await;
    assert_eq!(until(&bridge, &over, Status::Muted).await, Reason::ClosedInTime);
    assert!(contents(&bridge).is_empty());
}

#[tokio::test]
async fn what_is_still_open_when_its_hold_has_passed_is_reported_once_in_its_newest_state_also_after_a_restart() {
    let bridge = bridge("hold = \"5s\"\n").await;
    bridge.clock.set_offset(-4_000);
    let first = send(&bridge, &event(1, "disk", "nearly full")).await;
    let second = send(&bridge, &event(2, "disk", "full")).await;
    let bridge = bridge.restart().await;
    until(&bridge, &first, Status::Delivered).await;
    let messages = shown(&bridge, "it is reported", |messages| !messages.is_empty()).await;
    assert_eq!(messages, ["disk is full"]);
    eventually("both have ended", async || {
        let ended = bridge.details(&second).await.deliveries[0].0.status;
        if ended.is_final() { Ok(()) } else { Err(ended) }
    })
    .await;
    let over = send(&bridge, &event(3, "disk", "over")).await;
    until(&bridge, &over, Status::Delivered).await;
    assert_eq!(contents(&bridge), ["disk is over"], "a thing with a message is edited without delay");
}

#[tokio::test]
async fn while_a_thing_is_open_what_it_explains_is_not_reported_and_is_when_it_is_over() {
    let bridge = bridge("inhibited_by = \"{{ 'host' if payload.thing != 'host' else '' }}\"\n").await;
    let host = send(&bridge, &event(1, "host", "down")).await;
    until(&bridge, &host, Status::Delivered).await;
    let service = send(&bridge, &event(2, "shop", "down")).await;
    let reason = until(&bridge, &service, Status::Collecting).await;
    assert!(matches!(&reason, Reason::Inhibited { key, until: Some(_), .. } if key == "host"), "{reason}");
    let plain = send(&bridge, &note(3, "nobody buys")).await;
    let reason = until(&bridge, &plain, Status::Merged).await;
    assert_eq!(reason.to_string(), "`host is down` is open, and explains it");
    let over = send(&bridge, &event(4, "host", "over")).await;
    until(&bridge, &over, Status::Delivered).await;
    let other = send(&bridge, &note(5, "they buy")).await;
    until(&bridge, &other, Status::Delivered).await;
    assert_eq!(contents(&bridge), ["host is over", "they buy"]);
}

#[tokio::test]
async fn what_is_over_the_rate_is_summed_up_in_one_message() {
    let bridge = bridge("rate = \"2/6s\"\n").await;
    let mut last = String::new();
    for number in 1..=7 {
        last = send(&bridge, &note(number, &format!("note {number}"))).await;
    }
    let messages = shown(&bridge, "the summary is posted", |messages| messages.len() == 3).await;
    assert_eq!(messages, ["note 1", "note 2", "5 events"]);
    let reason = until(&bridge, &last, Status::Merged).await;
    assert!(matches!(reason, Reason::Digested { .. }), "{reason}");
}

#[tokio::test]
async fn a_storm_is_one_message_that_is_edited_and_says_when_it_is_over() {
    let bridge = bridge("storm = { over = 3, per = \"6s\" }\n").await;
    let mut ids = Vec::new();
    for number in 1..=20 {
        let body = json!({ "id": number.to_string(), "type": if number % 2 == 0 { "sale.paid" } else { "sale.open" },
            "severity": "success", "amount": 100 * number, "currency": if number % 4 == 0 { "eur" } else { "usd" },
            "text": format!("sale {number}") });
        ids.push(send(&bridge, &body).await);
    }
    let messages =
        shown(&bridge, "the storm is over", |messages| messages.last().is_some_and(|last| last.contains("Storm over")))
            .await;
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert_eq!(messages[..3], ["sale 1", "sale 2", "sale 3"]);
    assert!(
        messages[3].contains("17 events") && messages[3].contains('€') && messages[3].contains('$'),
        "{messages:?}"
    );
    let reason = until(&bridge, &ids[19], Status::Merged).await;
    assert!(matches!(reason, Reason::Digested { .. }), "{reason}");
    let late = send(&bridge, &note(30, "calm")).await;
    until(&bridge, &late, Status::Delivered).await;
}

#[tokio::test]
async fn after_an_outage_what_is_stale_is_one_message_and_what_is_urgent_is_posted() {
    let bridge = bridge("stale_after = \"1h\"\n").await;
    bridge.clock.set_offset(-7_200_000);
    for number in 1..=4 {
        send(&bridge, &note(number, &format!("note {number}"))).await;
    }
    let mut page = note(5, "the database is down");
    page["severity"] = "page".into();
    let page = send(&bridge, &page).await;
    until(&bridge, &page, Status::Delivered).await;
    bridge.clock.set_offset(0);
    let fresh = send(&bridge, &note(6, "back")).await;
    until(&bridge, &fresh, Status::Delivered).await;
    let messages = shown(&bridge, "the summary is posted", |messages| messages.len() == 3).await;
    assert!(messages.contains(&"4 events".to_owned()) && messages.contains(&"back".to_owned()), "{messages:?}");
    let urgent = messages
        .iter()
        .find(|message| message.contains("the database is down"))
        .unwrap_or_else(|| panic!("{messages:?}"));
    assert!(urgent.contains("delayed 2 h"), "{urgent}");
}

#[tokio::test]
async fn what_stays_open_is_reported_again_until_it_is_over() {
    let bridge = bridge("remind = \"1m\"\n").await;
    let open = send(&bridge, &event(1, "disk", "full")).await;
    until(&bridge, &open, Status::Delivered).await;
    let due = bridge.store.due_reminders(hookbell_model::timestamp::Timestamp(i64::MAX), 9).await.expect("asked");
    assert_eq!(due.len(), 1);
    bridge.store.remind(None, due[0].record, Some(hookbell_model::timestamp::Timestamp(1))).await.expect("due now");
    let messages = shown(&bridge, "a reminder is posted", |messages| messages.len() == 2).await;
    assert!(messages[1].starts_with("⏰ Still open for") && messages[1].contains("disk is full"), "{messages:?}");
    let over = send(&bridge, &event(2, "disk", "over")).await;
    until(&bridge, &over, Status::Delivered).await;
    let due = bridge.store.due_reminders(hookbell_model::timestamp::Timestamp(i64::MAX), 9).await.expect("asked");
    assert!(due.is_empty(), "{due:?}");
}
