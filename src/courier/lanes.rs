//! Runs a task for each lane: starts those of new destinations, lets those end whose destination is gone, restarts
//! those that panicked.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tracing::error;

use super::lane::{Lane, LaneEnd};
use super::settings::{CourierSettings, replaced};
use super::shared::Courier;
use super::stop::Stop;

/// Between a panic of a lane and its restart.
const PANIC_PAUSE: Duration = Duration::from_secs(5);
/// What a lane may take beyond the drain to record its last outcome.
const RECORDING: Duration = Duration::from_secs(2);

/// The tasks with the names of their destinations. A destination never has two.
#[derive(Debug)]
struct Lanes<'c> {
    courier: &'c Arc<Courier>,
    stop: &'c Stop,
    tasks: JoinSet<LaneEnd>,
    names: HashMap<Id, String>,
}

/// Runs until the signal to stop was given and all lanes have ended; `true` when each of them left nothing open.
pub(super) async fn run(courier: &Arc<Courier>, stop: &Stop) -> bool {
    let mut settings = courier.settings.clone();
    let mut lanes = Lanes { courier, stop, tasks: JoinSet::new(), names: HashMap::new() };
    let mut clean = true;
    loop {
        let current = Arc::clone(&settings.borrow_and_update());
        if !stop.is_set() {
            courier.pacer.set_budget(current.config.channel_budget);
            lanes.begin(&current);
        } else if lanes.tasks.is_empty() {
            return clean;
        }
        tokio::select! {
            Some(joined) = lanes.tasks.join_next_with_id() => clean &= lanes.ended(joined),
            () = replaced(&settings) => {}
            () = stop.signalled(), if !stop.is_set() => {}
            () = stop.overdue(RECORDING) => return false,
        }
    }
}

impl Lanes<'_> {
    /// Starts a lane for each destination that has none. One whose lane is just ending gets the next one after that.
    fn begin(&mut self, settings: &CourierSettings) {
        for destination in &settings.destinations {
            if self.names.values().any(|name| *name == destination.name) {
                continue;
            }
            self.courier.metrics.begin(&destination.name);
            let lane = Lane::new(Arc::clone(self.courier), destination.clone(), self.stop.clone());
            self.names.insert(self.tasks.spawn(lane.run()).id(), destination.name.clone());
        }
    }

    /// `false` when something was left open.
    fn ended(&mut self, joined: Result<(Id, LaneEnd), JoinError>) -> bool {
        match joined {
            Ok((id, ended)) => {
                self.names.remove(&id);
                ended == LaneEnd::Clean
            }
            Err(failed) => {
                let Some(name) = self.names.remove(&failed.id()) else { return true };
                error!(destination = name, "a lane panicked and is restarted");
                if let Some(destination) = self.courier.settings().destination(&name) {
                    let lane = Lane::new(Arc::clone(self.courier), destination.clone(), self.stop.clone());
                    self.names.insert(self.tasks.spawn(lane.run_again(PANIC_PAUSE)).id(), name);
                }
                true
            }
        }
    }
}
