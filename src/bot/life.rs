//! One life of the serenity client, from the question for the gateway to its end. It runs in a thread and
//! runtime of its own, because serenity leaves tasks behind that only the end of their runtime stops.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serenity::all::{ConnectionStage, GatewayIntents, ShardManager};
use serenity::client::ClientBuilder;
use serenity::gateway::GatewayError;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

use super::dispatch::{Desk, Handler};
use super::state::State;
use super::watchdog::{Seen, Watchdog};
use super::words::words;
use super::{Config, gateway};
use crate::store::Store;
use hookbell_model::timestamp::Timestamp;

/// For taking leave of Discord and finishing the answers in flight.
const LEAVE: Duration = Duration::from_millis(1500);

/// Nothing the bot does takes its thread that long.
const HANGS: Duration = Duration::from_secs(5);

/// Why a life ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// A line for people; never a URL or a token.
    pub(super) why: String,
    /// Trying again soon would not help.
    pub(super) fatal: bool,
    /// Not to be started again for this long, as Discord said.
    pub(super) hold: Option<Duration>,
    pub(super) was_ready: bool,
}

impl End {
    pub(super) fn failed(why: impl Into<String>) -> Self {
        Self { why: why.into(), fatal: false, hold: None, was_ready: false }
    }

    pub(super) fn fatal(why: impl Into<String>) -> Self {
        Self { fatal: true, ..Self::failed(why) }
    }
}

/// What both sides of a life know of it.
#[derive(Debug)]
pub(super) struct Vitals {
    pub(super) sessions: AtomicU32,
    manager: OnceLock<Arc<ShardManager>>,
    /// Interactions being answered.
    pub(super) busy: watch::Sender<usize>,
}

impl Vitals {
    fn new() -> Self {
        Self { sessions: AtomicU32::new(0), manager: OnceLock::new(), busy: watch::Sender::new(0) }
    }

    async fn look(&self) -> Seen {
        let mut seen = Seen { sessions: self.sessions.load(Ordering::Relaxed), ..Seen::default() };
        let Some(manager) = self.manager.get() else { return seen };
        // A lock that cannot be had is a bot that does not run.
        if let Ok(runners) = timeout(Duration::from_secs(1), manager.runners.lock()).await {
            for runner in runners.values() {
                seen.connected |= runner.stage == ConnectionStage::Connected;
                seen.latency = runner.latency;
            }
        }
        seen
    }
}

/// A running client.
#[derive(Debug)]
pub(super) struct Life {
    runtime: Own,
    client: JoinHandle<End>,
    vitals: Arc<Vitals>,
    watchdog: Watchdog,
}

impl Life {
    pub(super) fn begin(config: &Arc<Config>, store: &Store, state: &Arc<State>) -> io::Result<Self> {
        // One worker rather than a current-thread runtime: after some closes serenity's loop spins without
        // ever yielding, and then only another thread can notice and go on.
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("bot").enable_all().build()?;
        let vitals = Arc::new(Vitals::new());
        let desk = Desk { store: store.clone(), state: state.clone() };
        let handler = Handler::new(desk, config.clone(), vitals.clone());
        let client = runtime.spawn(live(config.clone(), handler, vitals.clone()));
        Ok(Self { runtime: Own(Some(runtime)), client, vitals, watchdog: Watchdog::new(Instant::now()) })
    }

    /// Returns when the client ended, or when the watchdog says that it should.
    pub(super) async fn ended(&mut self, state: &State) -> End {
        let mut tick = interval(Duration::from_secs(1));
        let end = loop {
            tokio::select! {
                end = &mut self.client => {
                    break end.unwrap_or_else(|_| End::failed("the Discord client broke down (a bug)"));
                }
                _ = tick.tick() => {
                    if !self.runtime.moves().await {
                        break End::failed("the Discord client hangs");
                    }
                    let seen = self.vitals.look().await;
                    state.seen(seen.connected, Timestamp::now());
                    if let Some(why) = self.watchdog.look(seen, Instant::now()) {
                        break End::failed(why);
                    }
                }
            }
        };
        End { was_ready: self.vitals.sessions.load(Ordering::Relaxed) > 0, ..end }
    }

    /// Ends everything that belongs to this life; `politely` lets Discord know and finishes the answers in
    /// flight first, within [`LEAVE`].
    pub(super) async fn close(self, politely: bool) {
        if politely {
            let mut busy = self.vitals.busy.subscribe();
            let leave = async {
                if let Some(manager) = self.vitals.manager.get() {
                    manager.shutdown_all().await;
                }
            };
            let finish = async { drop(busy.wait_for(|count| *count == 0).await) };
            if timeout(LEAVE, async { tokio::join!(leave, finish) }).await.is_err() {
                tracing::debug!("the Discord bot was ended without taking leave");
            }
        }
        self.client.abort();
        drop(self.runtime);
    }
}

/// A runtime that may be dropped from async code.
#[derive(Debug)]
struct Own(Option<Runtime>);

impl Own {
    /// Whether its one thread still takes up work: after some closes serenity's loop spins for good.
    async fn moves(&self) -> bool {
        match &self.0 {
            Some(runtime) => timeout(HANGS, runtime.spawn(async {})).await.is_ok(),
            None => false,
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

async fn live(config: Arc<Config>, handler: Handler, vitals: Arc<Vitals>) -> End {
    match start(&config, handler, &vitals).await {
        Ok(()) => End::failed("Discord's gateway closed the connection"),
        Err(end) => end,
    }
}

async fn start(config: &Config, handler: Handler, vitals: &Vitals) -> Result<(), End> {
    let http = gateway::http(config)?;
    let url = gateway::ask(&http).await?;
    let builder = ClientBuilder::new_with_http(http, GatewayIntents::empty());
    let mut client = builder.raw_event_handler(handler).await.map_err(|error| ended(&error))?;
    // What the builder asked for may be the real gateway's address, its fallback.
    *client.ws_url.lock().await = url;
    drop(vitals.manager.set(client.shard_manager.clone()));
    client.start().await.map_err(|error| ended(&error))
}

fn ended(error: &serenity::Error) -> End {
    match error {
        serenity::Error::Gateway(GatewayError::InvalidAuthentication) => {
            End::fatal("Discord's gateway refuses the bot token (4004); check `bot_token`")
        }
        serenity::Error::Gateway(GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents) => {
            End::fatal("Discord's gateway refuses the bot's intents (4013 or 4014)")
        }
        error => End::failed(words(error)),
    }
}
