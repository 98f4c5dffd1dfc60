//! Requests that are not exactly one event: batches, ignored events, handshakes, forms; through the whole server with
//! provider files of a user.

use hookbell_provider::{Sample, Signer};
use serde_json::json;

use crate::support::{TestBridge, client, fetch};
use hookbell_model::timestamp::Timestamp;

const BATCH: &str = r#"
title = "Batch"
verify = { scheme = "token", header = "X-Token" }
[body]
split = "/events"
redact = "/secret"
[event]
type = "/type"
id = "/id"
[[ignore]]
on = "ping"
[[handshake]]
signed = false
when = { method = "GET", "query:challenge" = "*" }
reply = { body = "{query:challenge}" }
"#;

const FORM: &str = r#"
title = "Form"
verify = { scheme = "token", query = "key" }
[body]
format = "form"
[event]
type = "/resource_name"
id = "/sale_id"
[reply]
body = "[accepted]"
"#;

async fn bridge() -> TestBridge {
    let sources = "[sources.batch]\nprovider = \"batch\"\nsecret = \"t0ken\"\n\
                   [sources.form]\nprovider = \"form\"\nsecret = \"t0ken\"\n";
    let files = TestBridge::builder().file("providers/batch.toml", BATCH).file("providers/form.toml", FORM);
    files.config(sources).start().await
}

#[tokio::test]
async fn all_events_of_a_request_are_kept_together_and_answered_once() {
    let bridge = bridge().await;
    let send = async |token: &str, body: String| {
        fetch(
            client()
                .post(bridge.url("batch"))
                .header("x-token", token)
                .header("content-type", "application/json")
                .body(body),
        )
        .await
    };
    let events: Vec<_> =
        (0..3).map(|at| json!({ "id": format!("e{at}"), "type": "a", "secret": "tell-tale" })).collect();
    let first = send("t0ken", json!({ "events": events }).to_string()).await;
    assert_eq!((first.status, &first.body["status"], &first.body["count"]), (200, &json!("accepted"), &json!(3)));
    let details = bridge.details(first.event()).await;
    assert_eq!(details.event.reference, "e0");
    assert_eq!(String::from_utf8_lossy(&details.raw.body), r#"{"id":"e0","secret":"***","type":"a"}"#);

    let again = send("t0ken", json!({ "events": events }).to_string()).await;
    assert_eq!((&again.body["status"], again.event()), (&json!("duplicate"), first.event()));
    let twice =
        send("t0ken", json!({ "events": [{ "id": "n", "type": "a" }, { "id": "n", "type": "a" }] }).to_string()).await;
    assert_eq!((&twice.body["status"], &twice.body["count"]), (&json!("accepted"), &json!(2)));

    for none in [json!({ "events": [] }), json!({ "events": [{ "type": "ping" }] })] {
        let ignored = send("t0ken", none.to_string()).await;
        assert_eq!((ignored.status, ignored.body), (200, json!({ "status": "ignored" })));
    }
    let many: Vec<_> = (0..10_001).map(|at| json!({ "id": format!("m{at}"), "type": "many" })).collect();
    let refused = send("t0ken", json!({ "events": many }).to_string()).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    let most = send("t0ken", json!({ "events": many[1..] }).to_string()).await;
    assert_eq!((most.status, &most.body["count"]), (200, &json!(10_000)), "{most:?}");
    assert_eq!(bridge.details(most.event()).await.event.reference, "m1", "nothing of the refused request was kept");
    assert_eq!(send("other", json!({ "events": events }).to_string()).await.status, 401);
    let (_, metrics) = bridge.ask("/metrics").await;
    assert!(metrics.contains("outcome=\"ignored\"} 2") || metrics.contains("ignored"), "{metrics}");
    bridge.stop().await;
}

#[tokio::test]
async fn a_handshake_is_echoed_as_plain_text_and_is_no_event() {
    let bridge = bridge().await;
    let url = bridge.url("batch");
    let shaken = fetch(client().get(format!("{url}?challenge=%3Cb%3Ehi"))).await;
    assert_eq!((shaken.status, shaken.body), (200, json!("<b>hi")));
    assert_eq!(shaken.headers["content-type"], "text/plain");
    assert_eq!(shaken.headers["x-content-type-options"], "nosniff");
    assert_eq!(fetch(client().get(format!("{url}?challenge={}", "x".repeat(300)))).await.status, 400);
    assert_eq!(fetch(client().get(&url)).await.status, 401);
    assert_eq!(fetch(client().get(bridge.url("form"))).await.status, 405);
    let recent = bridge.store.recent(hookbell::store::EventFilter::default(), None, 10).await.expect("a list");
    assert!(recent.is_empty());
    bridge.stop().await;
}

#[tokio::test]
async fn a_form_is_kept_as_an_object_and_answered_as_its_provider_wants() {
    let bridge = bridge().await;
    let send = async |key: &str| {
        let request = client().post(format!("{}?key={key}", bridge.url("form")));
        fetch(
            request
                .header("content-type", "application/x-www-form-urlencoded")
                .body("sale_id=7&resource_name=sale&a=x+y"),
        )
        .await
    };
    assert_eq!(send("other").await.status, 401);
    let taken = send("t0ken").await;
    assert_eq!((taken.status, taken.body), (200, json!("[accepted]")));
    let recent = bridge.store.recent(hookbell::store::EventFilter::default(), None, 10).await.expect("a list");
    let [one] = recent.as_slice() else { panic!("{recent:?}") };
    assert_eq!((one.event.event_type.as_str(), one.event.reference.as_str()), ("sale", "7"));
    let details = bridge.details(&one.event.id.to_string()).await;
    assert_eq!(String::from_utf8_lossy(&details.raw.body), r#"{"a":"x y","resource_name":"sale","sale_id":"7"}"#);
    let json = client().post(format!("{}?key=t0ken", bridge.url("form"))).header("content-type", "application/json");
    assert_eq!(fetch(json.body("{}")).await.status, 415);
    bridge.stop().await;
}

#[tokio::test]
async fn the_signed_url_is_the_public_one() {
    let file = "title = \"Url\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncontent = \"{url}{body}\"\n\
                [event]\ntype = \"/type\"\n";
    let bridge = TestBridge::builder()
        .server("public_url = \"https://h.test/in/\"")
        .file("providers/url.toml", file)
        .config("[sources.here]\nprovider = \"url\"\nsecret = \"s3cret\"\n")
        .start()
        .await;
    let mut diagnostics = hookbell_config_file::Diagnostics::default();
    let document = hookbell_config_file::Document::parse("url.toml", file, &mut diagnostics);
    let provider = hookbell_provider::Provider::read("url", &document, &mut diagnostics).expect("a provider");
    let verifier = provider.verifier(&[hookbell_model::secret::Secret::new("s3cret")]).expect("a verifier");
    let sample = Sample { name: String::new(), headers: Vec::new(), body: "{\"type\":\"a\"}".to_owned() };
    for (public, status) in [
        ("https://h.test/in/hooks/here?a=%20b", 200),
        ("https://h.test/in/hooks/here", 401),
        ("http://h.test/in/hooks/here?a=%20b", 401),
    ] {
        let sent = Signer::new(&verifier).outgoing(&sample, Some(public), Timestamp::now());
        let request = client().post(format!("{}?a=%20b", bridge.url("here"))).headers(sent.headers).body(sent.body);
        assert_eq!(fetch(request).await.status, status, "{public}");
    }
    bridge.stop().await;
}
