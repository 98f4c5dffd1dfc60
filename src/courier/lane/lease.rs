//! The lease of a lane, and the parking of a lane whose webhook is dead.

use std::sync::Arc;
use std::time::Duration;

use tracing::{error, info, warn};

use super::super::lookup;
use super::{Lane, POLL, Wait};
use crate::discord::{Outcome, Response};
use crate::store::{self, Parked};
use hookbell_model::timestamp::Timestamp;

const LEASE: Duration = Duration::from_secs(120);
/// Renewed when less than this is left: more than a look-up, the wait for a permit and a request may take together.
const LEASE_LEFT: Duration = Duration::from_secs(100);
/// Between two look-ups of a webhook that was found dead before the start, while no clear answer comes.
const LOOK_UP_AGAIN: Duration = Duration::from_secs(60);

impl Lane {
    /// Claims the lane or renews the lease, when there is need; `false` while another process owns it.
    pub(super) async fn hold_lease(&mut self) -> store::Result<bool> {
        let now = Timestamp::now();
        if self.leased_until.is_some_and(|until| until.since(now) >= LEASE_LEFT) {
            return Ok(true);
        }
        let until = now.after(LEASE);
        let claimed = self.courier.store.claim_lane(&self.destination.name, &self.courier.owner, now, until).await?;
        let first = self.leased_until.is_none();
        self.leased_until = claimed.as_ref().map(|_| until);
        let Some(lane) = claimed else { return Ok(false) };
        if first {
            self.head.left_open = lane.left_open;
        }
        self.parked = lane.parked;
        let fingerprint = self.destination.webhook.fingerprint();
        if let Some(known) = lane.channel.filter(|known| first && known.fingerprint == fingerprint) {
            self.courier.pacer.place(&self.destination.webhook, &known.channel);
        }
        if first && let Some(budget) = self.courier.pacer.memory() {
            let posts = self.courier.store.posts_since(&self.destination.name, now.before(budget.span)).await?;
            self.courier.pacer.recall(&self.destination.webhook, posts);
        }
        Ok(true)
    }

    /// Makes no request, except to look up the webhook of a lane that was parked before the start.
    pub(super) async fn stay_parked(&mut self, parked: &Parked) -> store::Result<Wait> {
        if parked.fingerprint != self.destination.webhook.fingerprint() {
            self.unpark("another webhook is configured").await?;
            return Ok(Wait::None);
        }
        if self.revive_at.is_none_or(|at| at > Timestamp::now()) {
            return Ok(Wait::Until(Timestamp::now().after(POLL)));
        }
        match lookup::look_up(&self.courier, &self.destination, &self.stop).await {
            Some(Ok(_)) => {
                self.unpark("its webhook answers again").await?;
                return Ok(Wait::None);
            }
            Some(Err(Response { outcome: Outcome::WebhookDead { error }, .. })) => {
                error!(destination = self.destination.name, reason = %error, "the lane stays parked: its webhook is dead");
                self.revive_at = None;
            }
            Some(Err(_)) | None => self.revive_at = Some(Timestamp::now().after(LOOK_UP_AGAIN)),
        }
        Ok(Wait::Until(Timestamp::now().after(POLL)))
    }

    async fn unpark(&mut self, why: &str) -> store::Result<()> {
        self.courier.store.unpark_lane(&self.destination.name).await?;
        self.parked = None;
        info!(destination = self.destination.name, "the lane resumes: {why}");
        Ok(())
    }

    /// Ends because the destination is no longer configured. Pending deliveries are kept, and the lease is given back.
    pub(super) async fn leave(&mut self) {
        self.finding.abort_all();
        let destination = &self.destination.name;
        if let Err(error) = self.courier.store.release_lane(destination, &self.courier.owner).await {
            warn!(destination, %error, "the lease of the lane could not be given back");
        }
        info!(destination, "no longer in the config: its lane has ended, and its pending deliveries are kept");
    }

    /// Once a start, or with another webhook; beside the lane.
    pub(super) fn find_channel(&mut self) {
        if self.revive_at.take().is_some() {
            self.finding.spawn(lookup::find(Arc::clone(&self.courier), self.destination.clone(), self.stop.clone()));
        }
    }
}
