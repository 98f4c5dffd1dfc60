//! A bot without a library: a gateway connection, callbacks and REST, so that tests see what goes over the wire.

use futures_util::{SinkExt, StreamExt};
use hookbell_fake_discord::{Person, RateLimits, ServerSpec, StandIn, StandInOptions, permission};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::with_body;
use crate::support::{HttpResponse, fetch};

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

pub(super) const ADA: &str = "601";
pub(super) const BOB: &str = "602";
pub(super) const OPS: &str = "7001";
pub(super) const ALERTS: &str = "2222";

/// A server with Ada, who has the role Ops (Manage Messages), and Bob, who has none and reads German.
pub(super) async fn acme() -> StandIn {
    let options = StandInOptions {
        limits: RateLimits::NONE,
        servers: vec![ServerSpec::new("1111", "Acme").role(OPS, "Ops", permission::MANAGE_MESSAGES)],
        people: vec![
            Person::new(ADA, "Ada").member_of("1111", &[OPS]),
            Person::new(BOB, "Bob").member_of("1111", &[]).reads("de"),
        ],
        ..StandInOptions::default()
    };
    StandIn::start(options).await.expect("binds")
}

pub(super) struct BareBot {
    socket: Socket,
    base: String,
    token: String,
}

impl BareBot {
    pub(super) async fn connect(standin: &StandIn, intents: u64) -> Self {
        let url = format!("{}/gateway?v=10", standin.base().replace("http", "ws"));
        let (socket, _) = tokio_tungstenite::connect_async(url).await.expect("connects");
        let mut bot = Self { socket, base: standin.base(), token: standin.bot_token().to_owned() };
        let identify = json!({ "op": 2, "d": { "token": bot.token, "intents": intents, "properties": {} } });
        bot.socket.send(Message::Text(identify.to_string())).await.expect("sent");
        bot.event("READY").await;
        bot
    }

    /// A bot without intents that has registered these commands in the server.
    pub(super) async fn with_commands(standin: &StandIn, commands: Value) -> Self {
        let bot = Self::connect(standin, 0).await;
        let put = bot.rest("PUT", "/applications/4444/guilds/1111/commands", &commands).await;
        assert_eq!(put.status, 200, "{}", put.body);
        bot
    }

    /// The next event of this kind; others are passed over.
    pub(super) async fn event(&mut self, kind: &str) -> Value {
        loop {
            let message = self.socket.next().await.expect("open").expect("a message");
            let event: Value = serde_json::from_str(message.to_text().expect("text")).expect("JSON");
            if event["t"] == kind {
                return event["d"].clone();
            }
        }
    }

    /// The next event of any kind, whole.
    pub(super) async fn any_event(&mut self) -> Value {
        let message = self.socket.next().await.expect("open").expect("a message");
        serde_json::from_str(message.to_text().expect("text")).expect("JSON")
    }

    /// Whether the connection ends before another event comes.
    pub(super) async fn is_cut_off(&mut self) -> bool {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) if text.contains("INTERACTION_CREATE") => return false,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return true,
                Some(Ok(_)) => {}
            }
        }
    }

    pub(super) async fn interaction(&mut self) -> Value {
        self.event("INTERACTION_CREATE").await
    }

    pub(super) async fn rest(&self, method: &str, path: &str, body: &Value) -> HttpResponse {
        let url = format!("{}/api/v10{path}", self.base);
        let request = reqwest::Client::new().request(method.parse().expect("a method"), url);
        let request = request.header("authorization", format!("Bot {}", self.token));
        fetch(if body.is_null() { request } else { with_body(request, body) }).await
    }

    pub(super) async fn callback(&self, event: &Value, body: &Value) -> HttpResponse {
        fetch(with_body(reqwest::Client::new().post(self.callback_url(event)), body)).await
    }

    /// A callback with a file.
    pub(super) async fn callback_with_file(&self, event: &Value, body: &Value, bytes: Vec<u8>) -> HttpResponse {
        let form = Form::new()
            .part("payload_json", Part::text(body.to_string()).mime_str("application/json").expect("a type"))
            .part("files[0]", Part::bytes(bytes).file_name("chart.png"));
        fetch(reqwest::Client::new().post(self.callback_url(event)).multipart(form)).await
    }

    /// `method` on the messages of an interaction: `/messages/@original`, or nothing for a follow-up.
    pub(super) async fn follow_up(&self, method: &str, event: &Value, rest: &str, body: &Value) -> HttpResponse {
        let token = event["token"].as_str().expect("a token");
        self.rest(method, &format!("/webhooks/4444/{token}{rest}"), body).await
    }

    fn callback_url(&self, event: &Value) -> String {
        let (id, token) = (event["id"].as_str().expect("id"), event["token"].as_str().expect("token"));
        format!("{}/api/v10/interactions/{id}/{token}/callback?with_response=true", self.base)
    }
}
