//! What a channel shows after a whole sequence of events: real requests, the stand-in's channel, restarts in between.

use hookbell_fake_discord::StoredMessage;
use hookbell_model::delivery::{Reason, Status};
use serde_json::{Value, json};

use crate::support::{SECRET, TestBridge, channel_text, client, fetch, sequence};

/// A bridge with a source of this provider, of the same name.
async fn bridge(provider: &str) -> TestBridge {
    let config = format!("[sources.{provider}]\nprovider = \"{provider}\"\nsecret = \"{SECRET}\"\n");
    TestBridge::builder().config(&config).start().await
}

/// Sends the bodies one after the other, some minutes apart; with a restart before each where that is asked for.
async fn play(provider: &str, bodies: &[Value], restarts: bool) -> Vec<StoredMessage> {
    let mut bridge = bridge(provider).await;
    let begin = -10_000_000;
    for (at, body) in (0i64..).zip(bodies) {
        if restarts {
            bridge = bridge.restart().await;
        }
        bridge.clock.set_offset(begin + at * 300_000);
        let response = bridge.post(&bridge.url(provider), provider, &[], &body.to_string()).await;
        assert_eq!((response.status, response.body["status"].as_str()), (200, Some("accepted")), "{response:?}");
        bridge.drained().await;
    }
    // Earlier messages are edited while nothing else is due.
    bridge.followed_up().await;
    let messages = bridge.discord.messages("2222");
    bridge.stop().await;
    messages
}

#[tokio::test]
async fn a_group_of_alerts_rings_for_what_joins_and_nothing_stays_open() {
    let Some(bodies) = sequence("alertmanager_group_shrinks") else { return };
    for restarts in [false, true] {
        let messages = play("alertmanager", &bodies, restarts).await;
        let text = channel_text::of(&messages);
        assert_eq!(messages.len(), 2, "the first alert and the one that joined ring:\n{text}");
        assert!(!text.contains("Firing") && text.contains("Resolved: HostDown"), "{text}");
        assert!(text.contains("https://discord.com/channels/1111/2222/message-2"), "{text}");
    }
}

#[tokio::test]
async fn an_outage_that_comes_back_is_posted_again_although_its_bytes_are_the_same() {
    let Some(bodies) = sequence("alertmanager_fires_again") else { return };
    let messages = play("alertmanager", &bodies, false).await;
    let text = channel_text::of(&messages);
    assert_eq!(messages.len(), 2, "{text}");
    assert!(messages[0].object["content"].as_str().is_some_and(|content| content.contains("Resolved")), "{text}");
    assert!(messages[1].object["content"].as_str().is_some_and(|content| content.contains("Firing")), "{text}");
}

/// A group of alerts: each with its instance, its status and its severity.
fn group(status: &str, alerts: &[(&str, &str, &str)]) -> Value {
    let alert = |(instance, status, severity): &(&str, &str, &str)| {
        json!({
            "status": status, "labels": { "alertname": "Slow", "instance": instance, "severity": severity },
            "annotations": { "summary": "Requests are slow" }, "startsAt": "2026-11-26T20:00:00Z",
            "endsAt": if *status == "resolved" { "2026-11-26T21:00:00Z" } else { "0001-01-01T00:00:00Z" },
            "fingerprint": format!("f-{instance}"),
        })
    };
    json!({
        "status": status, "receiver": "r", "groupKey": "{}:{alertname=\"Slow\"}", "truncatedAlerts": 0,
        "externalURL": "https://am.example.org", "groupLabels": { "alertname": "Slow" },
        "commonLabels": { "alertname": "Slow" }, "commonAnnotations": { "summary": "Requests are slow" },
        "alerts": alerts.iter().map(alert).collect::<Vec<_>>(),
    })
}

#[tokio::test]
async fn the_worst_severity_that_fires_is_the_messages_and_its_rise_rings() {
    let rises = [
        group("firing", &[("a", "firing", "warning"), ("b", "resolved", "critical")]),
        group("firing", &[("a", "firing", "warning"), ("b", "resolved", "critical")]),
        group("firing", &[("a", "firing", "page"), ("b", "resolved", "critical")]),
    ];
    let messages = play("alertmanager", &rises, false).await;
    let text = channel_text::of(&messages);
    assert_eq!(messages.len(), 2, "a reminder edits, a rise is posted anew:\n{text}");
    let (first, last) = (&messages[0].body["embeds"][0]["color"], &messages[1].object["embeds"][0]["color"]);
    assert_ne!(first, last, "{text}");
}

#[tokio::test]
async fn each_line_of_a_group_says_what_differs() {
    let body = group("firing", &[("web-0:9100", "firing", "critical"), ("web-1:9100", "firing", "critical")]);
    for provider in ["alertmanager", "grafana"] {
        let text = channel_text::of(&play(provider, std::slice::from_ref(&body), false).await);
        assert!(text.contains("web-0") && text.contains("web-1"), "{provider}: {text}");
    }
}

/// A route with `events = ["*"]` asks for what is routine too.
#[tokio::test]
async fn routine_events_update_a_message_and_ring_only_where_they_are_asked_for() {
    let provider =
        "title = \"Shop\"\nroutine = [\"order.viewed\"]\nverify = \"none\"\n[event]\ntype = \"/type\"\nid = \"/id\"\n";
    let template = "provider = \"desk\"\n[[message]]\nname = \"order\"\nkey = [\"order:{{ payload.order }}\"]\nremember = [\"views\"]\ntitle = \"{{ event.type }}, {{ views }} views\"\n[vars]\nviews = \"payload.views\"\n";
    let body = |id: &str, event_type: &str, order: u32, views: Option<u32>| json!({ "id": id, "type": event_type, "order": order, "views": views });
    let requests = [
        // Routine, and nothing to update: known to the message that comes later.
        body("1", "order.viewed", 1, Some(7)),
        body("2", "order.paid", 1, None),
        body("3", "order.viewed", 1, Some(8)),
        body("4", "order.viewed", 2, Some(1)),
    ];
    for (events, titles) in [
        ("", vec!["order.viewed, 8 views"]),
        ("events = [\"*\"]\n", vec!["order.viewed, 8 views", "order.viewed, 1 views"]),
    ] {
        let config = "[sources.desk]\nprovider = \"desk\"\nverify = \"none\"\n";
        let bridge = TestBridge::builder()
            .file("providers/desk.toml", provider)
            .file("templates/desk.toml", template)
            .sources(config)
            .route(events)
            .start()
            .await;
        let mut ids = Vec::new();
        for request in &requests {
            let response = fetch(client().post(bridge.url("desk")).body(request.to_string())).await;
            ids.push(response.body["event"].as_str().expect("an id").to_owned());
            bridge.drained().await;
        }
        let messages = bridge.discord.messages("2222");
        let shown: Vec<&str> =
            messages.iter().map(|message| message.object["embeds"][0]["title"].as_str().expect("a title")).collect();
        assert_eq!(shown, titles, "{events}");
        let last = bridge.details(&ids[3]).await;
        let (delivery, _) = &last.deliveries[0];
        let expected = if events.is_empty() { Status::Unrouted } else { Status::Delivered };
        assert_eq!(delivery.status, expected, "{}", delivery.reason_text());
        assert_eq!(delivery.reason == Some(Reason::Routine), events.is_empty());
        bridge.stop().await;
    }
}

/// Somebody has deleted the message: what is routine does not bring it back, what is notable does.
#[tokio::test]
async fn a_routine_event_does_not_bring_back_a_deleted_message() {
    let provider =
        "title = \"Shop\"\nroutine = [\"order.viewed\"]\nverify = \"none\"\n[event]\ntype = \"/type\"\nid = \"/id\"\n";
    let template =
        "provider = \"desk\"\n[[message]]\nname = \"order\"\nkey = [\"order:1\"]\ntitle = \"{{ event.type }}\"\n";
    let bridge = TestBridge::builder()
        .file("providers/desk.toml", provider)
        .file("templates/desk.toml", template)
        .sources("[sources.desk]\nprovider = \"desk\"\nverify = \"none\"\n")
        .start()
        .await;
    let send = async |id: &str, event_type: &str| {
        let body = json!({ "id": id, "type": event_type }).to_string();
        let response = fetch(client().post(bridge.url("desk")).body(body)).await;
        bridge.drained().await;
        bridge.details(response.body["event"].as_str().expect("an id")).await.deliveries[0].0.status
    };
    assert_eq!(send("1", "order.paid").await, Status::Delivered);
    assert!(bridge.discord.delete_message("2222", &bridge.discord.messages("2222")[0].id));
    assert_eq!(send("2", "order.viewed").await, Status::Unrouted);
    assert_eq!(bridge.discord.messages("2222").len(), 0);
    assert_eq!(send("3", "order.sent").await, Status::Delivered);
    assert_eq!(bridge.discord.messages("2222").len(), 1);
    bridge.stop().await;
}
