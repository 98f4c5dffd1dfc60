//! One session: the serenity client, from the request for the gateway's address to its end. It runs in a thread and
//! runtime of its own, because serenity leaves tasks behind that only the end of their runtime stops.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serenity::all::GatewayIntents;
use serenity::client::ClientBuilder;
use serenity::gateway::GatewayError;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

use super::handler::Handler;
use super::state::SessionState;
use super::watchdog::Watchdog;
use super::{address, http};
use crate::bot::config::Config;
use crate::bot::dispatch::Dispatcher;
use crate::bot::session_end::{GatewayFailure, SessionEnd};
use crate::bot::state::BotState;
use hookbell_model::timestamp::Timestamp;

/// For closing the gateway connection and finishing the answers in flight.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(1500);

/// Nothing the bot does occupies its thread that long.
const HANG_TIMEOUT: Duration = Duration::from_secs(5);

/// A running client.
#[derive(Debug)]
pub(super) struct Session {
    runtime: OwnRuntime,
    client: JoinHandle<SessionEnd>,
    state: Arc<SessionState>,
    watchdog: Watchdog,
}

impl Session {
    /// # Errors
    /// When the operating system gives no thread.
    pub(super) fn start(config: Config, dispatcher: &Arc<Dispatcher>) -> io::Result<Self> {
        // One worker rather than a current-thread runtime: after some closes serenity's loop spins without ever
        // yielding, and then only another thread can notice and replace it.
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("bot").enable_all().build()?;
        let state = Arc::new(SessionState::new());
        let handler = Handler::new(Arc::clone(dispatcher), state.clone());
        let client = runtime.spawn(run_client(config, handler, Arc::clone(dispatcher), state.clone()));
        Ok(Self { runtime: OwnRuntime(Some(runtime)), client, state, watchdog: Watchdog::new(Instant::now()) })
    }

    /// Returns when the client ended, or when the watchdog says that it should.
    pub(super) async fn wait(&mut self, bot: &BotState) -> SessionEnd {
        let mut tick = interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                end = &mut self.client => return end.unwrap_or(SessionEnd::Panicked),
                _ = tick.tick() => {
                    if !self.runtime.makes_progress().await {
                        return SessionEnd::Hangs;
                    }
                    let observation = self.state.observe().await;
                    bot.observe(observation.connected, Timestamp::now());
                    if let Some(end) = self.watchdog.check(observation, Instant::now()) {
                        return end;
                    }
                }
            }
        }
    }

    pub(super) fn was_ready(&self) -> bool {
        self.state.was_ready()
    }

    /// Ends everything that this session started. `gracefully`: closes the connection and finishes answers in flight
    /// first, within [`CLOSE_TIMEOUT`].
    pub(super) async fn close(self, gracefully: bool) {
        if gracefully && timeout(CLOSE_TIMEOUT, self.state.shut_down()).await.is_err() {
            tracing::debug!("the Discord bot was stopped before it could disconnect");
        }
        self.client.abort();
        drop(self.runtime);
    }
}

/// A runtime that may be dropped from async code.
#[derive(Debug)]
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// Whether its one thread still takes up work: after some closes serenity's loop spins without end.
    async fn makes_progress(&self) -> bool {
        match &self.0 {
            Some(runtime) => timeout(HANG_TIMEOUT, runtime.spawn(async {})).await.is_ok(),
            None => false,
        }
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

async fn run_client(
    config: Config,
    handler: Handler,
    dispatcher: Arc<Dispatcher>,
    state: Arc<SessionState>,
) -> SessionEnd {
    match connect(&config, handler, &dispatcher, &state).await {
        Ok(()) => SessionEnd::Closed,
        Err(end) => end,
    }
}

async fn connect(
    config: &Config,
    handler: Handler,
    dispatcher: &Dispatcher,
    state: &SessionState,
) -> Result<(), SessionEnd> {
    let http = http::client(config).map_err(|_| SessionEnd::NoTls)?;
    let url = address::url(&dispatcher.client).await?;
    let builder = ClientBuilder::new_with_http(http, intents(dispatcher));
    let mut client = builder.raw_event_handler(handler).await.map_err(|error| end_of(&error))?;
    // The builder's own request may have fallen back to the real gateway's address.
    *client.ws_url.lock().await = url;
    state.started(client.shard_manager.clone());
    client.start().await.map_err(|error| end_of(&error))
}

/// None are needed to answer commands. Where there may be feeds, that a server, channel or thread is gone.
fn intents(dispatcher: &Dispatcher) -> GatewayIntents {
    let settings = dispatcher.settings.borrow();
    match settings.as_ref().is_some_and(|settings| settings.rules.has_open_sources()) {
        true => GatewayIntents::GUILDS,
        false => GatewayIntents::empty(),
    }
}

/// serenity's own texts can hold URLs with tokens.
fn end_of(error: &serenity::Error) -> SessionEnd {
    match error {
        serenity::Error::Gateway(GatewayError::InvalidAuthentication) => SessionEnd::TokenRefusedByGateway,
        serenity::Error::Gateway(GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents) => {
            SessionEnd::IntentsRefused
        }
        serenity::Error::Gateway(error) => SessionEnd::Failed(GatewayFailure::Gateway(error.to_string())),
        _ => SessionEnd::Failed(GatewayFailure::Broken),
    }
}
