//! The stand-in: a small Discord look-alike that `demo` and the tests talk to. It judges what it is sent by
//! Discord's rules, not by ours, so it shares no limit and no type with the rooms that send.
//!
//! Everything is kept in memory and bounded. Where it listens is the caller's choice; it has no guard of
//! its own beyond that, so keep it on loopback.

mod answer;
mod api;
mod bot;
mod call;
mod check;
mod commands;
mod fault;
mod gateway;
mod interactions;
pub mod assets;
mod multipart;
mod numbers;
mod object;
mod page;
mod person;
mod rate;
mod serve;
mod shared;
mod state;
mod threads;
mod typed;
mod webhooks;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Given};
use axum::response::Response;
use axum::routing::{any, get};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use fault::{Fault, FaultKind, FaultScope};
pub use gateway::GatewayStats;
pub use person::{InteractionResponse, Member};
pub use rate::{Quota, RateLimits};
use shared::{About, Shared};
use state::State;
pub use state::{
    ChannelKind, ChannelSpec, ForumSettings, Mentions, RecordedRequest, StoredMessage, ThreadState, WebhookSpec,
};

/// A running look-alike. Dropping it ends it at once; [`StandIn::stop`] lets requests finish.
#[derive(Debug)]
pub struct StandIn {
    shared: Arc<Shared>,
    closing: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// What there is in the look-alike at its start.
#[derive(Debug, Clone)]
pub struct StandInOptions {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The server's name on the page.
    pub server: String,
    pub channels: Vec<ChannelSpec>,
    pub webhooks: Vec<WebhookSpec>,
    pub application_id: String,
    pub application_name: String,
    pub bot_token: String,
    pub limits: RateLimits,
}

impl Default for StandInOptions {
    /// One server with one channel `alerts` (guild 1111, channel 2222) and its webhook `alerts`, on a free
    /// port of loopback.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            server: "Stand-in".to_owned(),
            channels: vec![ChannelSpec::text("1111", "2222", "alerts")],
            webhooks: vec![WebhookSpec::new("3333", "alerts", "2222")],
            application_id: "4444".to_owned(),
            application_name: "hookbell".to_owned(),
            bot_token: "stand-in.bot.token".to_owned(),
            limits: RateLimits::default(),
        }
    }
}

impl StandIn {
    /// Binds and serves.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(options: StandInOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?.to_string();
        let (closing, closed) = watch::channel(false);
        let about = About {
            application_id: options.application_id,
            application_name: options.application_name,
            bot_token: options.bot_token,
            server: options.server,
        };
        let state = State::new(options.channels, options.webhooks, options.limits);
        let shared = Arc::new(Shared::new(state, about, address, closed.clone()));
        let server = tokio::spawn(serve::serve(listener, router(&shared), closed));
        Ok(Self { shared, closing, server })
    }

    /// `http://127.0.0.1:PORT`
    pub fn base(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The bot's token.
    pub fn bot_token(&self) -> &str {
        &self.shared.about.bot_token
    }

    /// The URL of a webhook, as Discord would show it for copying; `None` for a name that is not there.
    pub fn webhook_url(&self, name: &str) -> Option<String> {
        let state = self.shared.state();
        let webhook = state.webhooks.iter().find(|webhook| webhook.name == name)?;
        Some(format!("{}/api/webhooks/{}/{}", self.base(), webhook.id, webhook.token))
    }

    /// The messages of a channel or thread, oldest first; the last 500.
    pub fn messages(&self, channel: &str) -> Vec<StoredMessage> {
        let state = self.shared.state();
        state.channel(channel).map(|channel| channel.messages.iter().cloned().collect()).unwrap_or_default()
    }

    /// The channels and threads that there are.
    pub fn channels(&self) -> Vec<ChannelSpec> {
        self.shared.state().channels.iter().map(|channel| channel.spec.clone()).collect()
    }

    /// What came in under `/api`, oldest first; the last 2000.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.state().requests.iter().cloned().collect()
    }

    /// How many answers counted towards Discord's ban: 401, 403, and 429 whose scope is not `shared`.
    pub fn invalid_requests(&self) -> u64 {
        self.shared.state().invalid
    }

    /// Breaks something. Faults add up; the oldest that fits a request meets it.
    pub fn inject(&self, fault: Fault) {
        self.shared.state().faults.0.push(fault);
        self.shared.tell_faults();
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.shared.state().faults.0.clear();
        self.shared.tell_faults();
    }

    /// Other limits from now on; every window starts anew.
    pub fn set_limits(&self, limits: RateLimits) {
        let mut state = self.shared.state();
        state.limits = limits;
        state.rates.clear();
    }

    /// Adds a webhook, or gives one of the same id another token, name or channel.
    pub fn put_webhook(&self, webhook: WebhookSpec) {
        let mut state = self.shared.state();
        state.webhooks.retain(|other| other.id != webhook.id);
        state.webhooks.push(webhook);
    }

    /// Deletes a webhook by name, as a person would in the channel's settings.
    pub fn delete_webhook(&self, name: &str) {
        self.shared.state().webhooks.retain(|webhook| webhook.name != name);
    }

    /// Deletes a message, as a moderator would. False when it is not there.
    pub fn delete_message(&self, channel: &str, id: &str) -> bool {
        let gone = self.shared.state().remove_message(channel, id);
        self.shared.tell(serde_json::json!({ "type": "delete", "channel": channel, "id": id }));
        gone
    }

    /// Deletes a channel with its threads, or a thread alone. False when it is not there.
    pub fn delete_channel(&self, id: &str) -> bool {
        let gone = self.shared.state().remove_channel(id);
        self.shared.tell(serde_json::json!({ "type": "reload" }));
        gone
    }

    /// Archives, locks or opens a thread. False when there is no such thread.
    pub fn set_thread_state(&self, id: &str, to: ThreadState) -> bool {
        let mut state = self.shared.state();
        let thread = state.channel_mut(id).filter(|channel| matches!(channel.spec.kind, ChannelKind::ThreadOf(_)));
        let found = thread.map(|thread| thread.thread = to).is_some();
        drop(state);
        self.shared.tell(serde_json::json!({ "type": "reload" }));
        found
    }

    /// How many sessions live, and how often bots identified and resumed.
    pub fn gateway_stats(&self) -> GatewayStats {
        self.shared.gateway.state()
    }

    /// Refuses new gateway connections, or takes them again.
    pub fn refuse_gateway(&self, refuse: bool) {
        self.shared.gateway.refuse(refuse);
    }

    /// Closes every gateway connection with a code. 1000 and 1001 end the sessions too.
    pub fn close_gateway(&self, code: u16) {
        self.shared.gateway.close_all(code);
    }

    /// Stops acknowledging heartbeats, or starts again.
    pub fn acknowledge_heartbeats(&self, acknowledge: bool) {
        self.shared.gateway.acknowledge(acknowledge);
    }

    /// The heartbeat interval told to connections from now on; Discord's is 41.25 s.
    pub fn set_heartbeat(&self, interval: Duration) {
        self.shared.gateway.set_heartbeat(interval);
    }

    /// Cuts every gateway connection and refuses new ones for so long.
    pub fn gateway_away(&self, span: Duration) {
        self.shared.gateway.away(span);
    }

    /// Cuts every gateway connection and forgets its session: a resume is answered with INVALID_SESSION.
    pub fn forget_sessions(&self) {
        self.shared.gateway.forget();
    }

    /// Waits until a bot is connected and identified. False when the time is over.
    pub async fn wait_for_bot(&self, within: Duration) -> bool {
        self.wait_for(within, |standin| (standin.gateway_stats().live > 0).then_some(())).await.is_some()
    }

    /// TemplatesConfig after every change until `look` finds something; `None` when the time is over.
    pub async fn wait_for<T>(&self, within: Duration, mut look: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let mut changed = self.shared.changed.subscribe();
        let found = async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = look(self) {
                    return Some(found);
                }
                changed.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, found).await.ok().flatten()
    }

    /// Waits until a channel holds at least so many messages; answers what it holds when the time is over.
    pub async fn wait_for_messages(&self, channel: &str, count: usize, within: Duration) -> Vec<StoredMessage> {
        let enough = |standin: &Self| Some(standin.messages(channel)).filter(|messages| messages.len() >= count);
        self.wait_for(within, enough).await.unwrap_or_else(|| self.messages(channel))
    }

    /// Accepts nothing more, lets requests finish within two seconds, and ends.
    pub fn stop(mut self) -> impl Future<Output = ()> {
        self.closing.send_replace(true);
        let server = std::mem::replace(&mut self.server, tokio::spawn(async {}));
        async move {
            drop(server.await);
            drop(self);
        }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl ChannelSpec {
    /// A text channel.
    pub fn text(guild: &str, channel: &str, name: &str) -> Self {
        let kind = ChannelKind::Text;
        Self { guild: guild.to_owned(), channel: channel.to_owned(), name: name.to_owned(), kind, tags: Vec::new() }
    }

    /// A forum channel with tags, each an id and a name.
    pub fn forum(guild: &str, channel: &str, name: &str, tags: &[(&str, &str)]) -> Self {
        let tags = tags.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        Self {
            kind: ChannelKind::Forum(ForumSettings { tags, tag_required: false }),
            ..Self::text(guild, channel, name)
        }
    }
}

impl WebhookSpec {
    /// A webhook with a token as long as Discord's.
    pub fn new(id: &str, name: &str, channel: &str) -> Self {
        let token = format!("standin-{id}-").chars().chain(std::iter::repeat('x')).take(68).collect();
        Self { id: id.to_owned(), token, channel: channel.to_owned(), name: name.to_owned() }
    }
}

fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/api/{*rest}", any(api::handle))
        .route("/gateway", get(front))
        .route("/", get(front))
        .merge(page::router())
        .with_state(Arc::clone(shared))
}

/// The page, or the gateway for those who ask for a WebSocket.
async fn front(Given(shared): Given<Arc<Shared>>, request: Request) -> Response {
    if gateway::is_upgrade(&request) { gateway::upgrade(shared, request) } else { page::page() }
}
