//! `events explain` and `explain --dry`: why an event became what it became, and what would have to change.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::{SECRET, TestBridge, eventually};

async fn hookbell(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
    command.args(args).arg("--config").arg(folder.join("config.toml"));
    tokio::task::spawn_blocking(move || command.output().expect("hookbell")).await.expect("it ran")
}

async fn explained(bridge: &TestBridge, args: &[&str]) -> String {
    let output = hookbell(bridge.folder.path(), args).await;
    assert_eq!(output.status.code(), Some(0), "{args:?} {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn assert_parts(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` expected in\n{text}");
    }
}

/// Two sources of one's own apps, one of which changes its secret; a route for large payments, one for sign-ups.
async fn bridge() -> TestBridge {
    let sources = format!(
        "[sources.shop]\nprovider = \"generic\"\nsecrets = [\"the-old-secret\", \"{SECRET}\"]\n\n\
         [sources.stripe]\nprovider = \"stripe\"\nsecret = \"{SECRET}\"\n\n"
    );
    let more = "[[routes]]\nsource = \"stripe\"\nto = \"alerts\"\n";
    let route = "when = \"event.amount_major >= 1000\"\nevents = [\"payment\"]\nmention = [\"role:222\"]\n";
    TestBridge::builder().sources(&sources).route(route).config(more).start().await
}

async fn send(bridge: &TestBridge, body: &Value) -> String {
    let response = bridge.post(&bridge.url("shop"), "generic", &[("user-agent", "shop/7")], &body.to_string()).await;
    assert_eq!(response.status, 200, "{response:?}");
    bridge.drained().await;
    response.event().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_posted_is_explained_from_its_request_to_its_message() {
    let bridge = bridge().await;
    let body = json!({
        "type": "payment", "id": "p1", "title": "Order 7", "amount": 500_000, "currency": "eur",
        "customer": { "name": "Ada", "email": "ada@example.com" },
    });
    let id = send(&bridge, &body).await;
    // The lane looks up its server beside its work.
    eventually("the server is known", async || {
        let lanes = bridge.store.lanes().await.expect("a store");
        lanes.iter().any(|lane| lane.channel.as_ref().is_some_and(|channel| channel.guild.is_some()))
    })
    .await;
    let text = explained(&bridge, &["events", "explain", &id]).await;
    assert_parts(
        &text,
        &[
            "to /hooks/shop, from shop/7, ",
            "verified: the signature in header `X-Hookbell-Signature`, with secret 2 of 2",
            "private    email",
            "routes[0] → alerts: takes it: every condition holds",
            "routes[1] → alerts: does not take it: `source` is `stripe`, the event's is `shop`",
            "delivered → alerts: posted (template generic.payment",
            "masked for its readers: email",
            "message https://discord.com/channels/1111/2222/",
            "alerts: queued by routes[0]",
            "alerts: attempt, delivered after ",
        ],
    );
    assert!(!text.contains("what would have to change"), "{text}");
    assert!(!text.contains("ada@example.com") && !text.contains(SECRET) && !text.contains("the-old-secret"), "{text}");

    let data: Value = serde_json::from_str(&explained(&bridge, &["explain", &id, "--json"]).await).expect("JSON");
    assert_eq!(
        data["request"]["receipt"],
        json!({
            "check": "signature", "place": "header `X-Hookbell-Signature`", "secret": 2, "of": 2,
        })
    );
    assert_eq!((&data["routes"][0]["takes"], &data["deliveries"][0]["status"]), (&json!(true), &json!("delivered")));
    assert_eq!(data["routes"][1]["obstacles"][0]["condition"], "source");
    assert_eq!((&data["deliveries"][0]["masked"], &data["advice"]), (&json!(["email"]), &json!([])));
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_not_posted_is_explained_with_the_values_and_what_would_have_to_change() {
    let bridge = bridge().await;
    let body = json!({ "type": "payment", "id": "p2", "amount": 1200, "currency": "eur", "title": "Order 8" });
    let small = send(&bridge, &body).await;
    let text = explained(&bridge, &["events", "explain", &small]).await;
    assert_parts(
        &text,
        &[
            "unrouted: when it came no route took it",
            "`when` is not true: `event.amount_major >= 1000`\n      event.amount_major = 12",
            "no route took it",
            "what would have to change\n  routes[0]: change `when`, which is `event.amount_major >= 1000`\n",
            "routes[1]: add `\"shop\"` to `source`",
        ],
    );
    let signup = send(&bridge, &json!({ "type": "signup", "id": "s1", "user": "ada@example.com" })).await;
    let text = explained(&bridge, &["events", "explain", &signup]).await;
    assert_parts(
        &text,
        &[
            "`events` is `payment`, the event's type is `signup`",
            "routes[0]: add `\"signup\"` to `events`, and change `when`, which is `event.amount_major >= 1000`",
            "a•••@example.com",
        ],
    );
    assert!(!text.contains("ada@example.com"), "masked as for the readers:\n{text}");
    let unmasked = explained(&bridge, &["events", "explain", &signup, "--unmasked"]).await;
    assert!(unmasked.contains("ada@example.com"), "{unmasked}");

    // Routine: kept, and a message for nobody.
    let routine = json!({ "id": "evt_1", "type": "invoice.created", "created": 1_795_255_200, "data": { "object": { "object": "invoice", "id": "in_1" } } });
    let routine = bridge.send("stripe", &[], &routine.to_string()).await;
    bridge.drained().await;
    let text = explained(&bridge, &["explain", routine.event()]).await;
    assert_parts(&text, &["routes[1]: add `events = [\"*\"]`", "unrouted → alerts: routine", "rings for nobody"]);

    // Muted.
    assert_eq!(
        hookbell(bridge.folder.path(), &["mute", "--everything", "--for", "1h", "--reason", "a move"])
            .await
            .status
            .code(),
        Some(0)
    );
    let mut n = 10;
    let muted = eventually("the mute is followed", async || {
        n += 1;
        let id =
            send(&bridge, &json!({ "type": "payment", "id": format!("p{n}"), "amount": 500_000, "currency": "eur" }))
                .await;
        let muted = bridge.details(&id).await.deliveries[0].0.status == hookbell_model::delivery::Status::Muted;
        muted.then_some(id)
    })
    .await;
    let text = explained(&bridge, &["explain", &muted]).await;
    assert_parts(
        &text,
        &[
            "muted → alerts: muted until ",
            " by mute 1: a move",
            "`hookbell unmute 1` ends it",
            " --status muted` makes the delivery again",
        ],
    );
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_has_not_come_is_explained_without_a_trace() {
    let bridge = bridge().await;
    let folder = bridge.folder.path();
    let payload = folder.join("paid.json");
    let body = json!({ "type": "payment", "id": "p1", "title": "Order 7", "amount": 500_000, "currency": "eur" });
    std::fs::write(&payload, body.to_string()).expect("a file");
    let payload = payload.to_str().expect("text");
    let text = explained(&bridge, &["explain", "--dry", "shop", "--payload", payload, "--header", "X-Shop=1"]).await;
    assert_parts(
        &text,
        &[
            "answered 401: the signature or token is missing. It is explained all the same",
            "routes[0] → alerts: takes it",
            "now it would go → alerts by routes[0]",
            "template generic.payment, severity success",
            "pings role:222",
            "says ",
        ],
    );
    let data = explained(&bridge, &["explain", "--dry", "stripe", "--sample", "invoice.finalized", "--json"]).await;
    let data: Value = serde_json::from_str(&data).expect("JSON");
    assert_eq!((&data["id"], &data["today"][0]["routine"]), (&Value::Null, &json!(true)));
    assert_eq!(data["advice"][0]["change"], "take_routine");
    assert!(bridge.store.recent(Default::default(), None, 9).await.expect("asked").is_empty(), "nothing is stored");
    assert!(bridge.discord.messages("2222").is_empty(), "nothing is sent");
    for (args, part) in [
        (&["explain"][..], "--dry"),
        (&["explain", "--dry", "shp"], "did you mean `shop`?"),
        (&["explain", "--dry", "shop", "--payload", "absent.json"], "cannot read absent.json"),
        (&["explain", "zzzz"], "there is no event `zzzz`"),
        (&["events", "explain", "zzzz"], "there is no event `zzzz`"),
    ] {
        let output = hookbell(folder, args).await;
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && printed.contains(part), "{args:?}: {printed}");
    }
    bridge.stop().await;
}
