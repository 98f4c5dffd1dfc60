//! A lane that makes no requests: paused by an operator, or parked because its webhook is dead. The webhook of a parked
//! lane is looked up once in a while; when it answers again, the lane resumes.

use std::time::Instant;

use tracing::{error, info};

use super::super::{feed_end, lookup};
use super::{Lane, POLL, Wait};
use crate::discord::{Outcome, Response};
use crate::store::{self, Parked, Paused};
use hookbell_model::own_event::Trouble;

impl Lane {
    /// Whether the lane was paused or resumed is logged once.
    pub(super) fn note_paused(&mut self, paused: Option<Paused>) {
        let destination = &self.destination.name;
        match (&self.paused, &paused) {
            (None, Some(Paused { reason, .. })) => {
                let reason = reason.as_deref().unwrap_or_default();
                info!(destination, reason, "the lane is paused by an operator");
            }
            (Some(_), None) => info!(destination, "the lane resumes: an operator said so"),
            _ => {}
        }
        self.paused = paused;
    }

    /// Makes no request but a look-up now and then.
    pub(super) async fn stay_parked(&mut self, parked: &Parked) -> store::Result<Wait> {
        if parked.fingerprint != self.destination.webhook.fingerprint() {
            self.unpark("another webhook is configured").await?;
            return Ok(Wait::None);
        }
        if self.revival.at() > Instant::now() {
            return Ok(Wait::Until(self.revival.at()));
        }
        match lookup::look_up(&self.courier, &self.destination, &self.stop).await {
            Some(Ok(_)) => {
                self.unpark("its webhook answers again").await?;
                return Ok(Wait::None);
            }
            Some(Err(Response { outcome: Outcome::WebhookDead { error }, .. })) => {
                if let Some((feed, cause)) = feed_end::of(&self.destination, &error) {
                    feed_end::end(&self.courier.store, feed, cause, self.courier.clock.now()).await?;
                    return Ok(Wait::Idle);
                }
                error!(destination = self.destination.name, reason = %error, "the lane stays parked: its webhook is dead");
                self.revival.dead(fastrand::f64());
            }
            Some(Err(_)) | None => self.revival.no_clear_answer(),
        }
        Ok(Wait::Until(Instant::now() + POLL))
    }

    async fn unpark(&mut self, why: &str) -> store::Result<()> {
        self.courier.store.unpark_lane(&self.destination.name).await?;
        self.parked = None;
        // The search for its channel ended when it was parked.
        self.find_channel = true;
        let destination = self.destination.name.clone();
        info!(destination, "the lane resumes: {why}");
        self.courier.troubles.add(Trouble::LaneResumed { destination });
        Ok(())
    }
}
