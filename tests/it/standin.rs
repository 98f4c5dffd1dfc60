//! The stand-in behaves as Discord's documentation and observations say: limits, errors, rate limits, faults.

mod bare_bot;
mod bot;
mod callbacks;
mod commands;
mod endpoint;
mod forum;
mod interaction_faults;
mod interactions;
mod limits;
mod oauth;
mod readers;
mod rest;
mod serenity_reads;

use std::time::Duration;

use hookbell_fake_discord::{FaultKind, Quota, RateLimits, StandIn, StandInOptions};
use serde_json::{Value, json};

use crate::support::{HttpResponse, fetch, stand_in};

async fn start(limits: RateLimits) -> StandIn {
    StandIn::start(StandInOptions { limits, ..StandInOptions::default() }).await.expect("binds")
}

fn with_body(request: reqwest::RequestBuilder, body: &Value) -> reqwest::RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

fn hook(standin: &StandIn) -> String {
    standin.webhook_url("alerts").expect("there")
}

async fn post(standin: &StandIn, query: &str, body: Value) -> HttpResponse {
    fetch(with_body(reqwest::Client::new().post(format!("{}?{query}", hook(standin))), &body)).await
}

/// The text of so many code points that are more than one byte and one UTF-16 unit each.
fn text(length: usize) -> String {
    "𝄞".repeat(length)
}

fn embed(embed: Value) -> Value {
    json!({ "embeds": Value::Array(vec![embed]) })
}

fn link_button(label: &str, url: &str) -> Value {
    json!({ "type": 2, "style": 5, "label": label, "url": url })
}

/// The leaf of an error tree.
fn leaf<'b>(body: &'b Value, path: &str) -> &'b str {
    let node = path.split('.').filter(|step| !step.is_empty()).fold(&body["errors"], |node, step| &node[step]);
    node["_errors"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_post_is_kept_and_answered_with_the_message() {
    let standin = stand_in().await;
    let response = post(&standin, "wait=true", json!({ "content": " hi ", "username": "Stripe" })).await;
    assert_eq!((response.status, &response.body["content"]), (200, &json!("hi")));
    assert_eq!(response.body["author"]["username"], "Stripe");
    assert_eq!(standin.messages("2222").len(), 1);
    assert_eq!(post(&standin, "", json!({ "content": "quiet" })).await.status, 204);
    standin.stop().await;
}

#[tokio::test]
async fn the_sixth_request_in_two_seconds_gets_a_429() {
    let standin = start(RateLimits::default()).await;
    for left in (0..5).rev() {
        let response = post(&standin, "wait=true", json!({ "content": "x" })).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.header("x-ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    let response = post(&standin, "wait=true", json!({ "content": "x" })).await;
    assert_eq!((response.status, response.header("x-ratelimit-scope")), (429, Some("user")));
    assert!(response.body["retry_after"].as_f64().is_some_and(|wait| wait > 0.0 && wait <= 2.0));
}

#[tokio::test]
async fn the_channels_limit_is_in_no_header() {
    let limits = RateLimits { channel: Some(Quota::new(2, Duration::from_secs(60))), ..RateLimits::default() };
    let standin = start(limits).await;
    for _ in 0..2 {
        assert_eq!(post(&standin, "wait=true", json!({ "content": "x" })).await.status, 200);
    }
    let response = post(&standin, "wait=true", json!({ "content": "x" })).await;
    assert_eq!((response.status, response.header("x-ratelimit-scope")), (429, Some("shared")));
    assert_eq!(response.header("x-ratelimit-remaining"), Some("2"));
    assert!(response.body["retry_after"].as_f64().is_some_and(|wait| wait > 50.0));
    assert_eq!(standin.invalid_requests(), 0);
}

#[tokio::test]
async fn with_a_lost_response_the_message_is_posted_and_the_connection_closed() {
    let standin = stand_in().await;
    standin.inject(FaultKind::LostResponse.on("alerts").times(1));
    let sent = with_body(reqwest::Client::new().post(hook(&standin)), &json!({ "content": "x" })).send().await;
    assert!(sent.is_err());
    assert_eq!(standin.messages("2222").len(), 1);
    assert_eq!(post(&standin, "", json!({ "content": "y" })).await.status, 204);
    assert_eq!(standin.requests()[0].status, None);
}

#[tokio::test]
async fn mentions_notify_only_whom_they_may() {
    let standin = stand_in().await;
    let content = "@everyone <@1> <@!2> <@&3> \\@here";
    let cases = [
        (json!({ "content": content }), (false, vec![], vec!["1", "2"])),
        (json!({ "content": content, "allowed_mentions": { "parse": [] } }), (false, vec![], vec![])),
        (
            json!({ "content": content, "allowed_mentions": { "parse": ["everyone"], "roles": ["3"], "users": ["2"] } }),
            (true, vec!["3"], vec!["2"]),
        ),
        (json!({ "embeds": [{ "title": content }] }), (false, vec![], vec![])),
    ];
    for (body, (everyone, roles, users)) in cases {
        post(&standin, "wait=true", body).await;
        let mentions = standin.messages("2222").pop().expect("posted").mentions;
        assert_eq!((mentions.everyone, mentions.roles, mentions.users), (everyone, to_owned(&roles), to_owned(&users)));
    }
}

fn to_owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|&item| item.to_owned()).collect()
}

#[tokio::test]
async fn a_message_is_looked_up_edited_and_deleted() {
    let standin = stand_in().await;
    let posted = post(&standin, "wait=true", json!({ "content": "a", "embeds": [{ "title": "t" }] })).await;
    let url = format!("{}/messages/{}", hook(&standin), posted.body["id"].as_str().expect("an id"));
    let client = reqwest::Client::new();
    let edited = fetch(with_body(client.patch(&url), &json!({ "content": "b", "username": "z" }))).await;
    assert_eq!((edited.status, &edited.body["content"]), (200, &json!("b")));
    assert_eq!(edited.body["embeds"][0]["title"], "t");
    assert!(edited.body["edited_timestamp"].is_string());
    let request = standin.requests().pop().expect("logged");
    assert_eq!(request.ignored, vec!["username".to_owned()], "an edit carries no name");
    let emptied = fetch(with_body(client.patch(&url), &json!({ "content": null, "embeds": [] }))).await;
    assert_eq!(emptied.body["code"], 50006);
    assert_eq!(fetch(client.get(&url)).await.body["content"], "b");
    assert_eq!(fetch(client.delete(&url)).await.status, 204);
    assert_eq!(fetch(with_body(client.patch(&url), &json!({ "content": "c" }))).await.body["code"], 10008);
}

#[tokio::test]
async fn each_fault_does_what_its_name_says() {
    let standin = stand_in().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let cases = [
        (FaultKind::Status(503), Some(503), 0),
        (FaultKind::StatusHtml(502), Some(502), 0),
        (FaultKind::DropConnection, None, 0),
        (FaultKind::LostResponse, None, 1),
        (FaultKind::Slow(Duration::from_millis(20)), Some(200), 1),
        (FaultKind::CloudflareBan(429), Some(429), 0),
        (FaultKind::CloudflareBan(403), Some(403), 0),
        (FaultKind::UnknownWebhook, Some(404), 0),
        (FaultKind::InvalidToken, Some(401), 0),
        (FaultKind::MalformedJson, Some(200), 1),
        (FaultKind::Html200, Some(200), 1),
        (FaultKind::Empty200, Some(200), 1),
        (FaultKind::Redirect, Some(302), 0),
    ];
    for (fault, status, stored) in cases {
        let before = standin.messages("2222").len();
        standin.inject(fault.clone().on("alerts").times(1));
        let url = format!("{}?wait=true", hook(&standin));
        let answer = with_body(client.post(url), &json!({ "content": "x" })).send().await;
        assert_eq!(answer.as_ref().ok().map(|answer| answer.status().as_u16()), status, "{fault:?}");
        assert_eq!(standin.messages("2222").len() - before, stored, "{fault:?}");
        let request = standin.requests().pop().expect("logged");
        assert_eq!((request.status, request.fault), (status, Some(fault.name())));
        if let (Ok(answer), FaultKind::CloudflareBan(_)) = (answer, &fault) {
            assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("x-ratelimit")));
        }
        assert_eq!(post(&standin, "wait=true", json!({ "content": "x" })).await.status, 200, "once only");
    }
}

#[tokio::test]
async fn the_global_limit_says_that_it_is_global() {
    let limits = RateLimits { global: Some(Quota::new(1, Duration::from_secs(60))), ..RateLimits::NONE };
    let standin = start(limits).await;
    post(&standin, "", json!({ "content": "x" })).await;
    let response = post(&standin, "", json!({ "content": "x" })).await;
    assert_eq!((response.status, &response.body["global"]), (429, &json!(true)));
    assert_eq!(
        (response.header("x-ratelimit-global"), response.header("x-ratelimit-scope")),
        (Some("true"), Some("global"))
    );
    assert_eq!(response.header("retry-after"), Some("60"));
}

#[tokio::test]
async fn multipart_bodies_carry_files_and_json() {
    let standin = stand_in().await;
    let part = |head: &str, body: &str| format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let body = [
        part("name=\"payload_json\"", "{\"content\":\"see file\"}"),
        part("name=\"files[0]\"; filename=\"a.txt\"", "hello"),
        "--B--\r\n".to_owned(),
    ];
    let request = reqwest::Client::new().post(format!("{}?wait=true", hook(&standin)));
    let response = fetch(request.header("content-type", "multipart/form-data; boundary=B").body(body.concat())).await;
    assert_eq!((response.status, &response.body["content"]), (200, &json!("see file")), "{}", response.body);
}

#[tokio::test]
async fn stopping_ends_open_pages_too() {
    let standin = stand_in().await;
    let mut events = reqwest::get(format!("{}/_standin/events", standin.base())).await.expect("open");
    assert!(events.chunk().await.expect("news").is_some_and(|chunk| chunk.starts_with(b"data:")));
    tokio::time::timeout(Duration::from_secs(1), standin.stop()).await.expect("no waiting for the page");
    assert!(matches!(events.chunk().await, Ok(None) | Err(_)));
}

#[tokio::test]
async fn waiting_ends_with_the_message_or_with_the_time() {
    let standin = stand_in().await;
    let waiting = standin.wait_for_messages("2222", 1, Duration::from_secs(10));
    let (messages, _) = tokio::join!(waiting, post(&standin, "", json!({ "content": "x" })));
    assert_eq!(messages.len(), 1);
    assert_eq!(standin.wait_for_messages("2222", 2, Duration::from_millis(20)).await.len(), 1);
}

#[tokio::test]
async fn the_page_loads_nothing_and_only_it_may_use_its_endpoints() {
    let standin = stand_in().await;
    let page = fetch(reqwest::Client::new().get(standin.base())).await;
    let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let html = page.body.as_str().expect("a page");
    assert!(!html.contains("innerHTML") && !html.contains("src=\"http") && !html.contains("@import"));
    let endpoint =
        |name: &str| reqwest::Client::new().post(format!("{}/_standin/fault", standin.base())).header("x-test", name);
    let own = with_body(endpoint("own"), &json!({ "fault": "status" }));
    assert_eq!(fetch(own).await.status, 200);
    assert_eq!(post(&standin, "", json!({ "content": "x" })).await.status, 503);
    let clear = json!({ "fault": "clear" });
    let foreign = [
        with_body(endpoint("origin"), &clear).header("origin", "https://evil.example"),
        with_body(endpoint("host"), &clear).header("host", "evil.example"),
        endpoint("form").header("content-type", "text/plain").body(clear.to_string()),
    ];
    for request in foreign {
        assert_eq!(fetch(request).await.status, 403);
    }
    assert_eq!(post(&standin, "", json!({ "content": "x" })).await.status, 503, "no fault was cleared");
}

#[tokio::test]
async fn responses_match_the_official_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/discord-openapi.json");
    let Ok(file) = std::fs::read_to_string(path) else {
        assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "the OpenAPI file is needed");
        return eprintln!("skipped: the OpenAPI file is not there");
    };
    let api: Value = serde_json::from_str(&file).expect("JSON");
    let validator = |name: &str| {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": api["components"] });
        jsonschema::validator_for(&schema).expect("a schema")
    };
    let standin = stand_in().await;
    let full = json!({
        "content": "<@1> <@&2>", "username": "Stripe", "allowed_mentions": { "parse": ["users", "roles"] },
        "embeds": [{
            "title": "t", "url": "https://e.example", "description": "d", "color": 1, "timestamp": "2026-11-21T10:00:00Z",
            "footer": { "text": "f" }, "author": { "name": "a", "icon_url": "https://e.example/i.png" },
            "fields": [{ "name": "n", "value": "v" }], "thumbnail": { "url": "https://e.example/t.png" },
        }],
        "components": [{ "type": 1, "components": [link_button("x", "https://e.example")] }],
    });
    let posted = post(&standin, "wait=true&with_components=true", full).await;
    let webhook = fetch(reqwest::Client::new().get(hook(&standin))).await;
    for (name, body) in [("MessageResponse", &posted.body), ("GuildIncomingWebhookResponse", &webhook.body)] {
        let errors: Vec<String> = validator(name).iter_errors(body).map(|error| format!("{error}")).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}
