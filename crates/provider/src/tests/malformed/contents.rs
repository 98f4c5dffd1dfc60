//! Signed contents of which parts may be absent, and alternatives that are chosen by what a request says.

use serde_json::{Value, json};

use super::*;
use crate::key::{HashFunction, Key, KeyFormat, SignatureAlgorithm, SignatureEncoding};

/// Two versions of one scheme, as a sender may name them in the body.
const FILE: &str = r#"
title = "T"
[event]
type = "/type"
[[verify]]
scheme = "signed"
json = "/sig"
covers = "part"
when = { "/version" = 2 }
content = ["message\n{json:/message}\n", "subject\n{json:/subject}\n", "nonce\n{header:X-Nonce}\n", "type\n{json:/type}\n"]
[[verify]]
scheme = "signed"
json = "/sig"
covers = "part"
algorithm = "sha1"
when = { "/version" = "1" }
content = ["message\n{json:/message}\n", "type\n{json:/type}\n"]
"#;

/// HMAC of a text, as its place has it.
fn mac(algorithm: HashFunction, text: &str) -> String {
    let key = Key::new(SignatureAlgorithm::Hmac(algorithm), KeyFormat::Utf8, &Secret::new("s3cret")).expect("a key");
    key.sign(&[text]).expect("an HMAC").encode(SignatureEncoding::Hex)
}

fn verdict(nonce: Option<&str>, body: &Value) -> Result<(), Rejection> {
    let right = verifier(&provider(FILE), &["s3cret"]);
    outcome(&right, &header_map(nonce.map(|nonce| ("X-Nonce", nonce))), body.to_string().as_bytes(), NOW)
}

#[test]
fn an_absent_part_drops_with_its_label_and_nothing_else_does() {
    let all = mac(HashFunction::Sha256, "message\nhello\nsubject\nhi\nnonce\n7\ntype\nT\n");
    let few = mac(HashFunction::Sha256, "message\nhello\ntype\nT\n");
    let empty = mac(HashFunction::Sha256, "message\nhello\nsubject\n\ntype\nT\n");
    let body = |sig: &str, subject: Value| json!({ "version": 2, "message": "hello", "type": "T", "subject": subject, "sig": sig });
    let without = json!({ "version": 2, "message": "hello", "type": "T", "sig": few });
    assert_eq!(verdict(Some("7"), &body(&all, json!("hi"))), Ok(()));
    assert_eq!(verdict(None, &without), Ok(()));
    assert_eq!(verdict(None, &body(&few, Value::Null)), Ok(()));
    assert_eq!(verdict(None, &body(&empty, json!(""))), Ok(()), "an empty one is there");
    for (printed, nonce, body, expected) in [
        ("a header left out", None, body(&all, json!("hi")), Rejection::Mismatch),
        ("a header added", Some("7"), without, Rejection::Mismatch),
        ("a subject added", None, body(&few, json!("hi")), Rejection::Mismatch),
        ("an empty subject added", None, body(&few, json!("")), Rejection::Mismatch),
        ("no text", None, body(&few, json!(["hi"])), Rejection::Malformed),
        ("no text", None, body(&few, json!({ "a": 1 })), Rejection::Malformed),
        (
            "moved",
            None,
            json!({ "version": 2, "message": "hello\nsubject\nhi", "type": "T", "sig": few }),
            Rejection::Mismatch,
        ),
    ] {
        assert_eq!(verdict(nonce, &body), Err(expected), "{printed}: {body}");
    }
    let right = verifier(&provider(FILE), &["s3cret"]);
    let twice = header_map([("X-Nonce", "7"), ("X-Nonce", "7")]);
    let verdict = outcome(&right, &twice, body(&all, json!("hi")).to_string().as_bytes(), NOW);
    assert_eq!(verdict, Err(Rejection::Malformed), "a repeated header is not absent");
    for body in ["", "[]", "3", "{}", "{\"version\":2}", "{\"version\":2,\"sig\":\"\"}", "x"] {
        assert!(outcome(&right, &HeaderMap::new(), body.as_bytes(), NOW).is_err(), "{body}");
    }
}

#[test]
fn an_alternative_is_chosen_by_what_the_request_says_and_no_other_is_tried() {
    let one = mac(HashFunction::Sha1, "message\nhello\ntype\nT\n");
    let two = mac(HashFunction::Sha256, "message\nhello\ntype\nT\n");
    for (version, sig, expected) in [
        (json!(2), &two, Ok(())),
        (json!("2"), &two, Ok(())),
        (json!("1"), &one, Ok(())),
        (json!(1), &two, Err(Rejection::Malformed)),
        (json!(2), &one, Err(Rejection::Malformed)),
        (json!(3), &two, Err(Rejection::Missing)),
        (Value::Null, &two, Err(Rejection::Missing)),
        (json!([2]), &two, Err(Rejection::Missing)),
    ] {
        let body = json!({ "version": version, "message": "hello", "type": "T", "sig": sig });
        assert_eq!(verdict(None, &body), expected, "{body}");
    }
}
