//! Takes deliveries from the store, one lane for each destination, and sends them to Discord in order: never faster
//! than allowed, for days if need be. What an answer means is decided by `discord`, what a message contains by its
//! template.

mod assemble;
mod attempted;
mod batch;
mod commands;
mod config;
mod decision;
mod delay;
mod fallback;
mod feed_end;
mod group;
mod head;
mod lane;
mod lanes;
mod lookup;
mod metrics;
mod mutes;
mod outage;
mod pacer;
mod posts;
mod pressure;
mod prober;
mod rate_limiter;
mod request;
mod search;
mod settings;
mod shared;
mod stop;
mod timing;
mod window;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use self::config::Config;
pub use self::metrics::Metrics;
use self::mutes::ActiveMutes;
use self::outage::Outage;
use self::pacer::Pacer;
pub use self::settings::{CourierSettings, Destination, Fallback, FallbackTarget};
use self::shared::Courier;
use self::stop::Stop;
use crate::discord;
use crate::notify::Notifier;
use crate::report::troubles::Troubles;
use crate::store::Store;
use hookbell_model::timestamp::Clock;

/// Everything the courier works with.
#[derive(Debug, Clone)]
pub struct Setup {
    pub store: Store,
    pub client: discord::Client,
    pub settings: watch::Receiver<Arc<CourierSettings>>,
    /// Names this process in its leases; unique among the processes that share the store.
    pub owner: String,
    pub metrics: Metrics,
    pub clock: Clock,
    pub notifier: Notifier,
    /// Takes what an operator has to know of.
    pub troubles: Troubles,
    /// How long the requests in flight may take to finish after the signal to stop.
    pub drain: Duration,
}

/// Runs every lane until `shutdown` is cancelled. Then no new request is begun, those in flight may finish within the
/// drain, and the leases are given back.
pub async fn run(setup: Setup, shutdown: CancellationToken) {
    let Setup { store, client, settings, owner, metrics, clock, notifier, troubles, drain } = setup;
    let pacer = Pacer::new(settings.borrow().config.channel_budget);
    let (outage, commands) = (Outage::default(), watch::Sender::default());
    let mutes = ActiveMutes::read(store.clone()).await;
    let courier = Courier {
        store,
        client,
        settings,
        started: clock.now(),
        owner,
        metrics,
        pacer,
        clock,
        outage,
        commands,
        mutes,
        notifier,
        troubles,
        bot_owned: Mutex::default(),
    };
    let courier = Arc::new(courier);
    let stop = Stop::new(shutdown, drain);
    let mut beside = JoinSet::new();
    beside.spawn(prober::run(Arc::clone(&courier), stop.clone()));
    beside.spawn(fallback::run(Arc::clone(&courier), stop.clone()));
    beside.spawn(commands::run(Arc::clone(&courier), stop.clone()));
    let clean = tokio::select! {
        clean = lanes::run(&courier, &stop) => clean,
        () = courier.mutes.follow() => false,
    };
    if !clean {
        // A lease that is not given back marks a lane whose first delivery may have been posted.
        warn!("not every lane ended cleanly; the first delivery of a lane may be repeated at the next start");
    } else if let Err(error) = courier.store.release_lanes(&courier.owner).await {
        warn!(%error, "the leases of the lanes could not be given back");
    }
    info!("the courier has stopped");
}
