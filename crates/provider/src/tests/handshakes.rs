//! Handshakes as data: those of each provider, and values that are never echoed.

use super::*;

fn shake(file: &str, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Option<Result<Reply, String>> {
    let file =
        format!("title = \"T\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\n[event]\ntype = \"/type\"\n{file}");
    let provider = provider(&file);
    let mut settings = Settings::default();
    settings.0.insert("verify_token".to_owned(), Secret::new("t0ken"));
    let verifier = provider.verifier_with(&[Secret::new("s3cret")], &settings).expect("armed");
    let headers = header_map(headers.iter().copied());
    let request = Request { method, url: Some(url), headers: &headers, body: body.as_bytes() };
    let unsigned = verifier.handshake(request);
    let signed = header_map(Signer::new(&verifier).sign(request, Timestamp(0)));
    let verified = verifier.verify(Request { headers: &signed, ..request }, Timestamp(0)).expect("signed");
    unsigned.or_else(|| verifier.signed_handshake(verified)).map(|reply| reply.map_err(|why| why.to_string()))
}

fn said(reply: Option<Result<Reply, String>>) -> (u16, &'static str, String) {
    let reply = reply.expect("a handshake").expect("an answer");
    (reply.status, reply.content_type, reply.body)
}

const URL: &str = "/hooks/x";

#[test]
fn every_known_handshake_is_answered_as_its_provider_wants() {
    let slack = "[[handshake]]\nwhen = { \"/type\" = \"url_verification\" }\nreply = { body = \"{/challenge}\" }";
    let body = r#"{"type":"url_verification","challenge":"c<b>"}"#;
    assert_eq!(said(shake(slack, "POST", URL, &[], body)), (200, "text/plain", "c<b>".to_owned()));
    assert!(shake(slack, "POST", URL, &[], r#"{"type":"other","challenge":"c"}"#).is_none());
    assert!(shake(slack, "GET", URL, &[], body).is_none());

    let discord = "[[handshake]]\nwhen = { \"/type\" = 0 }\nreply = { status = 204 }";
    assert_eq!(said(shake(discord, "POST", URL, &[], r#"{"type":0}"#)), (204, "text/plain", String::new()));

    let zoom = "[[handshake]]\nwhen = { \"/event\" = \"endpoint.url_validation\" }\n\
                reply = { json = { plainToken = \"{/p}\", encryptedToken = \"{hmac-hex:/p}\" } }";
    let (_, kind, body) = said(shake(zoom, "POST", URL, &[], r#"{"event":"endpoint.url_validation","p":"a\"b"}"#));
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((kind, body["plainToken"].as_str()), ("application/json", Some("a\"b")));
    assert_eq!(body["encryptedToken"].as_str().map(str::len), Some(64));

    let okta = "[[handshake]]\nsigned = false\nwhen = { method = \"GET\", \"header:X-Okta-Verification-Challenge\" = \"*\" }\n\
                reply = { json = { verification = \"{header:X-Okta-Verification-Challenge}\" } }";
    let headers = [("X-Okta-Verification-Challenge", "v")];
    assert_eq!(said(shake(okta, "GET", URL, &headers, "")).2, r#"{"verification":"v"}"#);

    let meta = "[[handshake]]\nsigned = false\nwhen = { method = \"GET\", \"query:hub.mode\" = \"subscribe\", \"query:hub.verify_token\" = \"conf:verify_token\" }\n\
                reply = { body = \"{query:hub.challenge}\" }";
    let url = "/hooks/x?hub.mode=subscribe&hub.verify_token=t0ken&hub.challenge=42";
    assert_eq!(said(shake(meta, "GET", url, &[], "")).2, "42");
    assert!(shake(meta, "GET", &url.replace("t0ken", "other"), &[], "").is_none());
    assert!(shake(meta, "GET", &format!("{url}&hub.verify_token=x"), &[], "").is_none(), "doubled");

    let woo = "[[handshake]]\nsigned = false\nwhen = { \"form:webhook_id\" = \"*\" }\n";
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(said(shake(woo, "POST", URL, &form, "webhook_id=3")).0, 200);
    let trello = "[[handshake]]\nsigned = false\nwhen = { method = \"HEAD\" }\n";
    assert_eq!(said(shake(trello, "HEAD", URL, &[], "")).0, 200);
    let asana = "[[handshake]]\nsigned = false\nwhen = { \"header:X-Hook-Secret\" = \"*\", \"header:X-Hook-Signature\" = \"-\" }\n\
                 reply = { headers = { X-Hook-Secret = \"{header:X-Hook-Secret}\" } }";
    let reply = shake(asana, "POST", URL, &[("X-Hook-Secret", "s")], "").expect("a handshake").expect("an answer");
    assert_eq!(reply.headers.len(), 1);
    let both = [("X-Hook-Secret", "s"), ("X-Hook-Signature", "0")];
    assert!(shake(asana, "POST", URL, &both, "").is_none());
}

#[test]
fn an_echo_is_short_and_a_single_line() {
    let file = "[[handshake]]\nsigned = false\nwhen = { \"/c\" = \"*\" }\nreply = { body = \"{/c}\" }";
    let long = format!("{{\"c\":\"{}\"}}", "x".repeat(257));
    for body in [long.as_str(), r#"{"c":"a\nb"}"#, r#"{"c":["a"]}"#, r#"{"c":null}"#] {
        let error = shake(file, "POST", URL, &[], body).expect("a handshake").expect_err(body);
        assert!(error.contains("cannot be answered"), "{error}");
    }
}

#[test]
fn handshakes_that_would_swallow_events_are_mistakes() {
    let printed = |handshake: &str| {
        diagnostics_of(&format!(
            "title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/t\"\n[[handshake]]\n{handshake}\n"
        ))
    };
    for (handshake, part) in [
        ("", "`handshake[0].when`: missing key"),
        ("when = {}", "every event would count"),
        ("when = { method = \"PUT\" }", "expected one of `POST`, `GET`, `HEAD`"),
        ("when = { challenge = \"*\" }", "is not a place"),
        ("when = { \"/a\" = [1] }", "expected a text"),
        ("when = { \"/a\" = \"*\" }\nreply = { status = 302 }", "from 200 to 299"),
        ("when = { \"/a\" = \"*\" }\nreply = { body = \"x\", json = {} }", "one of them"),
        ("when = { \"/a\" = \"*\" }\nreply = { headers = { Location = \"{/a}\" } }", "an answer may set"),
        ("when = { \"/a\" = \"*\" }\nreply = { type = \"text/html\" }", "unknown key"),
        ("when = { \"/a\" = \"*\" }\nsigned = false\ncapture = \"/a\"", "there is no secret to capture"),
        ("when = { \"/a\" = \"*\" }\ncapture = \"/a\"", "cannot be signed with that secret"),
        ("when = { \"/a\" = \"*\" }\nsigned = false\ncapture = \"a\"", "is not a place"),
    ] {
        assert!(printed(handshake).contains(part), "{handshake}\n{}", printed(handshake));
    }
}

#[test]
fn a_secret_that_is_brought_is_offered_and_never_answered_by_itself() {
    let text = "title = \"T\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\nkey = \"hex\"\n[event]\ntype = \"/type\"\n\
                [[handshake]]\nsigned = false\nwhen = { \"/token\" = \"*\" }\ncapture = \"/token\"\nreply = { body = \"{hmac-hex:/token}\" }";
    let provider = provider(text);
    assert!(provider.can_capture());
    let waiting = provider.verifier(&[]).expect("it may wait");
    assert!(
        waiting.is_waiting()
            && !Signer::new(&waiting).can_sign()
            && Signer::new(&waiting).sign(request(&HeaderMap::new(), b"{}"), Timestamp(0)).is_empty()
    );
    let headers = HeaderMap::new();
    let offer = |body: &str| {
        waiting.offered_secret(request(&headers, body.as_bytes())).map(|offer| offer.map_err(|why| why.to_string()))
    };
    let offered = offer(r#"{"token":"00ff"}"#).expect("a handshake").expect("a secret");
    assert_eq!((offered.secret.expose(), offered.reply.body.len()), ("00ff", 64));
    assert_eq!(format!("{:?}", offered.secret), "***");
    assert!(waiting.handshake(request(&headers, br#"{"token":"00ff"}"#)).is_none());
    assert!(offer("{}").is_none());
    for body in [r#"{"token":""}"#, r#"{"token":" "}"#, r#"{"token":"a\nb"}"#, r#"{"token":{}}"#] {
        assert!(offer(body).expect("a handshake").is_err(), "{body}");
    }
    assert!(offer(&format!("{{\"token\":\"{}\"}}", "x".repeat(257))).expect("a handshake").is_err());

    // No request is accepted before there is a secret.
    let signer = verifier(&provider, &["00ff"]);
    let signed = header_map(Signer::new(&signer).sign(request(&headers, b"{}"), Timestamp(0)));
    for headers in [&headers, &signed] {
        assert_eq!(outcome(&waiting, headers, b"{}", Timestamp(0)), Err(Rejection::Missing));
    }
    assert!(!signer.is_waiting());
}
