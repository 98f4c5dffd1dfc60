//! Takes deliveries from the store, one lane for each destination, and brings them to Discord in order: never
//! faster than allowed, for days if it must be. What an answer means is `discord`'s to say; what a message
//! looks like is `render`'s.

mod config;
mod forum;
mod lane;
mod metrics;
mod pace;
mod pacer;
mod place;
mod stop;
mod tags;
mod trip;
mod verdict;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tracing::{error, info, warn};

pub use self::config::Config;
use self::lane::{Ended, Lane};
pub use self::metrics::Metrics;
pub use self::pace::Budget;
use self::pacer::Pacer;
use self::stop::Stop;
pub use self::tags::Tags;
use crate::discord;
use crate::locale::Locale;
use crate::render::Templates;
use crate::secret::Webhook;
use crate::store::Store;
use crate::timestamp::Timestamp;

/// How long a lane rests after a panic before it is started again.
const PANIC_PAUSE: Duration = Duration::from_secs(5);
/// What a lane may take beyond the drain to write down how it ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

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

/// Everything the courier works with.
#[derive(Debug, Clone)]
pub struct Setup {
    pub store: Store,
    pub client: discord::Client,
    pub templates: Arc<Templates>,
    pub destinations: Vec<Destination>,
    pub config: Config,
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
    templates: Arc<Templates>,
    config: Config,
    owner: String,
    metrics: Metrics,
    pacer: Pacer,
}

/// Runs every lane until `shutdown` turns true (or its sender is gone). Then no new request is begun, those in
/// flight may finish within the drain, and the leases are given back.
pub async fn run(setup: Setup, shutdown: watch::Receiver<bool>) {
    let Setup { store, client, templates, destinations, config, owner, metrics, drain } = setup;
    let pacer = Pacer::new(config.channel_budget);
    let courier = Arc::new(Courier { store, client, templates, config, owner, metrics, pacer });
    let stop = Stop::new(shutdown, drain);
    if destinations.is_empty() {
        stop.signalled().await;
    }
    let clean = run_lanes(&courier, &destinations, &stop).await;
    if !clean {
        // Kept leases tell the next start that a request may have been under way.
        warn!("not every lane could be ended cleanly; the first delivery of a lane may be repeated at the next start");
    } else if let Err(error) = courier.store.release_lanes(&courier.owner).await {
        warn!(%error, "the lanes could not be given back");
    }
    info!("the courier has stopped");
}

/// Keeps a task for each lane until all have ended; `true` when each of them left nothing open.
async fn run_lanes(courier: &Arc<Courier>, destinations: &[Destination], stop: &Stop) -> bool {
    let mut tasks = JoinSet::new();
    let mut names: HashMap<Id, &Destination> = HashMap::new();
    for destination in destinations {
        courier.metrics.begin(&destination.name);
        let lane = Lane::new(Arc::clone(courier), destination.clone(), stop.clone());
        names.insert(tasks.spawn(lane.run()).id(), destination);
    }
    let mut clean = true;
    loop {
        let joined = tokio::select! {
            joined = tasks.join_next_with_id() => joined,
            () = stop.overdue(LAST_WORDS) => return false,
        };
        match joined {
            None => return clean,
            Some(Ok((_, ended))) => clean &= ended == Ended::Clean,
            Some(Err(failed)) => {
                let Some(destination) = names.remove(&failed.id()) else { continue };
                error!(destination = destination.name, "a lane failed unexpectedly and is started again");
                let lane = Lane::new(Arc::clone(courier), destination.clone(), stop.clone());
                names.insert(tasks.spawn(lane.run_again(PANIC_PAUSE)).id(), destination);
            }
        }
    }
}

/// The clock, read here and handed down.
fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
