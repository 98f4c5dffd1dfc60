//! Interactions over HTTP: signed posts to an endpoint, whose responses are the first responses.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hookbell_fake_discord::{DeliveryFault, EndpointError, InteractionResponse};
use ring::signature::{ED25519, UnparsedPublicKey};

use super::bare_bot::{ADA, ALERTS, BareBot, acme};
use super::*;

/// An endpoint as an application would write it, and what it does with an interaction.
#[derive(Clone)]
struct Endpoint {
    key: Vec<u8>,
    checks: bool,
    answer: Arc<Mutex<(u16, Value)>>,
    received: Arc<Mutex<Vec<Value>>>,
}

impl Endpoint {
    async fn start(standin: &StandIn, checks: bool) -> (Self, String) {
        let key = hex::decode(standin.public_key()).expect("hexadecimal digits");
        let answer = Arc::new(Mutex::new((200, json!({ "type": 4, "data": { "content": "inline" } }))));
        let endpoint = Self { key, checks, answer, received: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let url = format!("http://{}/discord/interactions", listener.local_addr().expect("an address"));
        let router = Router::new().route("/discord/interactions", post(handle)).with_state(endpoint.clone());
        tokio::spawn(async move { axum_serve(listener, router).await });
        (endpoint, url)
    }
}

async fn axum_serve(listener: tokio::net::TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let connection = hyper_util::rt::TokioIo::new(stream);
        tokio::spawn(async move {
            drop(hyper::server::conn::http1::Builder::new().serve_connection(connection, service).await);
        });
    }
}

async fn handle(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signature = hex::decode(text("x-signature-ed25519")).unwrap_or_default();
    let signed = [text("x-signature-timestamp").as_bytes(), &body[..]].concat();
    let valid = UnparsedPublicKey::new(&ED25519, &endpoint.key).verify(&signed, &signature).is_ok();
    if endpoint.checks && !valid {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let event: Value = serde_json::from_slice(&body).expect("JSON");
    let (status, answer) = if event["type"] == 1 {
        (200, json!({ "type": 1 }))
    } else {
        endpoint.received.lock().expect("no panic").push(event);
        endpoint.answer.lock().expect("no panic").clone()
    };
    let headers = [("content-type", "application/json")];
    (StatusCode::from_u16(status).expect("a status"), headers, answer.to_string()).into_response()
}

#[tokio::test]
async fn an_endpoint_is_registered_only_when_it_answers_a_ping_and_refuses_a_forgery() {
    let standin = acme().await;
    let (_, open) = Endpoint::start(&standin, false).await;
    assert_eq!(standin.register_endpoint(&open).await, Err(EndpointError::AcceptsForgery { status: 200 }));
    let nobody = standin.register_endpoint("http://127.0.0.1:9/").await;
    assert!(matches!(nobody, Err(EndpointError::Unreachable(_))), "{nobody:?}");
    let (_, strict) = Endpoint::start(&standin, true).await;
    assert_eq!(standin.register_endpoint(&strict).await, Ok(()));
    assert_eq!(standin.probe_endpoint(&strict).await, Ok(401));
    assert_eq!(standin.endpoint(), Some(strict));
}

#[tokio::test]
async fn the_response_to_the_post_is_the_first_response_and_the_gateway_is_silent() {
    let standin = acme().await;
    let mut bot = BareBot::with_commands(&standin, json!([{ "name": "ping", "description": "x" }])).await;
    let (endpoint, url) = Endpoint::start(&standin, true).await;
    standin.register_endpoint(&url).await.expect("accepted");
    let ada = standin.person(ADA).in_channel(ALERTS);
    assert_eq!(ada.command("ping", &[]).await.expect("sent").text(), "inline");
    let event = endpoint.received.lock().expect("no panic")[0].clone();
    let again = bot.callback(&event, &json!({ "type": 4, "data": { "content": "x" } })).await;
    assert_eq!(again.body["code"], 40060, "it was answered");

    *endpoint.answer.lock().expect("no panic") = (200, json!({ "type": 4, "data": { "content": text(2001) } }));
    standin.limit_first_response(Duration::from_millis(200));
    assert_eq!(ada.command("ping", &[]).await.expect("sent").response, InteractionResponse::NoAnswer);
    let calls = standin.endpoint_calls();
    assert_eq!(leaf(calls[1].refused.as_ref().expect("refused"), "data.content"), "BASE_TYPE_MAX_LENGTH");

    standin.limit_first_response(Duration::from_secs(3));
    *endpoint.answer.lock().expect("no panic") = (202, Value::Null);
    let (answer, ()) = tokio::join!(ada.command("ping", &[]), async {
        let called = |standin: &StandIn| (standin.endpoint_calls().len() == 3).then_some(());
        standin.wait_for(Duration::from_secs(10), called).await.expect("posted");
        let event = endpoint.received.lock().expect("no panic")[2].clone();
        let later = json!({ "type": 4, "data": { "content": "by callback" } });
        assert_eq!(bot.callback(&event, &later).await.status, 200);
    });
    assert_eq!(answer.expect("sent").text(), "by callback");

    standin.inject_delivery([DeliveryFault::Twice]);
    *endpoint.answer.lock().expect("no panic") = (200, json!({ "type": 4, "data": { "content": "once" } }));
    ada.command("ping", &[]).await.expect("sent");
    let called = |standin: &StandIn| (standin.endpoint_calls().len() == 5).then_some(());
    standin.wait_for(Duration::from_secs(10), called).await.expect("posted twice");
    assert_eq!(standin.messages(ALERTS).len(), 3, "the second response is refused");
    standin.remove_endpoint();
    standin.limit_first_response(Duration::from_millis(20));
    ada.command("ping", &[]).await.expect("sent");
    assert_ne!(bot.interaction().await["id"], event["id"], "the gateway has it again");
}
