//! A connection to the gateway: HELLO, identify or resume, heartbeats, and the events of its session.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use http::{HeaderValue, Request, StatusCode, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::sessions::{OutboundFrame, Outbox};
use crate::channel_object;
use crate::discord::Discord;
use crate::people::BotAccess;
use crate::response::ApiResponse;

/// A payload must not be larger than this. [D events/gateway]
const PAYLOAD_BYTES: usize = 4096;

/// Whether a request is a WebSocket upgrade.
pub(crate) fn is_upgrade(request: &Request<Body>) -> bool {
    let upgrade = request.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|kind| kind.eq_ignore_ascii_case("websocket"))
}

/// Turns a request into a gateway connection.
pub(crate) fn upgrade(discord: Arc<Discord>, mut request: Request<Body>) -> Response {
    if discord.sessions.is_closed() {
        return ApiResponse::error(503, 0, "503: Service Unavailable").into_response();
    }
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY) else {
        return ApiResponse::error(400, 0, "400: Bad Request").into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
            GatewayConnection { discord, stream, session: None }.run().await;
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

struct GatewayConnection {
    discord: Arc<Discord>,
    stream: WebSocketStream<TokioIo<Upgraded>>,
    /// The id of the session, once identified or resumed.
    session: Option<String>,
}

impl GatewayConnection {
    async fn run(mut self) {
        let (outbox, mut frames) = mpsc::unbounded_channel();
        let heartbeat = self.discord.sessions.heartbeat();
        self.send(json!({ "op": 10, "d": { "heartbeat_interval": heartbeat.as_millis() } })).await;
        let discord = Arc::clone(&self.discord);
        let mut clean = false;
        loop {
            tokio::select! {
                message = self.stream.next() => match message {
                    Some(Ok(Message::Text(text))) => self.receive(&text, &outbox).await,
                    Some(Ok(Message::Binary(bytes))) => self.receive(&String::from_utf8_lossy(&bytes), &outbox).await,
                    Some(Ok(Message::Close(frame))) => {
                        clean = frame.is_some_and(|frame| matches!(u16::from(frame.code), 1000 | 1001));
                        break;
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                },
                Some(next) = frames.recv() => match next {
                    OutboundFrame::Text(text) => drop(self.stream.send(Message::Text(text)).await),
                    OutboundFrame::Close(code) => { self.close(code).await; break }
                    OutboundFrame::Disconnect => break,
                },
                () = discord.shutdown.cancelled() => { self.close(1001).await; break }
            }
        }
        self.leave(clean, &outbox);
    }

    fn leave(&self, clean: bool, outbox: &Outbox) {
        let Some(id) = &self.session else { return };
        self.discord.sessions.disconnected(id, clean, outbox);
        self.discord.publish_gateway();
    }

    async fn send(&mut self, payload: Value) {
        // When the peer is gone, the next read returns an error.
        drop(self.stream.send(Message::Text(payload.to_string())).await);
    }

    async fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        drop(self.stream.close(Some(frame)).await);
    }

    async fn receive(&mut self, text: &str, outbox: &Outbox) {
        let handled = match serde_json::from_str::<Value>(text) {
            _ if text.len() > PAYLOAD_BYTES => Err(4002),
            Err(_) => Err(4002),
            Ok(payload) => self.handle(&payload, outbox).await,
        };
        if let Err(code) = handled {
            drop(outbox.send(OutboundFrame::Close(code)));
        }
    }

    /// Handles a payload.
    ///
    /// # Errors
    /// The code to close the connection with.
    async fn handle(&mut self, payload: &Value, outbox: &Outbox) -> Result<(), u16> {
        let data = &payload["d"];
        match payload["op"].as_u64() {
            Some(1) => {
                if self.discord.sessions.acknowledges() {
                    self.send(json!({ "op": 11 })).await;
                }
                Ok(())
            }
            Some(2) if self.session.is_some() => Err(4005),
            Some(2) => self.identify(data, outbox),
            Some(6) => self.resume(data, outbox).await,
            Some(3 | 4 | 8 | 31) if self.session.is_some() => Ok(()),
            Some(3 | 4 | 8 | 31) => Err(4003),
            _ => Err(4001),
        }
    }

    fn check_token(&self, token: &Value) -> Result<(), u16> {
        let token = token.as_str().unwrap_or_default();
        let valid = token.strip_prefix("Bot ").unwrap_or(token) == self.discord.identity.bot_token;
        if valid { Ok(()) } else { Err(4004) }
    }

    fn identify(&mut self, data: &Value, outbox: &Outbox) -> Result<(), u16> {
        self.discord.sessions.count_identify();
        self.check_token(&data["token"])?;
        let intents = data["intents"].as_u64().ok_or(4013_u16)?;
        if intents >= 1 << 26 {
            return Err(4013);
        }
        let shard = (data["shard"][0].as_u64().unwrap_or(0), data["shard"][1].as_u64().unwrap_or(1));
        if shard.0 >= shard.1 {
            return Err(4010);
        }
        let id = format!("{:032x}", fastrand::u128(..));
        let guilds = self.guilds();
        self.discord.sessions.open(&id, outbox, intents, (&self.ready(&id, shard), &guilds));
        self.session = Some(id);
        self.discord.publish_gateway();
        Ok(())
    }

    fn ready(&self, session: &str, shard: (u64, u64)) -> Value {
        let unavailable = |guild: &Value| json!({ "id": guild["id"], "unavailable": true });
        let guilds: Vec<Value> = self.guilds().iter().map(unavailable).collect();
        json!({
            "v": 10, "user": self.discord.current_user(), "guilds": guilds, "session_id": session,
            "resume_gateway_url": self.discord.gateway_url(), "shard": [shard.0, shard.1],
            "application": { "id": self.discord.identity.application_id, "flags": 0 },
            "private_channels": [], "relationships": [], "_trace": ["stand-in"],
        })
    }

    /// The servers that the bot is a member of, as GUILD_CREATE shows them.
    fn guilds(&self) -> Vec<Value> {
        let state = self.discord.state();
        let own = state.directory.servers.iter().filter(|server| matches!(server.bot, BotAccess::Member { .. }));
        own.map(|server| channel_object::guild_create(&state, server)).collect()
    }

    async fn resume(&mut self, data: &Value, outbox: &Outbox) -> Result<(), u16> {
        self.check_token(&data["token"])?;
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let seq = data["seq"].as_u64().unwrap_or(0);
        let resumed = self.discord.sessions.resume(&id, seq, outbox);
        if resumed {
            self.session = Some(id);
            self.discord.publish_gateway();
        } else {
            self.send(json!({ "op": 9, "d": false })).await;
        }
        Ok(())
    }
}
