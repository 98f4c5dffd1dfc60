//! What is packed inside a body: read as if it were there, and kept like that.

use serde_json::{Value, json};

use super::*;

const FILE: &str = r#"
title = "T"
verify = "none"
[body]
unpack = { "/Message" = "json", "/message/data" = "base64", "/message/data/inner" = "json" }
redact = ["/Message/secret"]
[event]
type = ["/Message/type", "/message/data/type", "/Type"]
[[facts]]
subject = ["/Message/name", "/message/data/inner/name", "/Message"]
amount = "/Message/price"
amount_unit = "milli"
currency = "/Message/currency"
"#;

/// Type, subject and what is kept.
fn read(body: &str) -> (String, Option<String>, Value) {
    let provider = provider(FILE);
    let headers = header_map([("content-type", "text/plain; charset=UTF-8")]);
    let sample = provider.sample_of(body.to_owned());
    let mut events = provider.sample_events(&sample, &headers).expect("read").events;
    let event = events.remove(0);
    let kept = serde_json::from_slice(&event.body).expect("JSON");
    (event.reading.event_type, event.reading.facts.subject, kept)
}

#[test]
fn json_in_strings_is_read_in_its_place() {
    let inner = json!({ "type": "paid", "name": "Ada", "price": 4990, "currency": "EUR", "secret": "tell-tale" });
    let (kind, subject, kept) = read(&json!({ "Type": "N", "Message": inner.to_string() }).to_string());
    assert_eq!((kind.as_str(), subject.as_deref()), ("paid", Some("Ada")));
    assert_eq!(kept["Message"]["price"], 4990);
    assert_eq!(kept["Message"]["secret"], "***");
    // What is kept is read as what came.
    let again = read(&kept.to_string());
    assert_eq!((again.0, again.2), (kind, kept));
    // ewogInR5cGUiOiAidCIsICJpbm5lciI6ICJ7XCJuYW1lXCI6IFwiQm9iXCJ9IiB9 and the like: base64, with JSON in a string in it.
    let data = json!({ "type": "t", "inner": "{\"name\": \"Bob\"}" }).to_string();
    let packed = base64::Engine::encode(&crate::key::BASE64, &data);
    for packed in [packed.as_str(), packed.trim_end_matches('=')] {
        let (kind, subject, kept) = read(&json!({ "message": { "data": packed } }).to_string());
        assert_eq!((kind.as_str(), subject.as_deref()), ("t", Some("Bob")));
        assert_eq!(kept["message"]["data"]["inner"]["name"], "Bob");
    }
}

#[test]
fn what_is_no_object_or_list_stays_as_it_came() {
    let deep = format!("{}{}", "[".repeat(119), "]".repeat(119));
    let deeper = format!("{}{}", "[".repeat(126), "]".repeat(126));
    for (message, unpacked) in [
        (json!("a text"), false),
        (json!("{broken"), false),
        (json!("3"), false),
        (json!("\"text\""), false),
        (json!("null"), false),
        (json!(""), false),
        (json!(7), false),
        (Value::Null, false),
        (json!("[1, 2]"), true),
        (json!(" {\"a\": 1}\n"), true),
        (json!(deep), true),
        (json!(deeper), false),
        (json!("[".repeat(100_000)), false),
    ] {
        let body = json!({ "Type": "N", "Message": message });
        let (kind, _, kept) = read(&body.to_string());
        assert_eq!((kind.as_str(), kept != body), ("N", unpacked), "{message}");
        assert_eq!(kept["Message"].is_string(), message.is_string() && !unpacked);
    }
    for body in [
        "[]",
        "3",
        "null",
        "\"x\"",
        "{\"message\":[1]}",
        "{\"message\":{\"data\":\"%%%\"}}",
        "{\"message\":{\"data\":\"AAAA\"}}",
    ] {
        assert_eq!(read(body).2, serde_json::from_str::<Value>(body).expect("JSON"), "{body}");
    }
}

#[test]
fn a_sample_is_packed_when_it_is_sent() {
    let file = FILE.replace(
        "verify = \"none\"",
        "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncovers = \"part\"\ncontent = \"{json:/Message}.{json:/message/data}\"",
    );
    let provider = provider(&file);
    let (secrets, settings) = provider.test_secrets();
    let right = provider.verifier_with(&secrets, &settings).expect("a secret");
    let sample = provider.sample_of(
        "{\"Message\":{\"type\":\"paid\"},\"message\":{\"data\":{\"type\":\"t\",\"inner\":[1]}}}".to_owned(),
    );
    let sent = Signer::new(&right).outgoing(&sample, None, Timestamp(1_795_255_200_000));
    let body: Value = serde_json::from_str(&sent.body).expect("JSON");
    assert_eq!(body["Message"], "{\"type\":\"paid\"}");
    assert!(body["message"]["data"].is_string());
    let request = Request { method: "POST", url: None, headers: &sent.headers, body: sent.body.as_bytes() };
    let verified = right.verify(request, Timestamp(0)).expect("signed");
    assert_eq!(provider.first_event(verified).expect("read").event_type, "paid");
}
