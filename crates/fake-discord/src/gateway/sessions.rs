//! The sessions of the gateway: which bots are connected, and the events that a resumed session is sent again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Events kept for a session that may be resumed.
const REPLAY: usize = 200;
const HEARTBEAT: Duration = Duration::from_millis(41_250);

/// The sessions of the gateway, and the switches that tests set.
#[derive(Debug, Default)]
pub(crate) struct GatewaySessions(Mutex<SessionTable>);

#[derive(Debug, Default)]
struct SessionTable {
    sessions: HashMap<String, GatewaySession>,
    /// New connections are refused.
    refuses: bool,
    /// New connections are refused until then.
    unavailable_until: Option<Instant>,
    /// Heartbeats are not acknowledged.
    silent: bool,
    heartbeat: Option<Duration>,
    identifies: u64,
    resumes: u64,
}

#[derive(Debug, Default)]
struct GatewaySession {
    intents: u64,
    seq: u64,
    /// The last events with their sequence numbers, for a resume.
    sent: VecDeque<(u64, String)>,
    connection: Option<Outbox>,
}

/// Events that a session receives only with an intent. [D events/gateway "Gateway Intents"]
pub(crate) const GUILDS: u64 = 1 << 0;
pub(crate) const GUILD_WEBHOOKS: u64 = 1 << 5;

/// What a connection is to send.
pub(crate) type Outbox = mpsc::UnboundedSender<OutboundFrame>;

#[derive(Debug, Clone)]
pub(crate) enum OutboundFrame {
    Text(String),
    Close(u16),
    /// The TCP connection is closed without a close frame.
    Disconnect,
}

/// What happened at the gateway so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayStats {
    /// Sessions with a connection at this moment.
    pub live: usize,
    pub identifies: u64,
    pub resumes: u64,
}

impl GatewaySessions {
    fn inner(&self) -> MutexGuard<'_, SessionTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stats(&self) -> GatewayStats {
        let inner = self.inner();
        let live = inner.sessions.values().filter(|session| session.connection.is_some()).count();
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
        inner.send_to_all(&OutboundFrame::Close(code));
        if matches!(code, 1000 | 1001) {
            inner.sessions.clear();
        }
    }

    /// Disconnects every bot and refuses new connections for a while.
    pub(crate) fn disconnect_for(&self, span: Duration) {
        let mut inner = self.inner();
        inner.unavailable_until = Some(Instant::now() + span);
        inner.send_to_all(&OutboundFrame::Disconnect);
    }

    /// Disconnects every bot and removes its session: a resume is answered with INVALID_SESSION.
    pub(crate) fn invalidate(&self) {
        let mut inner = self.inner();
        inner.send_to_all(&OutboundFrame::Disconnect);
        inner.sessions.clear();
    }

    /// Disconnects every bot; its session may be resumed at once.
    pub(crate) fn disconnect_all(&self) {
        self.inner().send_to_all(&OutboundFrame::Disconnect);
    }

    /// Sends an event to every session, also to those that may be resumed.
    pub(crate) fn dispatch(&self, event: &str, data: &Value) {
        self.dispatch_with_intent(0, event, data);
    }

    /// Sends an event to the sessions that have an intent.
    pub(crate) fn dispatch_with_intent(&self, intent: u64, event: &str, data: &Value) {
        for session in self.inner().sessions.values_mut().filter(|session| session.intents & intent == intent) {
            session.dispatch(event, data);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        let inner = self.inner();
        inner.refuses || inner.unavailable_until.is_some_and(|until| until > Instant::now())
    }

    pub(crate) fn heartbeat(&self) -> Duration {
        self.inner().heartbeat.unwrap_or(HEARTBEAT)
    }

    pub(crate) fn acknowledges(&self) -> bool {
        !self.inner().silent
    }

    /// Counts an attempt to identify, whether it succeeds or not.
    pub(crate) fn count_identify(&self) {
        self.inner().identifies += 1;
    }

    /// Opens a session and sends its first events: that it is ready, and with the intent its servers.
    pub(crate) fn open(&self, id: &str, outbox: &Outbox, intents: u64, (ready, guilds): (&Value, &[Value])) {
        let mut session = GatewaySession { intents, connection: Some(outbox.clone()), ..GatewaySession::default() };
        session.dispatch("READY", ready);
        for guild in guilds.iter().filter(|_| intents & GUILDS != 0) {
            session.dispatch("GUILD_CREATE", guild);
        }
        self.inner().sessions.insert(id.to_owned(), session);
    }

    /// Gives a session this connection and sends what it missed; false when it cannot be resumed.
    pub(crate) fn resume(&self, id: &str, seq: u64, outbox: &Outbox) -> bool {
        let mut inner = self.inner();
        let Some(session) = inner.sessions.get_mut(id).filter(|session| seq <= session.seq) else { return false };
        for (_, text) in session.sent.iter().filter(|(number, _)| *number > seq) {
            drop(outbox.send(OutboundFrame::Text(text.clone())));
        }
        session.connection = Some(outbox.clone());
        session.dispatch("RESUMED", &json!({ "_trace": ["stand-in"] }));
        inner.resumes += 1;
        true
    }

    /// A connection has ended. A clean close ends its session too.
    pub(crate) fn disconnected(&self, id: &str, clean: bool, outbox: &Outbox) {
        let mut inner = self.inner();
        if clean {
            inner.sessions.remove(id);
        } else if let Some(session) = inner.sessions.get_mut(id) {
            // Unless another connection has resumed it meanwhile.
            session.connection.take_if(|connection| connection.same_channel(outbox));
        }
    }
}

impl SessionTable {
    fn send_to_all(&mut self, frame: &OutboundFrame) {
        for connection in self.sessions.values_mut().filter_map(|session| session.connection.take()) {
            // An error means that the connection has ended by itself.
            drop(connection.send(frame.clone()));
        }
    }
}

impl GatewaySession {
    fn dispatch(&mut self, event: &str, data: &Value) {
        self.seq += 1;
        let text = json!({ "op": 0, "s": self.seq, "t": event, "d": data }).to_string();
        self.sent.push_back((self.seq, text.clone()));
        if self.sent.len() > REPLAY {
            self.sent.pop_front();
        }
        if let Some(connection) = &self.connection {
            drop(connection.send(OutboundFrame::Text(text)));
        }
    }
}
