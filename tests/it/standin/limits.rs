//! Every limit of a message at its largest valid value and one beyond, and the errors that report it.

use super::*;

fn web(length: usize) -> String {
    format!("https://e.example/{}", "x".repeat(length - "https://e.example/".len()))
}

fn field(field: Value) -> Value {
    embed(json!({ "fields": Value::Array(vec![field]) }))
}

fn row(buttons: Vec<Value>) -> Value {
    json!({ "content": "x", "components": [{ "type": 1, "components": Value::Array(buttons) }] })
}

fn poll(question: &str, answers: &[Value], hours: usize) -> Value {
    json!({ "poll": { "question": { "text": question }, "answers": answers, "duration": hours } })
}

fn answer(text: &str) -> Value {
    json!({ "poll_media": { "text": text } })
}

/// Posts what must be accepted, then what must be refused at a path with a code.
async fn accepted_then_refused(standin: &StandIn, accepted: Value, refused: Value, (path, code): (&str, &str)) {
    let response = post(standin, "wait=true&with_components=true", accepted).await;
    assert_eq!(response.status, 200, "{path}: {}", response.body);
    let response = post(standin, "wait=true&with_components=true", refused).await;
    assert_eq!((response.status, &response.body["code"]), (400, &json!(50035)), "{path}: {}", response.body);
    assert_eq!(leaf(&response.body, path), code, "{path}: {}", response.body);
}

#[tokio::test]
async fn every_length_is_accepted_at_its_limit_and_refused_one_beyond() {
    let standin = stand_in().await;
    let long = "BASE_TYPE_MAX_LENGTH";
    type Body = fn(usize) -> Value;
    let cases: Vec<(usize, &str, &str, Body)> = vec![
        (2000, "content", long, |n| json!({ "content": text(n) })),
        (80, "username", "BASE_TYPE_BAD_LENGTH", |n| json!({ "content": "x", "username": text(n) })),
        (2048, "avatar_url", long, |n| json!({ "content": "x", "avatar_url": web(n) })),
        (10, "embeds", long, |n| json!({ "embeds": vec![json!({ "title": "x" }); n] })),
        (256, "embeds.0.title", long, |n| embed(json!({ "title": text(n) }))),
        (4096, "embeds.0.description", long, |n| embed(json!({ "description": text(n) }))),
        (2048, "embeds.0.url", long, |n| embed(json!({ "title": "x", "url": web(n) }))),
        (2048, "embeds.0.footer.text", long, |n| embed(json!({ "footer": { "text": text(n) } }))),
        (256, "embeds.0.author.name", long, |n| embed(json!({ "author": { "name": text(n) } }))),
        (2048, "embeds.0.author.icon_url", long, |n| embed(json!({ "author": { "name": "x", "icon_url": web(n) } }))),
        (2048, "embeds.0.image.url", long, |n| embed(json!({ "image": { "url": web(n) } }))),
        (25, "embeds.0.fields", long, |n| embed(json!({ "fields": vec![json!({ "name": "x", "value": "y" }); n] }))),
        (256, "embeds.0.fields.0.name", long, |n| field(json!({ "name": text(n), "value": "y" }))),
        (1024, "embeds.0.fields.0.value", long, |n| field(json!({ "name": "x", "value": text(n) }))),
        (
            100,
            "allowed_mentions.users",
            long,
            |n| json!({ "content": "x", "allowed_mentions": { "users": vec!["1"; n] } }),
        ),
        (5, "components", long, |n| {
            let row = json!({ "type": 1, "components": [link_button("x", "https://e.example")] });
            json!({ "content": "x", "components": vec![row; n] })
        }),
        (5, "components.0.components", long, |n| row(vec![link_button("x", "https://e.example"); n])),
        (80, "components.0.components.0.label", long, |n| row(vec![link_button(&text(n), "https://e.example")])),
        (512, "components.0.components.0.url", long, |n| row(vec![link_button("x", &web(n))])),
        (300, "poll.question.text", long, |n| poll(&text(n), &[answer("x")], 24)),
        (10, "poll.answers", long, |n| poll("x", &vec![answer("x"); n], 24)),
        (55, "poll.answers.0.poll_media.text", long, |n| poll("x", &[answer(&text(n))], 24)),
        (768, "poll.duration", "NUMBER_TYPE_MAX", |n| poll("x", &[answer("x")], n)),
    ];
    for (limit, path, code, body) in cases {
        accepted_then_refused(&standin, body(limit), body(limit + 1), (path, code)).await;
    }
}

#[tokio::test]
async fn the_6000_characters_are_counted_over_all_embeds_after_trimming() {
    let standin = stand_in().await;
    let body = |last: usize| {
        let filler = json!({ "title": text(200), "description": format!("  {}\n", text(2700)), "url": web(300) });
        json!({ "embeds": [filler, filler, { "footer": { "text": text(last) } }] })
    };
    accepted_then_refused(&standin, body(200), body(201), ("embeds", "MAX_EMBED_SIZE_EXCEEDED")).await;
}

#[tokio::test]
async fn each_error_is_reported_at_its_path() {
    let standin = stand_in().await;
    let ok = || json!({ "content": "x" });
    let cases = [
        (embed(json!({})), "embeds.0.description", "BASE_TYPE_REQUIRED"),
        (embed(json!({ "title": "x", "url": "javascript:alert(1)" })), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        (embed(json!({ "title": "x", "url": "nothing" })), "embeds.0.url", "URL_TYPE_INVALID_URL"),
        (embed(json!({ "title": "x", "color": 16_777_216 })), "embeds.0.color", "NUMBER_TYPE_MAX"),
        (embed(json!({ "title": "x", "timestamp": "yesterday" })), "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
        (embed(json!({ "title": "x", "footer": { "text": " " } })), "embeds.0.footer.text", "BASE_TYPE_REQUIRED"),
        (field(json!({ "name": " ", "value": "y" })), "embeds.0.fields.0.name", "BASE_TYPE_REQUIRED"),
        (field(json!({ "name": "x" })), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        (json!({ "content": ["x"] }), "content", "STRING_TYPE_CONVERT"),
        (json!({ "embeds": {} }), "embeds", "LIST_TYPE_CONVERT"),
        (json!({ "content": "x", "username": "" }), "username", "BASE_TYPE_BAD_LENGTH"),
        (json!({ "content": "x", "username": "My Discord" }), "username", "USERNAME_INVALID_CONTAINS"),
        (json!({ "content": "x", "username": "Clyde" }), "username", "USERNAME_INVALID_CONTAINS"),
        (json!({ "content": "x", "username": "everyone" }), "username", "USERNAME_INVALID_EXACT"),
        (json!({ "content": "x", "flags": 64 }), "flags", "BITFIELD_TYPE_INVALID"),
        (json!({ "content": "x", "tts": "yes" }), "tts", "BOOLEAN_TYPE_CONVERT"),
        (json!({ "content": "x", "thread_name": text(101) }), "thread_name", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "content": "x", "applied_tags": vec!["1"; 6] }), "applied_tags", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "content": "x", "applied_tags": ["bug"] }), "applied_tags.0", "NUMBER_TYPE_COERCE"),
        (poll("", &[answer("x")], 24), "poll.question.text", "BASE_TYPE_REQUIRED"),
        (poll("x", &[], 24), "poll.answers", "BASE_TYPE_REQUIRED"),
        (poll("x", &[json!({})], 24), "poll.answers.0.poll_media", "BASE_TYPE_REQUIRED"),
        (poll("x", &[answer(" ")], 24), "poll.answers.0.poll_media.text", "BASE_TYPE_REQUIRED"),
        (poll("x", &[answer("x")], 0), "poll.duration", "NUMBER_TYPE_MIN"),
        (
            json!({ "content": "x", "allowed_mentions": { "parse": ["user"] } }),
            "allowed_mentions.parse.0",
            "BASE_TYPE_CHOICES",
        ),
        (
            json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } }),
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            row(vec![json!({ "type": 2, "style": 1, "label": "x", "custom_id": "y" })]),
            "components.0.components.0",
            "COMPONENT_INTERACTIVE_NOT_ALLOWED",
        ),
        (
            row(vec![json!({ "type": 2, "style": 5, "label": "x" })]),
            "components.0.components.0.url",
            "BASE_TYPE_REQUIRED",
        ),
    ];
    for (body, path, code) in cases {
        accepted_then_refused(&standin, ok(), body, (path, code)).await;
    }
}

#[tokio::test]
async fn the_error_tree_has_discords_shape() {
    let standin = stand_in().await;
    let response = post(&standin, "", embed(json!({ "title": text(257) }))).await;
    let errors = json!([{ "code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length." }]);
    assert_eq!(
        response.body,
        json!({
            "code": 50035, "message": "Invalid Form Body",
            "errors": { "embeds": { "0": { "title": { "_errors": errors } } } },
        })
    );
}

#[tokio::test]
async fn each_refusal_has_its_status_and_code() {
    let standin = stand_in().await;
    let client = reqwest::Client::new();
    let at = |path: &str| client.post(format!("{}/api/v10/webhooks/{path}", standin.base()));
    let x = json!({ "content": "x" });
    let token = hook(&standin).rsplit('/').next().expect("a token").to_owned();
    let own = format!("3333/{token}");
    let cases = [
        (with_body(at("999/abc"), &x), 404, 10015),
        (with_body(at("3333/abc"), &x), 401, 50027),
        (with_body(at(&own), &json!({ "content": " \n" })), 400, 50006),
        (with_body(at(&own), &json!({ "components": [] })), 400, 50006),
        (at(&own).body("content=x"), 400, 50035),
        (at(&own).header("content-type", "application/json").body("{"), 400, 50109),
        (with_body(at(&format!("{own}?thread_id=77")), &x), 404, 10003),
        (with_body(at(&own), &json!({ "content": "x", "thread_name": "y" })), 400, 220_003),
        (client.get(format!("{}/messages/1", hook(&standin))), 404, 10008),
        (client.get(format!("{}/api/v10/users/@me", standin.base())), 401, 0),
    ];
    for (request, status, code) in cases {
        let response = fetch(request).await;
        assert_eq!((response.status, &response.body["code"]), (status, &json!(code)), "{}", response.body);
    }
    assert!(standin.messages("2222").is_empty());
    assert!(standin.requests().iter().all(|request| !request.path.contains(&token)), "no token in the log");
    assert_eq!(standin.invalid_requests(), 2);
}

#[tokio::test]
async fn buttons_of_a_handmade_webhook_need_the_query_flag() {
    let standin = stand_in().await;
    let body = row(vec![link_button("x", "https://e.example")]);
    assert_eq!(post(&standin, "wait=true", body.clone()).await.body["components"], json!([]));
    let response = post(&standin, "wait=1&with_components=True", body).await;
    assert_eq!(response.body["components"][0]["components"][0]["label"], "x");
}

#[tokio::test]
async fn too_many_bytes_of_text_displays_are_always_a_500() {
    let standin = stand_in().await;
    let body = |texts: usize| {
        let display = json!({ "type": 10, "content": text(100) });
        json!({ "flags": 1 << 15, "components": vec![display; texts] })
    };
    // Each costs 412 bytes of 10,170.
    assert_eq!(post(&standin, "wait=true&with_components=true", body(24)).await.status, 200);
    assert_eq!(post(&standin, "wait=true&with_components=true", body(25)).await.status, 500);
    let mixed = json!({ "flags": 1 << 15, "content": "x", "components": [{ "type": 10, "content": "y" }] });
    let response = post(&standin, "with_components=true", mixed).await;
    assert_eq!(leaf(&response.body, "content"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2");
}
