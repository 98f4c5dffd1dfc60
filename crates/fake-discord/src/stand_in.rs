//! A running stand-in: what tests and the demo start, change and inspect.

mod control;
mod gateway;
mod people;
mod typing;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::response::Response;
use axum::routing::{any, get};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::discord::{Discord, Identity};
use crate::gateway::connection;
use crate::host::HostRequest;
use crate::message::StoredMessage;
use crate::options::StandInOptions;
use crate::people::ServerSpec;
use crate::request_log::RecordedRequest;
use crate::serve::serve;
use crate::spec::ChannelSpec;
use crate::state::DiscordState;
use crate::{api, page};

/// A running stand-in. Dropping it ends it at once; [`StandIn::stop`] lets open requests finish.
#[derive(Debug)]
pub struct StandIn {
    discord: Arc<Discord>,
    server: JoinHandle<()>,
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
            client_secret: options.client_secret,
            redirects: options.redirects,
        };
        let mut servers = options.servers;
        if let Some(first) = options.channels.first().map(|channel| channel.guild.clone())
            && servers.iter().all(|server| server.id != first)
        {
            servers.insert(0, ServerSpec::new(&first, &options.server));
        }
        let state = DiscordState::new((servers, options.people), options.channels, options.webhooks, options.limits);
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
