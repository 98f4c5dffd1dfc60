//! The gateway: a WebSocket that says HELLO, lets the bot identify or resume, and hands it interactions.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use http::{HeaderValue, Request, StatusCode, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::answer::Answer;
use super::bot;
use super::shared::Shared;

/// A payload may not be larger than this. [D events/gateway]
const PAYLOAD_BYTES: usize = 4096;
/// Events kept for a session that may come back.
const REPLAY: usize = 200;
const HEARTBEAT: Duration = Duration::from_millis(41_250);

/// The sessions, and the switches.
#[derive(Debug, Default)]
pub(crate) struct Gateway(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    sessions: HashMap<String, Session>,
    refuses: bool,
    away_until: Option<Instant>,
    silent: bool,
    heartbeat: Option<Duration>,
    identifies: u64,
    resumes: u64,
}

#[derive(Debug, Default)]
struct Session {
    seq: u64,
    sent: VecDeque<(u64, String)>,
    live: Option<mpsc::UnboundedSender<Out>>,
}

/// What goes out on a connection.
#[derive(Debug, Clone)]
enum Out {
    Text(String),
    Close(u16),
    /// The connection ends without a word.
    Cut,
}

/// Numbers and switches of the gateway, as tests see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayStats {
    /// Sessions with a connection right now.
    pub live: usize,
    pub identifies: u64,
    pub resumes: u64,
}

impl Gateway {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> GatewayStats {
        let inner = self.inner();
        let live = inner.sessions.values().filter(|session| session.live.is_some()).count();
        GatewayStats { live, identifies: inner.identifies, resumes: inner.resumes }
    }

    pub(crate) fn refuse(&self, refuses: bool) {
        self.inner().refuses = refuses;
    }

    pub(crate) fn acknowledge(&self, acknowledges: bool) {
        self.inner().silent = !acknowledges;
    }

    pub(crate) fn set_heartbeat(&self, interval: Duration) {
        self.inner().heartbeat = Some(interval);
    }

    /// Closes every connection with a code. 1000 and 1001 end the sessions too.
    pub(crate) fn close_all(&self, code: u16) {
        let mut inner = self.inner();
        inner.tell_all(&Out::Close(code));
        if matches!(code, 1000 | 1001) {
            inner.sessions.clear();
        }
    }

    /// Cuts every connection and accepts none for a while.
    pub(crate) fn away(&self, span: Duration) {
        let mut inner = self.inner();
        inner.away_until = Some(Instant::now() + span);
        inner.tell_all(&Out::Cut);
    }

    /// Cuts every connection and forgets its session: a resume is answered with INVALID_SESSION.
    pub(crate) fn forget(&self) {
        let mut inner = self.inner();
        inner.tell_all(&Out::Cut);
        inner.sessions.clear();
    }

    /// Hands an event to every session, also to those that may resume.
    pub(crate) fn dispatch(&self, event: &str, data: &Value) {
        for session in self.inner().sessions.values_mut() {
            session.dispatch(event, data);
        }
    }
}

impl Inner {
    fn tell_all(&mut self, out: &Out) {
        for live in self.sessions.values_mut().filter_map(|session| session.live.take()) {
            // A receiver that is gone has nothing left to hear.
            drop(live.send(out.clone()));
        }
    }

    fn is_closed(&self) -> bool {
        self.refuses || self.away_until.is_some_and(|until| until > Instant::now())
    }
}

impl Session {
    fn dispatch(&mut self, event: &str, data: &Value) {
        self.seq += 1;
        let text = json!({ "op": 0, "s": self.seq, "t": event, "d": data }).to_string();
        self.sent.push_back((self.seq, text.clone()));
        if self.sent.len() > REPLAY {
            self.sent.pop_front();
        }
        if let Some(live) = &self.live {
            drop(live.send(Out::Text(text)));
        }
    }
}

/// Whether a request asks for a WebSocket.
pub(crate) fn is_upgrade(request: &Request<Body>) -> bool {
    let upgrade = request.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|kind| kind.eq_ignore_ascii_case("websocket"))
}

/// Turns a request into a gateway connection.
pub(crate) fn upgrade(shared: Arc<Shared>, mut request: Request<Body>) -> Response {
    if shared.gateway.inner().is_closed() {
        return Answer::problem(503, 0, "503: Service Unavailable").into_response();
    }
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY) else {
        return Answer::problem(400, 0, "400: Bad Request").into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
            Connection { shared, stream, session: None }.run().await;
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

struct Connection {
    shared: Arc<Shared>,
    stream: WebSocketStream<TokioIo<Upgraded>>,
    /// The id of the session, once identified or resumed.
    session: Option<String>,
}

impl Connection {
    async fn run(mut self) {
        let (out, mut outbox) = mpsc::unbounded_channel();
        let heartbeat = self.shared.gateway.inner().heartbeat.unwrap_or(HEARTBEAT);
        self.say(json!({ "op": 10, "d": { "heartbeat_interval": heartbeat.as_millis() } })).await;
        let shared = Arc::clone(&self.shared);
        let mut clean = false;
        loop {
            tokio::select! {
                heard = self.stream.next() => match heard {
                    Some(Ok(Message::Text(text))) => self.hear(&text, &out).await,
                    Some(Ok(Message::Binary(bytes))) => self.hear(&String::from_utf8_lossy(&bytes), &out).await,
                    Some(Ok(Message::Close(frame))) => {
                        clean = frame.is_some_and(|frame| matches!(u16::from(frame.code), 1000 | 1001));
                        break;
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                },
                Some(next) = outbox.recv() => match next {
                    Out::Text(text) => drop(self.stream.send(Message::Text(text)).await),
                    Out::Close(code) => { self.close(code).await; break }
                    Out::Cut => break,
                },
                () = shared.closed() => { self.close(1001).await; break }
            }
        }
        self.leave(clean, &out);
    }

    fn leave(&self, clean: bool, out: &mpsc::UnboundedSender<Out>) {
        let Some(id) = &self.session else { return };
        let mut inner = self.shared.gateway.inner();
        if clean {
            inner.sessions.remove(id);
        } else if let Some(session) = inner.sessions.get_mut(id) {
            session.live.take_if(|live| live.same_channel(out));
        }
        drop(inner);
        self.shared.tell_gateway();
    }

    async fn say(&mut self, payload: Value) {
        // A peer that is gone is noticed by the next read.
        drop(self.stream.send(Message::Text(payload.to_string())).await);
    }

    async fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        drop(self.stream.close(Some(frame)).await);
    }

    async fn hear(&mut self, text: &str, out: &mpsc::UnboundedSender<Out>) {
        let refused = match serde_json::from_str::<Value>(text) {
            _ if text.len() > PAYLOAD_BYTES => Err(4002),
            Err(_) => Err(4002),
            Ok(payload) => self.act(&payload, out).await,
        };
        if let Err(code) = refused {
            drop(out.send(Out::Close(code)));
        }
    }

    /// Acts on a payload; answers the code to close with when it is wrong.
    async fn act(&mut self, payload: &Value, out: &mpsc::UnboundedSender<Out>) -> Result<(), u16> {
        let data = &payload["d"];
        match payload["op"].as_u64() {
            Some(1) => {
                if !self.shared.gateway.inner().silent {
                    self.say(json!({ "op": 11 })).await;
                }
                Ok(())
            }
            Some(2) if self.session.is_some() => Err(4005),
            Some(2) => self.identify(data, out),
            Some(6) => self.resume(data, out).await,
            Some(3 | 4 | 8 | 31) if self.session.is_some() => Ok(()),
            Some(3 | 4 | 8 | 31) => Err(4003),
            _ => Err(4001),
        }
    }

    fn knows(&self, token: &Value) -> Result<(), u16> {
        let token = token.as_str().unwrap_or_default();
        let known = token.strip_prefix("Bot ").unwrap_or(token) == self.shared.about.bot_token;
        if known { Ok(()) } else { Err(4004) }
    }

    fn identify(&mut self, data: &Value, out: &mpsc::UnboundedSender<Out>) -> Result<(), u16> {
        self.shared.gateway.inner().identifies += 1;
        self.knows(&data["token"])?;
        let intents = data["intents"].as_u64().ok_or(4013_u16)?;
        if intents >= 1 << 26 {
            return Err(4013);
        }
        let shard = (data["shard"][0].as_u64().unwrap_or(0), data["shard"][1].as_u64().unwrap_or(1));
        if shard.0 >= shard.1 {
            return Err(4010);
        }
        let id = format!("{:032x}", fastrand::u128(..));
        let mut session = Session { live: Some(out.clone()), ..Session::default() };
        session.dispatch("READY", &self.ready(&id, shard));
        self.shared.gateway.inner().sessions.insert(id.clone(), session);
        self.session = Some(id);
        self.shared.tell_gateway();
        Ok(())
    }

    fn ready(&self, session: &str, shard: (u64, u64)) -> Value {
        let mut guilds: Vec<Value> = Vec::new();
        for channel in &self.shared.state().channels {
            let guild = json!({ "id": channel.spec.guild, "unavailable": true });
            if !guilds.contains(&guild) {
                guilds.push(guild);
            }
        }
        json!({
            "v": 10, "user": bot::me(&self.shared), "guilds": guilds, "session_id": session,
            "resume_gateway_url": self.shared.gateway_url(), "shard": [shard.0, shard.1],
            "application": { "id": self.shared.about.application_id, "flags": 0 },
            "private_channels": [], "relationships": [], "_trace": ["stand-in"],
        })
    }

    async fn resume(&mut self, data: &Value, out: &mpsc::UnboundedSender<Out>) -> Result<(), u16> {
        self.knows(&data["token"])?;
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let seq = data["seq"].as_u64().unwrap_or(0);
        let resumed = self.shared.gateway.inner().take_up(&id, seq, out);
        if resumed {
            self.session = Some(id);
            self.shared.tell_gateway();
        } else {
            self.say(json!({ "op": 9, "d": false })).await;
        }
        Ok(())
    }
}

impl Inner {
    /// Gives a session this connection and what it missed; false when there is none such.
    fn take_up(&mut self, id: &str, seq: u64, out: &mpsc::UnboundedSender<Out>) -> bool {
        let Some(session) = self.sessions.get_mut(id) else { return false };
        if seq > session.seq {
            return false;
        }
        for (_, text) in session.sent.iter().filter(|(number, _)| *number > seq) {
            drop(out.send(Out::Text(text.clone())));
        }
        session.live = Some(out.clone());
        session.dispatch("RESUMED", &json!({ "_trace": ["stand-in"] }));
        self.resumes += 1;
        true
    }
}
