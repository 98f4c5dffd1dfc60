//! The lease of a lane, and what the store knows of the lane with it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::super::lookup;
use super::Lane;
use crate::store;
use hookbell_model::delivery::CollectCause;
use hookbell_model::timestamp::Timestamp;

const LEASE: Duration = Duration::from_secs(120);
/// Renewed when less than this is left: more than a look-up, the wait for a permit and a request may take together.
const LEASE_LEFT: Duration = Duration::from_secs(100);

impl Lane {
    /// Claims the lane or renews the lease, when there is need or an operator has changed the lane; `false` while another
    /// process owns it.
    pub(super) async fn hold_lease(&mut self) -> store::Result<bool> {
        let left = self.leased_until.map(|until| until.saturating_duration_since(Instant::now()));
        if !self.was_commanded && left.is_some_and(|left| left >= LEASE_LEFT) {
            return Ok(true);
        }
        let now = self.courier.clock.now();
        let (until, leased_until) = (now.after(LEASE), Instant::now() + LEASE);
        let claimed = self.courier.store.claim_lane(&self.destination.name, &self.courier.owner, now, until).await?;
        let first = self.leased_until.is_none();
        self.leased_until = claimed.as_ref().map(|_| leased_until);
        let Some(lane) = claimed else { return Ok(false) };
        if first {
            self.head.left_open = lane.left_open;
            self.recall_storms(now).await?;
        }
        self.was_commanded = false;
        self.parked = lane.parked;
        self.note_paused(lane.paused);
        if std::mem::replace(&mut self.asked, lane.asked) != lane.asked && !first {
            self.revival.at_once();
        }
        let fingerprint = self.destination.webhook.fingerprint();
        match lane.channel.filter(|_| first) {
            Some(known) if known.fingerprint == fingerprint => {
                self.courier.pacer.place(&self.destination.webhook, &known.channel);
                self.courier.note_owner(&self.destination.webhook, known.application.is_some());
            }
            // What waits is to be seen where it will be posted, and not where the webhook before this one posts.
            Some(_) => self.courier.store.forget_channel(&self.destination.name).await?,
            None => {}
        }
        if first && let Some(budget) = self.courier.pacer.memory() {
            let posts = self.courier.store.posts_since(&self.destination.name, now.before(budget.span)).await?;
            self.courier.pacer.recall(&self.destination.webhook, &posts, now);
        }
        Ok(true)
    }

    /// A storm that goes on over a restart stays one message.
    async fn recall_storms(&mut self, now: Timestamp) -> store::Result<()> {
        for group in self.courier.store.due_digests(now).await?.0 {
            if let (CollectCause::Storm, Some(route)) = (group.cause, group.plan.route)
                && group.destination == self.destination.name
            {
                self.pressure.recall_storm(route, group.until, group.since);
            }
        }
        Ok(())
    }

    /// Ends because the destination is no longer configured. Pending deliveries are kept, and the lease is given back.
    pub(super) async fn leave(&mut self) {
        self.finding.abort_all();
        self.courier.outage.lane_left(&self.destination.name);
        let destination = &self.destination.name;
        if let Err(error) = self.courier.store.release_lane(destination, &self.courier.owner).await {
            warn!(destination, %error, "the lease of the lane could not be given back");
        }
        info!(destination, "no longer in the config: its lane has ended, and its pending deliveries are kept");
    }

    /// Once a start, or with another webhook; beside the lane.
    pub(super) fn find_channel(&mut self) {
        if std::mem::take(&mut self.find_channel) {
            self.finding.spawn(lookup::find(Arc::clone(&self.courier), self.destination.clone(), self.stop.clone()));
        }
    }
}
