//! The stand-in behaves as Discord is documented and seen to: limits, errors, rate limits, faults.

use std::time::Duration;

use hookbell::standin::{Limits, Options, StandIn, Trouble, Window};
use serde_json::{Value, json};

async fn unlimited() -> StandIn {
    start(Limits::NONE).await
}

async fn start(limits: Limits) -> StandIn {
    StandIn::start(Options { limits, ..Options::default() }).await.expect("binds")
}

struct Got {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

async fn send(request: reqwest::RequestBuilder) -> Got {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.text().await.expect("a body");
    Got { status, headers, body: serde_json::from_str(&body).unwrap_or(Value::String(body)) }
}

fn with_body(request: reqwest::RequestBuilder, body: &Value) -> reqwest::RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

fn hook(standin: &StandIn) -> String {
    standin.webhook_url("alerts").expect("there")
}

async fn post(standin: &StandIn, query: &str, body: Value) -> Got {
    send(with_body(reqwest::Client::new().post(format!("{}?{query}", hook(standin))), &body)).await
}

#[tokio::test]
async fn a_post_is_kept_and_answered_with_the_message() {
    let standin = unlimited().await;
    let got = post(&standin, "wait=true", json!({ "content": " hi ", "username": "Stripe" })).await;
    assert_eq!((got.status, &got.body["content"]), (200, &json!("hi")));
    assert_eq!(got.body["author"]["username"], "Stripe");
    assert_eq!(standin.messages("2222").len(), 1);
    assert_eq!(post(&standin, "", json!({ "content": "quiet" })).await.status, 204);
    standin.stop().await;
}

#[tokio::test]
async fn the_sixth_request_in_two_seconds_is_told_to_wait() {
    let standin = start(Limits::default()).await;
    for left in (0..5).rev() {
        let got = post(&standin, "wait=true", json!({ "content": "x" })).await;
        assert_eq!(got.status, 200);
        assert_eq!(got.header("x-ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    let got = post(&standin, "wait=true", json!({ "content": "x" })).await;
    assert_eq!((got.status, got.header("x-ratelimit-scope")), (429, Some("user")));
    assert!(got.body["retry_after"].as_f64().is_some_and(|wait| wait > 0.0 && wait <= 2.0));
}

#[tokio::test]
async fn the_channels_limit_is_in_no_header() {
    let limits = Limits { channel: Some(Window::new(2, Duration::from_secs(60))), ..Limits::default() };
    let standin = start(limits).await;
    for _ in 0..2 {
        assert_eq!(post(&standin, "wait=true", json!({ "content": "x" })).await.status, 200);
    }
    let got = post(&standin, "wait=true", json!({ "content": "x" })).await;
    assert_eq!((got.status, got.header("x-ratelimit-scope")), (429, Some("shared")));
    assert_eq!(got.header("x-ratelimit-remaining"), Some("2"));
    assert!(got.body["retry_after"].as_f64().is_some_and(|wait| wait > 50.0));
    assert_eq!(standin.invalid_requests(), 0);
}

#[tokio::test]
async fn a_lost_answer_is_posted_and_not_answered() {
    let standin = unlimited().await;
    standin.fault(Trouble::LostAnswer.on("alerts").times(1));
    let sent = with_body(reqwest::Client::new().post(hook(&standin)), &json!({ "content": "x" })).send().await;
    assert!(sent.is_err());
    assert_eq!(standin.messages("2222").len(), 1);
    assert_eq!(post(&standin, "", json!({ "content": "y" })).await.status, 204);
    assert_eq!(standin.requests()[0].status, None);
}
