//! Digests and quiet hours over the whole server: real requests, the stand-in's channel, restarts in between. The intake's
//! clock is set to the past, so that what is accepted then is due now.

use hookbell_fake_discord::StoredMessage;
use hookbell_model::delivery::{Reason, Status};
use hookbell_model::event::EventId;
use hookbell_model::own_event::{Digest, OWN};
use hookbell_model::timestamp::Timestamp;
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
[[facts]]
on = ["refund.*"]
topic = "refund"
"#;

const TEMPLATE: &str = r#"
provider = "desk"
[[message]]
name = "thing"
when = "payload.thing is string"
key = ["thing:{{ payload.thing }}"]
severity = "{{ event.severity | default('info') }}"
content = "{{ payload.text | default(event.type) }}"
[[message]]
name = "plain"
severity = "{{ event.severity | default('info') }}"
content = "{{ payload.text | default(event.type) }}"
"#;

const DAY: i64 = 86_400_000;

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

fn sale(id: &str, minor: i64, currency: &str) -> Value {
    json!({ "id": id, "type": "sale.paid", "severity": "success", "amount": minor, "currency": currency,
            "text": format!("{minor} {currency} from {id}") })
}

/// The digests that were posted, with their payloads.
async fn digests(bridge: &TestBridge) -> Vec<(EventId, Digest)> {
    let recent = bridge.store.recent(Default::default(), None, 100).await.expect("a store");
    let mut found = Vec::new();
    for summary in recent.into_iter().rev().filter(|summary| summary.event.source == OWN) {
        let (_, raw) = bridge.store.event(summary.event.id).await.expect("a store").expect("an event");
        found.push((summary.event.id, serde_json::from_slice(&raw.body).expect("a digest")));
    }
    found
}

async fn posted(bridge: &TestBridge, count: usize) -> Vec<StoredMessage> {
    eventually("the messages are posted", async || {
        let messages = bridge.discord.messages("2222");
        if messages.len() >= count { Ok(messages) } else { Err(messages) }
    })
    .await
}

fn content(message: &StoredMessage) -> &str {
    message.object["content"].as_str().unwrap_or_default()
}

/// One message; sums for each currency; refunds taken off; every event ends as merged into the digest.
#[tokio::test]
async fn a_digest_is_one_message_with_sums_for_each_currency_and_refunds_taken_off() {
    let bridge = bridge("digest = \"daily 00:00\"\n").await;
    bridge.clock.set_offset(-DAY);
    let mut refund = sale("d", 500, "usd");
    refund["type"] = "refund.created".into();
    let mut test = sale("t", 99_900, "usd");
    test["severity"] = "error".into();
    let bodies = [sale("a", 4900, "usd"), sale("b", 1200, "usd"), sale("c", 30_000, "eur"), refund, test];
    let mut ids = Vec::new();
    for body in &bodies {
        ids.push(send(&bridge, body).await);
    }
    let messages = posted(&bridge, 1).await;
    let said = messages[0].object.to_string();
    assert_eq!(content(&messages[0]), "5 events: **€300.00**, **$56.00**", "{said}");
    assert!(
        said.contains("**$56.00**: $61.00 from 2 payments, less $5.00 refunded") && said.contains("4900 usd from a"),
        "{said}"
    );
    let (digest, payload) = digests(&bridge).await.remove(0);
    let sums: Vec<_> =
        payload.sums.iter().map(|sum| (sum.currency.as_str(), sum.paid, sum.refunded, sum.net)).collect();
    assert_eq!(sums, [("EUR", 30_000, 0, 30_000), ("USD", 6100, 500, 5600)], "a failed payment is no money");
    for id in ids {
        let (delivery, _) = bridge.details(&id).await.deliveries.remove(0);
        assert_eq!((delivery.status, delivery.reason), (Status::Merged, Some(Reason::Digested { digest })));
    }
    bridge.drained().await;
    assert_eq!(bridge.discord.messages("2222").len(), 1);
    bridge.stop().await;
}

/// What is not due is collecting, survives a restart, and nothing collected is no message.
#[tokio::test]
async fn what_is_collected_survives_a_restart_and_is_made_up_for_once() {
    let mut bridge = bridge("digest = \"daily 00:00\"\n").await;
    let mut ids = Vec::new();
    for (number, days) in [(1, 0), (2, 2), (3, 1)] {
        bridge.clock.set_offset(-days * DAY);
        let id = send(&bridge, &sale(&format!("s{number}"), 100, "usd")).await;
        bridge.drained().await;
        ids.push(id);
    }
    bridge = bridge.restart().await;
    // Each period has its own message, in whatever order its events came.
    let messages = posted(&bridge, 2).await;
    bridge.drained().await;
    assert_eq!(bridge.discord.messages("2222").len(), 2, "{messages:#?}");
    let (today, _) = bridge.details(&ids[0]).await.deliveries.remove(0);
    assert_eq!(today.status, Status::Collecting, "{}", today.reason_text());
    assert!(today.reason_text().starts_with("collected for the digest of "), "{}", today.reason_text());
    let digests = digests(&bridge).await;
    let previous = |at: usize| digests[at].1.previous.as_ref().map(|previous| (previous.count, previous.sums[0].net));
    assert_eq!((previous(0), previous(1)), (None, Some((1, 100))), "compared with the period before");
    bridge.stop().await;
}

#[tokio::test]
async fn what_is_critical_does_not_wait_for_a_digest_unless_the_route_says_so() {
    for (critical, waits) in [("", false), (", critical = \"include\"", true)] {
        let bridge = bridge(&format!("digest = {{ every = \"7d\"{critical} }}\n")).await;
        let id = send(&bridge, &json!({ "id": "1", "type": "down", "severity": "critical", "text": "Down" })).await;
        bridge.drained().await;
        let (delivery, _) = bridge.details(&id).await.deliveries.remove(0);
        let expected = if waits { Status::Collecting } else { Status::Delivered };
        assert_eq!(delivery.status, expected, "{critical}");
        assert_eq!(bridge.discord.messages("2222").len(), usize::from(!waits));
        bridge.stop().await;
    }
}

/// A card that is in the channel never shows what is over, whatever the digest collects.
#[tokio::test]
async fn a_message_that_is_posted_is_edited_although_the_route_makes_digests() {
    let bridge = bridge("digest = \"7d\"\n").await;
    let thing = |id: &str, severity: &str, text: &str| json!({ "id": id, "type": "state", "thing": "db", "severity": severity, "text": text });
    send(&bridge, &thing("1", "critical", "Down: db")).await;
    bridge.drained().await;
    send(&bridge, &thing("2", "success", "Up: db")).await;
    bridge.drained().await;
    let messages = bridge.discord.messages("2222");
    assert_eq!((messages.len(), messages[0].edits), (1, 1));
    assert!(content(&messages[0]).contains("Up: db"), "{messages:#?}");
    bridge.stop().await;
}

/// Two sales in three events: one thing is one payment.
#[tokio::test]
async fn a_sale_that_is_told_twice_counts_once() {
    let bridge = bridge("digest = \"daily 00:00\"\n").await;
    bridge.clock.set_offset(-DAY);
    for (id, thing) in [("1", "a"), ("2", "a"), ("3", "b")] {
        let mut body = sale(id, 1000, "usd");
        body["thing"] = thing.into();
        body["type"] = format!("sale.{id}").into();
        send(&bridge, &body).await;
    }
    posted(&bridge, 1).await;
    let (_, digest) = digests(&bridge).await.remove(0);
    assert_eq!((digest.count, digest.things, digest.sums[0].net, digest.sums[0].payments), (3, 2, 2000, 2));
    bridge.stop().await;
}

/// Quiet hours that hold now, and from which the clock does not move away while the test runs.
fn quiet_now(mode: &str) -> String {
    let hour = Timestamp::now().secs().rem_euclid(86_400) / 3600;
    let (from, to) = ((hour + 20) % 24, (hour + 4) % 24);
    format!("quiet = {{ from = \"{from:02}:00\", to = \"{to:02}:00\", mode = \"{mode}\" }}\n")
}

#[tokio::test]
async fn within_quiet_hours_nothing_rings_but_what_is_critical() {
    let bridge = bridge(&quiet_now("silent")).await;
    send(&bridge, &json!({ "id": "1", "type": "note", "text": "a note" })).await;
    send(&bridge, &json!({ "id": "2", "type": "down", "severity": "critical", "text": "down" })).await;
    let messages = posted(&bridge, 2).await;
    // What is critical may have overtaken the note.
    let flags = |text: &str| {
        let message = messages.iter().find(|message| content(message).contains(text)).expect(text);
        message.body.get("flags").cloned()
    };
    assert_eq!((flags("a note"), flags("down")), (Some(json!(1 << 12)), None));
    bridge.stop().await;
}

#[tokio::test]
async fn what_comes_within_quiet_hours_is_kept_for_the_morning() {
    let bridge = bridge(&quiet_now("digest")).await;
    let kept = send(&bridge, &json!({ "id": "1", "type": "note", "text": "a note" })).await;
    bridge.drained().await;
    let (delivery, _) = bridge.details(&kept).await.deliveries.remove(0);
    assert_eq!(delivery.status, Status::Collecting);
    assert!(delivery.reason_text().starts_with("collected until the quiet hours end at"), "{}", delivery.reason_text());
    // Those of yesterday are over.
    bridge.clock.set_offset(-DAY);
    send(&bridge, &json!({ "id": "2", "type": "note", "text": "a note of yesterday" })).await;
    bridge.drained().await;
    assert_eq!(bridge.discord.messages("2222").len(), 0, "it is quiet now, too");
    bridge.stop().await;
}

#[tokio::test]
async fn an_own_event_is_kept_delivered_and_rendered_like_any_other() {
    use hookbell_model::own_event::OwnEvent;
    let bridge = bridge("").await;
    let digest = Digest { destination: "alerts".to_owned(), count: 2, from: 1000, to: 2000, ..Digest::default() };
    let (event, raw) = OwnEvent::Digest(Box::new(digest)).into_event(Timestamp::now());
    bridge.store.accept(event, raw, OwnEvent::deliveries(["alerts"])).await.expect("accepted");
    let messages = posted(&bridge, 1).await;
    assert_eq!(content(&messages[0]), "2 events");
    bridge.stop().await;
}

/// A template of the user's own for the provider `hookbell` goes before the shipped one, and a route may name another.
#[tokio::test]
async fn the_message_of_a_digest_can_be_the_users_own() {
    let own = "provider = \"hookbell\"\n[[message]]\nname = \"short\"\non = [\"digest\"]\nwhen = \"false\"\n\
               content = \"{{ payload.count }} came in\"\n";
    let bridge = TestBridge::builder()
        .file("providers/desk.toml", PROVIDER)
        .file("templates/own.toml", own)
        .sources("[sources.desk]\nprovider = \"desk\"\nverify = \"none\"\n")
        .route("digest = { every = \"daily 00:00\", template = \"hookbell.short\" }\n")
        .start()
        .await;
    bridge.clock.set_offset(-DAY);
    send(&bridge, &sale("a", 100, "usd")).await;
    assert_eq!(content(&posted(&bridge, 1).await[0]), "1 came in");
    bridge.stop().await;
}

/// Where something is to be seen over time, a picture goes with the message, with a text for those who do not see it.
#[tokio::test]
async fn a_digest_over_several_hours_has_a_chart() {
    let bridge = bridge("digest = \"daily 00:00\"\n").await;
    let today = Timestamp::now().0.rem_euclid(DAY);
    for (number, hour) in [(1, 1), (2, 1), (3, 5), (4, 9), (5, 9), (6, 9)] {
        bridge.clock.set_offset(hour * 3_600_000 - today - DAY);
        send(&bridge, &sale(&format!("s{number}"), 100, "usd")).await;
    }
    let messages = posted(&bridge, 1).await;
    let [file] = messages[0].files.as_slice() else { panic!("{:#?}", messages[0].object) };
    assert_eq!((file.filename.as_str(), file.bytes.get(1..4)), ("digest.png", Some(&b"PNG"[..])));
    let alt = "Events per hour (UTC) from 00:00 to 23:00: 6 in all; most at 09:00: 3";
    assert_eq!(messages[0].object["attachments"][0]["description"], alt);
    assert_eq!(messages[0].body["embeds"][0]["image"]["url"], "attachment://digest.png");
    bridge.stop().await;
}

/// Two routes to one destination that are due in the same moment: each has its own digest.
#[tokio::test]
async fn each_route_has_a_digest_of_its_own() {
    let second = "\n[[routes]]\nsource = \"desk\"\nevents = [\"note\"]\nto = \"alerts\"\ndigest = \"daily 00:00\"\n";
    let bridge = TestBridge::builder()
        .file("providers/desk.toml", PROVIDER)
        .sources("[sources.desk]\nprovider = \"desk\"\nverify = \"none\"\n")
        .route("events = [\"sale.*\"]\ndigest = \"daily 00:00\"\n")
        .config(second)
        .start()
        .await;
    bridge.clock.set_offset(-DAY);
    send(&bridge, &sale("a", 100, "usd")).await;
    send(&bridge, &json!({ "id": "1", "type": "note", "text": "a note" })).await;
    posted(&bridge, 2).await;
    let found: Vec<(String, u64)> =
        digests(&bridge).await.into_iter().map(|(_, digest)| (digest.route, digest.count)).collect();
    assert_eq!(found, [("routes[0]".to_owned(), 1), ("routes[1]".to_owned(), 1)]);
    bridge.stop().await;
}

#[test]
fn mistakes_in_digests_quiet_hours_and_reserved_names_say_what_would_be_right() {
    use hookbell::config::{Config, Environment};
    let folder = tempfile::tempdir().expect("a folder");
    let reported = |text: &str| {
        let mut diagnostics = hookbell_config_file::Diagnostics::default();
        Config::read("config.toml", text, folder.path(), &Environment::of(|_| None), &mut diagnostics);
        diagnostics.to_string()
    };
    let route = |keys: &str| reported(&format!("[[routes]]\nsource = \"*\"\nto = \"a\"\n{keys}\n"));
    for (keys, parts) in [
        ("digest = \"sometimes\"", &["`routes[0].digest`", "`daily 09:00 Europe/Berlin`"][..]),
        ("digest = \"daily 09:00 Europe/Berlni\"", &["did you mean `Europe/Berlin`?"]),
        ("digest = \"1s\"", &["from 5s to 7d"]),
        ("digest = { evry = \"1h\" }", &["missing key", "every = \"daily", "did you mean `every`?"]),
        ("digest = { every = \"1h\", template = \"hookbell.digst\" }", &["did you mean `hookbell.digest`?"]),
        ("digest = { every = \"1h\", critical = \"maybe\" }", &["expected one of `pass`, `include`"]),
        ("quiet = \"22:00\"", &["`routes[0].quiet`", "expected a table"]),
        ("quiet = { from = \"22:00\" }", &["`routes[0].quiet.to`", "missing key"]),
        ("quiet = { from = \"22:00\", to = \"25:00\" }", &["from `00:00` to `23:59`"]),
        ("quiet = { from = \"22:00\", to = \"22:00\" }", &["`from` and `to` are the same"]),
        ("quiet = { from = \"22:00\", to = \"7:00\", zone = \"Berlin\" }", &["did you mean `Europe/Berlin`?"]),
        ("quiet = { from = \"22:00\", to = \"7:00\", mode = \"off\" }", &["expected one of `silent`, `digest`"]),
    ] {
        let said = route(keys);
        for part in parts {
            assert!(said.contains(part), "{keys}: {part}\n--\n{said}");
        }
    }
    let said = reported("[sources.hookbell]\nprovider = \"generic\"\nsecret = \"x\"\n");
    assert!(said.contains("`hookbell` is the source of hookbell's own events"), "{said}");
    let said = reported("[sources.other]\nprovider = \"hookbell\"\nsecret = \"x\"\n");
    assert!(said.contains("there is no provider `hookbell`"), "{said}");
    std::fs::create_dir(folder.path().join("providers")).expect("a folder");
    std::fs::write(folder.path().join("providers/hookbell.toml"), "title = \"x\"\n").expect("a file");
    let said = reported("");
    assert!(said.contains("`hookbell` is the provider of hookbell's own events"), "{said}");
}
