//! Wires the rooms together: opens the store, binds both doors, runs every room, ends them in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::intake::Intake;
use crate::store::Store;
use crate::web::Web;
use crate::{bot, courier, discord, intake, janitor, web};

/// How long requests to Discord that are under way may take once the end has come.
const DRAIN: Duration = Duration::from_secs(8);

/// A hookbell that holds its addresses and its database, ready to run.
pub struct App {
    store: Store,
    public: TcpListener,
    admin: TcpListener,
    intake: Intake,
    web: Web,
    courier: courier::Setup,
    bot: Option<bot::Config>,
    bot_state: Arc<bot::state::State>,
    keep: Option<Duration>,
}

impl App {
    /// Opens the store and binds both listeners. Nothing is sent or answered yet.
    ///
    /// # Errors
    /// When the database cannot be opened or an address cannot be bound.
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        let store = Store::open(&config.store).await?;
        let public = bind(config.intake.listen, "server.listen").await?;
        let admin = bind(config.web.listen, "server.admin_listen").await?;
        let mut registry = Registry::default();
        let intake_metrics = intake::Metrics::register(&mut registry);
        let courier_metrics = courier::Metrics::register(&mut registry);
        let bot_state = Arc::new(bot::state::State::default());
        bot_state.metrics.register(&mut registry);
        let client = discord::Client::new(&config.api_base).map_err(anyhow::Error::msg).context("HTTP client")?;
        let intake = Intake::new(config.intake, config.sources, config.rules, store.clone(), intake_metrics);
        intake.warn_of_waiting().await?;
        let told = Arc::clone(&bot_state);
        let web = Web { store: store.clone(), registry, bot: Box::new(move || tell(&told)), config: config.web };
        let courier = courier::Setup {
            store: store.clone(),
            client,
            templates: Arc::new(config.templates),
            destinations: config.destinations,
            config: config.courier,
            owner: owner(),
            metrics: courier_metrics,
            drain: DRAIN,
        };
        Ok(Self { store, public, admin, intake, web, courier, bot: config.bot, bot_state, keep: config.store.keep })
    }

    /// Where `/hooks/*` is served.
    ///
    /// # Errors
    /// When the socket has no address any more.
    pub fn public_address(&self) -> std::io::Result<SocketAddr> {
        self.public.local_addr()
    }

    /// Where the private endpoints are served.
    ///
    /// # Errors
    /// When the socket has no address any more.
    pub fn admin_address(&self) -> std::io::Result<SocketAddr> {
        self.admin.local_addr()
    }

    /// The store, for those who want to look into it while the app runs.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// Runs until `shutdown` turns true, then ends the rooms in the order of an event's way, so that nothing
    /// that was answered misses its place in the store.
    pub async fn run(self, shutdown: watch::Receiver<bool>) {
        let shutdown_of_web = shutdown.clone();
        let courier = tokio::spawn(courier::run(self.courier, shutdown.clone()));
        let bot =
            self.bot.map(|config| tokio::spawn(bot::run(config, self.store.clone(), self.bot_state, shutdown.clone())));
        if let Some(keep) = self.keep {
            tokio::spawn(janitor::run(self.store.clone(), keep, shutdown.clone()));
        }
        let web = tokio::spawn(async move {
            if let Err(error) = self.web.run(self.admin, shutdown_of_web).await {
                tracing::error!(%error, "the admin listener has ended; events are still taken");
            }
        });
        intake::run(self.public, Arc::new(self.intake), shutdown).await;
        ended("courier", courier).await;
        if let Some(bot) = bot {
            ended("bot", bot).await;
        }
        // Scrapers may hold their connection open; nobody waits for them.
        web.abort();
        self.store.close().await;
    }
}

async fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("`{key}`: cannot listen on {address}"))
}

async fn ended(room: &str, task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(%error, room, "did not end cleanly");
    }
}

fn tell(state: &bot::state::State) -> web::Bot {
    let health = state.health();
    web::Bot { state: health.word().to_owned(), reason: Some(health.reason()).filter(|reason| !reason.is_empty()) }
}

/// The name of this process in its leases. A restarted process is another owner.
fn owner() -> String {
    format!("{}-{:08x}", std::process::id(), fastrand::u32(..))
}
