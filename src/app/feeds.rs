//! The feeds beside the config's routes and destinations. They are in the store, where the bot and the courier change
//! them; the intake and the courier take them up within a second, without a restart.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::courier::{CourierSettings, Destination};
use crate::intake::{Intake, Source};
use crate::rules::Rules;
use crate::store::{self, Store};
use hookbell_model::feed::Feed;

/// How often the store is read.
const POLL: Duration = Duration::from_secs(1);

/// Where events go: what the config says, with the feeds.
#[derive(Debug)]
pub(super) struct Routed {
    intake: Arc<Intake>,
    courier: watch::Sender<Arc<CourierSettings>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Of the config alone.
    rules: Rules,
    settings: CourierSettings,
    feeds: Vec<Feed>,
}

impl State {
    /// The config's destinations, and those of the feeds that are open.
    fn courier(&self) -> CourierSettings {
        let mut settings = self.settings.clone();
        let is_open = |feed: &&Feed| self.rules.is_open_to(&feed.settings.source, &feed.place.guild);
        settings.destinations.extend(self.feeds.iter().filter(is_open).map(Destination::of_feed));
        settings
    }

    fn rules(&self) -> Rules {
        self.rules.with_feeds(&self.feeds)
    }
}

impl Routed {
    /// Takes what the config says, and the feeds that the store has, before anything is accepted.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) async fn start(
        intake: Arc<Intake>,
        rules: Rules,
        settings: CourierSettings,
        store: &Store,
    ) -> store::Result<Self> {
        let state = State { rules, settings, feeds: store.feeds().await? };
        intake.replace_rules(state.rules());
        let courier = watch::Sender::new(Arc::new(state.courier()));
        Ok(Self { intake, courier, state: Mutex::new(state) })
    }

    pub(super) fn courier(&self) -> watch::Receiver<Arc<CourierSettings>> {
        self.courier.subscribe()
    }

    /// The config was changed. The courier gets its settings first: what is accepted by the new rules finds its lanes and
    /// templates.
    pub(super) fn replace(&self, sources: Vec<Source>, rules: Rules, settings: CourierSettings) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.rules, state.settings) = (rules, settings);
        self.courier.send_replace(Arc::new(state.courier()));
        self.intake.replace(sources, state.rules());
    }

    /// Takes up what has changed in the store, until the program stops.
    pub(super) async fn follow(&self, store: Store, shutdown: CancellationToken) {
        let mut failing = false;
        loop {
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                () = shutdown.cancelled() => return,
            }
            match store.feeds().await {
                Ok(feeds) => {
                    failing = false;
                    self.take_up(feeds);
                }
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "the feeds cannot be read; those that are known go on");
                    }
                }
            }
        }
    }

    fn take_up(&self, feeds: Vec<Feed>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.feeds == feeds {
            return;
        }
        state.feeds = feeds;
        self.courier.send_replace(Arc::new(state.courier()));
        self.intake.replace_rules(state.rules());
        tracing::info!(feeds = state.feeds.len(), "the changed feeds are in use");
    }
}
