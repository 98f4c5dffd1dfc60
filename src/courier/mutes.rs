//! The mutes that are in force. They are read when an operator has changed something here, and once a second for commands that
//! write beside the running server; lanes look at what was read.

use std::time::Duration;

use tokio::sync::watch;
use tracing::warn;

use crate::compose::ComposeInput;
use crate::store::Store;
use hookbell_model::delivery::{Mute, MuteCandidate, MutedBy, mute_for};
use hookbell_model::own_event::{MUTE_ENDED, OWN};
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::Rendered;

/// How often the store is read.
const POLL: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct ActiveMutes {
    store: Store,
    /// Those that have not ended when they were read.
    mutes: watch::Sender<Vec<Mute>>,
}

impl ActiveMutes {
    /// With those of the store, so that no lane begins without them.
    pub(super) async fn read(store: Store) -> Self {
        let mutes = Self { store, mutes: watch::Sender::new(Vec::new()) };
        mutes.update(&mut false).await;
        mutes
    }

    /// Reads them again and again.
    pub(super) async fn follow(&self) {
        let (mut failing, mut changes) = (false, self.store.changes());
        loop {
            changes.wait(POLL).await;
            self.update(&mut failing).await;
        }
    }

    /// The mute that holds a message back.
    pub(super) fn find(
        &self,
        destination: &str,
        input: ComposeInput<'_>,
        message: &Rendered,
        now: Timestamp,
    ) -> Option<MutedBy> {
        let ComposeInput { event, plan, .. } = input;
        // What a mute held back is said although another one is in force: it is said once.
        if event.source == OWN && event.event_type == MUTE_ENDED {
            return None;
        }
        let (severity, keys) = (message.severity, message.live.keys.as_slice());
        let candidate = MuteCandidate { event, destination, route: plan.route.as_ref(), severity, keys };
        mute_for(self.mutes.borrow().iter(), candidate, now)
    }

    /// Changes when a mute was made or ended by command.
    pub(super) fn subscribe(&self) -> watch::Receiver<Vec<Mute>> {
        self.mutes.subscribe()
    }

    /// While the store cannot be read, those that were read last stay in force.
    async fn update(&self, failing: &mut bool) {
        match self.store.active_mutes(Timestamp::now()).await {
            Ok(mutes) => {
                *failing = false;
                self.mutes.send_if_modified(|known| {
                    let differs = *known != mutes;
                    *known = mutes;
                    differs
                });
            }
            Err(error) => {
                if !std::mem::replace(failing, true) {
                    warn!(%error, "the mutes cannot be read; those that are known stay in force");
                }
            }
        }
    }
}
