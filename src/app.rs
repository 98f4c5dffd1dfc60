//! Wires the modules together: opens the store, binds both listeners, runs every service, and stops them in order.

mod feeds;
mod listeners;
mod metrics;
mod reload;
mod service_manager;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::listeners::InheritedListeners;

use self::feeds::Routed;
use self::metrics::Metrics;
use self::reload::{ReloadTriggers, Reloadable, RestartOnly, expected_sources};
use crate::bot;
use crate::config::{Config, FileWatcher};
use crate::courier;
use crate::discord;
use crate::intake;
use crate::intake::Intake;
use crate::notify::Notifier;
use crate::report::troubles::Troubles;
use crate::scheduler::{alerts, digest, escalation, mutes, reminders, retention, silence};
use crate::store::Store;
use crate::web;
use crate::web::{BotStatus, ConfigStatus, IntakeStatus, StoreProbe, WebState};
use hookbell_model::timestamp::{Clock, Timestamp};

/// How long requests to Discord that are in flight may take after the signal to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// A hookbell that holds its addresses and its database, ready to run.
pub struct App {
    store: Store,
    public: TcpListener,
    admin: TcpListener,
    web: WebState,
    courier: courier::Setup,
    bot: bot::Setup,
    alerts: alerts::Setup,
    services: Reloadable,
    /// None = the config never changes.
    reload: Option<ReloadTriggers>,
}

impl App {
    /// Opens the store and binds both listeners. Nothing is sent or answered yet.
    ///
    /// # Errors
    /// When the database cannot be opened or an address cannot be bound.
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        Self::build_with(config, InheritedListeners::default()).await
    }

    /// As [`App::build`], with the sockets that a service manager has handed over.
    ///
    /// # Errors
    /// The same.
    pub async fn build_with(config: Config, mut listeners: InheritedListeners) -> anyhow::Result<Self> {
        let store = Store::open(&config.store).await?;
        let public = listeners.public(config.intake.listen).await?;
        let admin = listeners.admin(config.web.listen).await?;
        let mut registry = Registry::default();
        let intake_metrics = intake::Metrics::register(&mut registry);
        let courier_metrics = courier::Metrics::register(&mut registry);
        let bot_state = Arc::new(bot::state::BotState::default());
        bot_state.metrics.register(&mut registry);
        let metrics = Metrics::register(&mut registry);
        let restart_only = RestartOnly::of(&config);
        let client = discord::Client::new(&config.api_base).context("HTTP client")?;
        let client = client.with_bot(config.bot.as_ref().map(|bot| bot.token.clone()));
        let (troubles, notifier) = (Troubles::default(), Notifier::new().context("HTTP client")?);
        let expected = watch::Sender::new(Arc::new(expected_sources(&config)));
        let bot = watch::Sender::new(config.bot_settings().map(Arc::new));
        let alerts = watch::Sender::new(config.alerts.map(Arc::new));
        let (store_of_intake, troubles_of_intake) = (store.clone(), troubles.clone());
        let intake = Intake::new(
            config.intake,
            config.sources,
            config.rules.clone(),
            store_of_intake,
            intake_metrics,
            troubles_of_intake,
        );
        let endpoint = Arc::new(bot::Endpoint::default());
        let intake = intake.with_interactions(answer_interactions(Arc::clone(&endpoint)));
        intake.warn_of_waiting().await?;
        let Config { templates, destinations, courier: config_of_courier, rules, .. } = config;
        let settings = courier::CourierSettings { templates, destinations, config: config_of_courier };
        let intake = Arc::new(intake);
        let routed = Arc::new(Routed::start(Arc::clone(&intake), rules, settings, &store).await?);
        let services = Reloadable {
            intake: Arc::clone(&intake),
            routed,
            token: watch::Sender::new(config.web.token),
            keep: watch::Sender::new(config.store.keep),
            config_status: watch::Sender::new(ConfigStatus { since: Timestamp::now(), ..ConfigStatus::default() }),
            restart_only,
            metrics,
            alerts,
            expected,
            bot,
            troubles: troubles.clone(),
        };
        let alerts = alerts::Setup {
            store: store.clone(),
            notifier: notifier.clone(),
            troubles: troubles.clone(),
            config: services.alerts.subscribe(),
        };
        let bot = Arc::clone(&bot_state);
        let web = WebState {
            store: store.clone(),
            probe: StoreProbe::new(store.clone()),
            registry,
            bot: Box::new(move || bot_status(&bot)),
            intake: Box::new(move || intake_status(intake.load())),
            token: services.token.subscribe(),
            config: services.config_status.subscribe(),
        };
        let courier = courier::Setup {
            store: store.clone(),
            client,
            settings: services.routed.courier(),
            owner: owner(),
            metrics: courier_metrics,
            clock: Clock::default(),
            notifier,
            troubles,
            drain: DRAIN,
        };
        let settings = services.bot.subscribe();
        let bot = bot::Setup { store: store.clone(), settings, state: bot_state, endpoint };
        Ok(Self { store, public, admin, web, courier, bot, alerts, services, reload: None })
    }

    /// Reloads the config when its files change while it runs; `hang_up` makes it reload in any case.
    #[must_use]
    pub fn watching(self, watcher: FileWatcher, hang_up: Arc<Notify>) -> Self {
        Self { reload: Some(ReloadTriggers { watcher, hang_up }), ..self }
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

    /// The store, for callers that read it while the app runs.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// Runs until `shutdown` is cancelled, then stops the services in the order in which an event passes them, so
    /// that every event that was answered is in the store.
    pub async fn run(self, shutdown: CancellationToken) {
        tokio::spawn(service_manager::run(shutdown.clone()));
        let shutdown_of_web = shutdown.clone();
        let courier = tokio::spawn(courier::run(self.courier, shutdown.clone()));
        let bot = tokio::spawn(bot::run(self.bot, shutdown.clone()));
        tokio::spawn(reminders::run(self.store.clone(), shutdown.clone()));
        tokio::spawn(escalation::run(self.store.clone(), shutdown.clone()));
        tokio::spawn(digest::run(self.store.clone(), shutdown.clone()));
        tokio::spawn(mutes::run(self.store.clone(), shutdown.clone()));
        tokio::spawn(retention::run(self.store.clone(), self.services.keep.subscribe(), shutdown.clone()));
        let troubles = self.services.troubles.clone();
        let expected = self.services.expected.subscribe();
        tokio::spawn(silence::run(self.store.clone(), expected, troubles, shutdown.clone()));
        tokio::spawn(alerts::run(self.alerts, shutdown.clone()));
        let (routed, store, until) = (Arc::clone(&self.services.routed), self.store.clone(), shutdown.clone());
        tokio::spawn(async move { routed.follow(store, until).await });
        let web = tokio::spawn(async move {
            if let Err(error) = web::run(self.web, self.admin, shutdown_of_web).await {
                tracing::error!(%error, "the admin listener has ended; events are still accepted");
            }
        });
        let intake = Arc::clone(&self.services.intake);
        let services = Arc::new(self.services);
        if let Some(reload) = self.reload {
            let (services, shutdown) = (Arc::clone(&services), shutdown.clone());
            tokio::spawn(async move { reload.run(&services, shutdown).await });
        }
        intake::run(self.public, intake, shutdown).await;
        ended("courier", courier).await;
        ended("bot", bot).await;
        // Scrapers may hold their connection open; the stop does not wait for them.
        web.abort();
        self.store.close().await;
        drop(services);
    }
}

async fn ended(service: &str, task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(%error, service, "did not end cleanly");
    }
}

/// Passes Discord's interactions from the public listener on to the bot.
fn answer_interactions(endpoint: Arc<bot::Endpoint>) -> intake::AnswerInteraction {
    Box::new(move |request| {
        let endpoint = Arc::clone(&endpoint);
        Box::pin(async move {
            let intake::InteractionRequest { signature, timestamp, body } = request;
            let (signature, timestamp) = (signature.unwrap_or_default(), timestamp.unwrap_or_default());
            let reply = endpoint.answer(&signature, &timestamp, &body).await?;
            let body = reply.body.map(|body| body.to_string()).unwrap_or_default();
            Some(intake::InteractionReply { status: reply.status, body })
        })
    })
}

fn bot_status(state: &bot::state::BotState) -> BotStatus {
    let health = state.health();
    BotStatus { state: health.as_str(), reason: health.reason() }
}

fn intake_status(load: intake::Load) -> IntakeStatus {
    let intake::Load { connections, body_memory, limited_seconds, refused, store_failed } = load;
    IntakeStatus { connections, body_memory, limited_seconds, refused, store_failed }
}

/// The name of this process in its leases. A restarted process is another owner.
fn owner() -> String {
    format!("{}-{:08x}", std::process::id(), fastrand::u32(..))
}
