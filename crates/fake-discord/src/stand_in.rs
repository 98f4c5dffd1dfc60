//! A running stand-in: what tests and the demo start, change and inspect.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::response::Response;
use axum::routing::{any, get};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::client::InteractionError;
use crate::discord::{Discord, Identity};
use crate::fault::Fault;
use crate::gateway::connection;
use crate::gateway::sessions::GatewayStats;
use crate::host::{HostButton, HostRequest};
use crate::interaction::InteractionResponse;
use crate::member::Member;
use crate::message::StoredMessage;
use crate::rate_limit::RateLimits;
use crate::request_log::RecordedRequest;
use crate::serve::serve;
use crate::spec::{ChannelKind, ChannelSpec, ThreadState, WebhookSpec};
use crate::state::DiscordState;
use crate::{api, client, page};

/// A running stand-in. Dropping it ends it at once; [`StandIn::stop`] lets open requests finish.
#[derive(Debug)]
pub struct StandIn {
    discord: Arc<Discord>,
    server: JoinHandle<()>,
}

/// What a stand-in has at its start.
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
    /// Buttons of the program's own on the page; [`StandIn::host_requests`] says when one is pressed.
    pub buttons: Vec<HostButton>,
}

impl Default for StandInOptions {
    /// One server with one channel `alerts` (guild 1111, channel 2222) and its webhook `alerts`, with Discord's rate
    /// limits, on a free port of loopback.
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
            buttons: Vec::new(),
        }
    }
}

/// Starting and stopping, and what was sent to it.
impl StandIn {
    /// Binds and serves.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(options: StandInOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?.to_string();
        let identity = Identity {
            application_id: options.application_id,
            application_name: options.application_name,
            bot_token: options.bot_token,
            server: options.server,
        };
        let state = DiscordState::new(options.channels, options.webhooks, options.limits);
        let shutdown = CancellationToken::new();
        let discord = Arc::new(Discord::new(state, identity, options.buttons, address, shutdown.clone()));
        let server = tokio::spawn(serve(listener, router(&discord), shutdown));
        Ok(Self { discord, server })
    }

    /// Accepts nothing more, lets open requests finish within two seconds, and ends.
    pub fn stop(mut self) -> impl Future<Output = ()> {
        self.discord.shutdown.cancel();
        let server = std::mem::replace(&mut self.server, tokio::spawn(async {}));
        async move {
            drop(server.await);
            drop(self);
        }
    }

    /// `http://127.0.0.1:PORT`: the base of Discord's API, and the address of the page.
    pub fn base(&self) -> String {
        format!("http://{}", self.discord.address)
    }

    /// The bot's token.
    pub fn bot_token(&self) -> &str {
        &self.discord.identity.bot_token
    }

    /// The URL of a webhook, as Discord shows it for copying; `None` when there is no webhook of this name.
    pub fn webhook_url(&self, name: &str) -> Option<String> {
        let state = self.discord.state();
        let webhook = state.webhooks.iter().find(|webhook| webhook.name == name)?;
        Some(format!("{}/api/webhooks/{}/{}", self.base(), webhook.id, webhook.token))
    }

    /// What a person on the page asks of the program that runs the stand-in. With it the page offers to explain messages.
    /// A later call takes over from an earlier one.
    pub fn host_requests(&self) -> mpsc::Receiver<HostRequest> {
        self.discord.host_requests()
    }

    /// The messages of a channel or thread, oldest first; the last 500.
    pub fn messages(&self, channel: &str) -> Vec<StoredMessage> {
        let state = self.discord.state();
        state.channel(channel).map(|channel| channel.messages.iter().cloned().collect()).unwrap_or_default()
    }

    /// The channels and threads.
    pub fn channels(&self) -> Vec<ChannelSpec> {
        self.discord.state().channels.iter().map(|channel| channel.spec.clone()).collect()
    }

    /// The requests that came in under `/api`, oldest first; the last 2000.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.discord.state().requests.iter().cloned().collect()
    }

    /// How many responses count towards Discord's ban: 401, 403, and 429 whose scope is not `shared`.
    pub fn invalid_requests(&self) -> u64 {
        self.discord.state().requests.invalid()
    }
}

/// Waiting.
impl StandIn {
    /// Evaluates `condition` now and after every change of the stand-in until it gives a value; `None` when the time is
    /// over.
    pub async fn wait_for<T>(&self, within: Duration, mut condition: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        self.discord.wait_for(within, || condition(self)).await
    }

    /// Waits until a channel holds at least `count` messages. Returns what it holds then, or when the time is over.
    pub async fn wait_for_messages(&self, channel: &str, count: usize, within: Duration) -> Vec<StoredMessage> {
        let enough = |standin: &Self| Some(standin.messages(channel)).filter(|messages| messages.len() >= count);
        self.wait_for(within, enough).await.unwrap_or_else(|| self.messages(channel))
    }

    /// Waits until a bot is connected and identified. False when the time is over.
    pub async fn wait_for_bot(&self, within: Duration) -> bool {
        self.wait_for(within, |standin| (standin.gateway_stats().live > 0).then_some(())).await.is_some()
    }
}

/// Faults and limits.
impl StandIn {
    /// Switches a fault on, beside those that are on already. The oldest that matches a request applies to it.
    pub fn inject(&self, fault: Fault) {
        self.discord.state().faults.0.push(fault);
        self.discord.publish_faults();
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.discord.state().faults.0.clear();
        self.discord.publish_faults();
    }

    /// Sets other limits and resets their counts.
    pub fn set_limits(&self, limits: RateLimits) {
        let mut state = self.discord.state();
        state.limits = limits;
        state.buckets.clear();
    }
}

/// Actions in a channel's settings, and of moderators.
impl StandIn {
    /// Adds a webhook, or replaces the one of the same id.
    pub fn put_webhook(&self, webhook: WebhookSpec) {
        let mut state = self.discord.state();
        state.webhooks.retain(|other| other.id != webhook.id);
        state.webhooks.push(webhook);
    }

    /// Deletes a webhook by its name.
    pub fn delete_webhook(&self, name: &str) {
        self.discord.state().webhooks.retain(|webhook| webhook.name != name);
    }

    /// Deletes a message. False when it is not there.
    pub fn delete_message(&self, channel: &str, id: &str) -> bool {
        let found = self.discord.state().remove_message_in(channel, id);
        self.discord.publish(json!({ "type": "delete", "channel": channel, "id": id }));
        found
    }

    /// Deletes a channel with its threads, or one thread. False when it is not there.
    pub fn delete_channel(&self, id: &str) -> bool {
        let found = self.discord.state().remove_channel(id);
        self.discord.publish(json!({ "type": "reload" }));
        found
    }

    /// Archives, locks or opens a thread. False when there is no such thread.
    pub fn set_thread_state(&self, id: &str, to: ThreadState) -> bool {
        let mut state = self.discord.state();
        let thread = state.channel_mut(id).filter(|channel| matches!(channel.spec.kind, ChannelKind::ThreadOf(_)));
        let found = thread.map(|thread| thread.thread = to).is_some();
        drop(state);
        self.discord.publish(json!({ "type": "reload" }));
        found
    }
}

/// The gateway.
impl StandIn {
    /// How many bots are connected, and how often bots identified and resumed.
    pub fn gateway_stats(&self) -> GatewayStats {
        self.discord.sessions.stats()
    }

    /// Refuses new gateway connections, or accepts them again.
    pub fn refuse_gateway(&self, refuse: bool) {
        self.discord.sessions.refuse(refuse);
    }

    /// Closes every gateway connection with a code. 1000 and 1001 end the sessions too.
    pub fn close_gateway(&self, code: u16) {
        self.discord.sessions.close_all(code);
    }

    /// Acknowledges heartbeats, or stops doing so.
    pub fn acknowledge_heartbeats(&self, acknowledge: bool) {
        self.discord.sessions.acknowledge(acknowledge);
    }

    /// Sets the heartbeat interval of later connections; Discord's is 41.25 s.
    pub fn set_heartbeat(&self, interval: Duration) {
        self.discord.sessions.set_heartbeat(interval);
    }

    /// Disconnects every bot and refuses new connections for so long.
    pub fn disconnect_gateway_for(&self, span: Duration) {
        self.discord.sessions.disconnect_for(span);
    }

    /// Disconnects every bot and removes its session: a resume is answered with INVALID_SESSION.
    pub fn invalidate_sessions(&self) {
        self.discord.sessions.invalidate();
    }
}

/// A member at the message box.
impl StandIn {
    /// The commands that can be typed in this channel, as Discord keeps them.
    pub fn commands(&self, channel: &str) -> Vec<Value> {
        self.discord.state().commands_in(channel).unwrap_or_default()
    }

    /// How long the bot may take for its first response to an interaction, from now on. At the start it is Discord's 3 s.
    pub fn limit_first_response(&self, limit: Duration) {
        self.discord.state().first_response = limit;
    }

    /// Types a command into a channel and waits for the response: 3 s for the first unless
    /// [`StandIn::limit_first_response`] set another time, `patience` more when it was deferred.
    ///
    /// # Errors
    /// What Discord's client says instead of sending it.
    pub async fn type_command(
        &self,
        member: &Member,
        channel: &str,
        text: &str,
        patience: Duration,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_command(&self.discord, member, channel, text)?;
        Ok(client::response(&self.discord, &id, patience).await)
    }

    /// Requests suggestions while a command is being typed; its last option is completed.
    ///
    /// # Errors
    /// When there is nothing to complete.
    pub async fn autocomplete(
        &self,
        member: &Member,
        channel: &str,
        text: &str,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_autocomplete(&self.discord, member, channel, text)?;
        Ok(client::response(&self.discord, &id, Duration::ZERO).await)
    }

    /// Presses the button with this custom id under a message.
    ///
    /// # Errors
    /// When there is no such message or button.
    pub async fn press_button(
        &self,
        member: &Member,
        message: &str,
        custom_id: &str,
        patience: Duration,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_press(&self.discord, member, message, custom_id)?;
        Ok(client::response(&self.discord, &id, patience).await)
    }

    /// Chooses a value of the select menu with this custom id under a message.
    ///
    /// # Errors
    /// When there is no such message, menu or value.
    pub async fn choose(
        &self,
        member: &Member,
        message: &str,
        choice: (&str, &str),
        patience: Duration,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_choice(&self.discord, member, message, choice)?;
        Ok(client::response(&self.discord, &id, patience).await)
    }

    /// Uses a command of a message's menu: a right click or a long press, then Apps.
    ///
    /// # Errors
    /// When there is no such message or command.
    pub async fn use_on_message(
        &self,
        member: &Member,
        message: &str,
        command: &str,
        patience: Duration,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_message_command(&self.discord, member, message, command)?;
        Ok(client::response(&self.discord, &id, patience).await)
    }

    /// Whether the gateway delivers each interaction twice.
    pub fn send_interactions_twice(&self, twice: bool) {
        self.discord.state().sends_twice = twice;
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.discord.shutdown.cancel();
        self.server.abort();
    }
}

fn router(discord: &Arc<Discord>) -> Router {
    Router::new()
        .route("/api/{*rest}", any(api::handle))
        .route("/gateway", get(root))
        .route("/", get(root))
        .merge(page::router())
        .with_state(Arc::clone(discord))
}

/// The gateway for a WebSocket upgrade, else the page.
async fn root(Shared(discord): Shared<Arc<Discord>>, request: Request) -> Response {
    if connection::is_upgrade(&request) { connection::upgrade(discord, request) } else { page::page() }
}
