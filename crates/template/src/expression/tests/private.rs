//! Filters of what is private: links and texts of a kind, and fields that look like secrets.

use super::*;

#[test]
fn what_is_private_is_shown_where_the_route_leaves_its_kind_out() {
    let (source, body) = (
        "{{ payload.receipt | private('document') }}{{ payload.words | private('note') }}",
        r#"{"receipt":"R","words":"W"}"#,
    );
    let raw = Raw { body: body.into(), ..Raw::default() };
    let mut texts = Texts::default();
    let text = texts.add(source, EscapeContext::Line, &[]).expect("a text");
    for (masks, expected) in [
        (Some(Masks::all()), ""),
        (Some(Masks::parse(["document"]).expect("a kind")), "W"),
        (Some(Masks::parse(["note", "email"]).expect("kinds")), "R"),
        (Some(Masks::default()), "RW"),
    ] {
        let scope = Scope::seen_by(&event(), &raw, &View { masks, ..View::default() });
        assert_eq!(texts.render(&text, &scope).expect("a text").text, expected, "{masks:?}");
    }
    assert!(
        Expression::parse("payload.x | private", &[]).is_err()
            && Expression::parse("payload.x | private('nte')", &[]).is_err()
    );
}

#[test]
fn secrets_are_left_out_and_counted_at_any_depth() {
    let body = json!({
        "plan": "pro", "password": "p", "flags": { "api_key": "k", "beta": true }, "token": null,
        "list": [{ "name": "session_token", "value": "t" }, { "name": "colour", "value": "red" }, "$2b$12$abc"],
        "link": "https://x.example/reset?token=abc",
    });
    let raw = Raw { body: body.to_string().into_bytes(), ..Raw::default() };
    let scope = Scope::seen_by(&event(), &raw, &View::default());
    let value = |source: &str| Expression::parse(source, &[]).expect(source).value(&scope).expect(source);
    let public = serde_json::to_value(value("payload | without_secrets")).expect("JSON");
    let expected = json!({
        "plan": "pro", "flags": { "beta": true }, "token": null,
        "list": [{ "name": "session_token" }, { "name": "colour", "value": "red" }],
    });
    assert_eq!(public, expected);
    assert_eq!(value("payload | secrets").to_string(), "5");
}
