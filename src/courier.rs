//! Takes deliveries from the store, one lane for each destination, and brings them to Discord in order: never
//! faster than allowed, for days if it must be. What an answer means is `discord`'s to say; what a message
//! looks like is `render`'s.

mod config;
mod forum;
mod lane;
mod lanes;
mod metrics;
mod pace;
mod pacer;
mod place;
mod stop;
mod tags;
mod trip;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use self::config::Config;
pub use self::metrics::Metrics;
pub use self::pace::Budget;
use self::pacer::Pacer;
use self::stop::Stop;
pub use self::tags::Tags;
use crate::discord;
use crate::store::Store;
use hookbell_model::locale::Locale;
use hookbell_model::secret::Webhook;
use hookbell_template::render::Templates;

/// Where deliveries go: a name from the config and its webhook.
#[derive(Debug, Clone)]
pub struct Destination {
    pub name: String,
    pub webhook: Webhook,
    /// What its readers read; numbers, money and the texts of templates follow it. Default English.
    pub locale: Locale,
    /// The tags of its forum by name. Default none.
    pub tags: Tags,
}

/// What the courier goes by. May be replaced while it runs: lanes begin and end, and what they do next they do
/// by the new one.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub templates: Templates,
    pub destinations: Vec<Destination>,
    pub config: Config,
}

/// Everything the courier works with.
#[derive(Debug, Clone)]
pub struct Setup {
    pub store: Store,
    pub client: discord::Client,
    pub settings: watch::Receiver<Arc<Settings>>,
    /// Names this process in its leases; unique among the processes that share the store.
    pub owner: String,
    pub metrics: Metrics,
    /// How long the requests in flight may take to finish after the signal to stop.
    pub drain: Duration,
}

/// What all lanes share.
#[derive(Debug)]
struct Courier {
    store: Store,
    client: discord::Client,
    settings: watch::Receiver<Arc<Settings>>,
    owner: String,
    metrics: Metrics,
    pacer: Pacer,
}

impl Courier {
    /// As they are now.
    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.borrow())
    }
}

impl Settings {
    fn destination(&self, name: &str) -> Option<&Destination> {
        self.destinations.iter().find(|destination| destination.name == name)
    }
}

/// Runs every lane until `shutdown` is cancelled. Then no new request is begun, those in
/// flight may finish within the drain, and the leases are given back.
pub async fn run(setup: Setup, shutdown: CancellationToken) {
    let Setup { store, client, settings, owner, metrics, drain } = setup;
    let pacer = Pacer::new(settings.borrow().config.channel_budget);
    let courier = Arc::new(Courier { store, client, settings, owner, metrics, pacer });
    let stop = Stop::new(shutdown, drain);
    let clean = lanes::run(&courier, &stop).await;
    if !clean {
        // Kept leases tell the next start that a request may have been under way.
        warn!("not every lane could be ended cleanly; the first delivery of a lane may be repeated at the next start");
    } else if let Err(error) = courier.store.release_lanes(&courier.owner).await {
        warn!(%error, "the lanes could not be given back");
    }
    info!("the courier has stopped");
}

/// Returns when other settings than those last taken from this receiver are there; never when nobody is left to
/// replace them. Does not take them.
async fn replaced(settings: &watch::Receiver<Arc<Settings>>) {
    if settings.clone().changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
