//! What becomes of an answer: the decision, and that it is recorded.

use tracing::{error, info};

use super::super::attempted::SendMode;
use super::super::batch::Batch;
use super::super::decision::{self, Decision};
use super::super::feed_end;
use super::super::lookup;
use super::super::request::{SendRequest, SendResult};
use super::super::settings::Destination;
use super::{LONGEST_STORE_PAUSE, Lane, NotRecorded, STORE_PAUSE, Wait, log};
use crate::discord::{Outcome, Response};
use crate::store::{self, Parked, Postponement, Settlement, ThreadUpdate};
use hookbell_model::delivery::{ParkReason, Status};

impl Lane {
    pub(super) async fn conclude_question(
        &mut self,
        batch: &Batch,
        request: &SendRequest,
        response: Response,
    ) -> Result<Wait, NotRecorded> {
        let Outcome::Retry { error } = &response.outcome else {
            return self.conclude(batch, request, SendResult::without_answer(response)).await;
        };
        let error = error.clone();
        let result = SendResult::without_answer(response);
        let tried = request.tried(batch, &result);
        let config = &self.courier.settings().config;
        let decision =
            decision::unanswered(&tried, &error, &mut self.head, config, fastrand::f64(), self.courier.clock.now());
        self.carry_out(batch, decision).await
    }

    pub(super) async fn conclude(
        &mut self,
        batch: &Batch,
        request: &SendRequest,
        result: SendResult,
    ) -> Result<Wait, NotRecorded> {
        let outcome = &result.response.outcome;
        if lookup::is_answer(&result.response) {
            self.courier.outage.lane_was_answered(&self.destination.name);
        }
        self.courier.metrics.sent(&self.destination.name, &result.response, decision::attempt_outcome(outcome));
        let tried = request.tried(batch, &result);
        let config = &self.courier.settings().config;
        let decision =
            decision::decide(&tried, outcome, &mut self.head, config, fastrand::f64(), self.courier.clock.now());
        if let (SendMode::Post | SendMode::PostAnew, false, Outcome::Done(Some(message))) =
            (tried.mode, tried.target.in_thread(), outcome)
        {
            self.note_moved(&message.channel).await?;
        }
        self.carry_out(batch, decision).await
    }

    /// Each answer names the channel: somebody may have moved the webhook to another one of its server.
    async fn note_moved(&self, channel: &str) -> Result<(), NotRecorded> {
        let Destination { name, webhook, .. } = &self.destination;
        if self.courier.pacer.has_moved(webhook, channel) {
            info!(destination = name, channel, "the webhook was moved to another channel");
            self.courier.pacer.place(webhook, channel);
            self.write(|store| store.move_channel(name, webhook.fingerprint(), channel)).await?;
        }
        Ok(())
    }

    pub(super) async fn carry_out(&mut self, batch: &Batch, decision: Decision) -> Result<Wait, NotRecorded> {
        if let Decision::Park { error, .. } = &decision
            && let Some((feed, cause)) = feed_end::of(&self.destination, error)
        {
            self.write(|store| feed_end::end(store, feed, cause, self.courier.clock.now())).await?;
            return Ok(Wait::Idle);
        }
        log::log(&self.destination.name, batch, &decision, &mut self.failing);
        log::report(&self.courier.troubles, &self.destination.name, batch, &decision);
        match decision {
            Decision::Resend => {}
            Decision::Settle(mut settlements) => {
                for settlement in settlements.iter_mut().filter(|settlement| settlement.message.is_some()) {
                    settlement.webhook = Some(self.destination.webhook.fingerprint());
                }
                self.count_delivered(batch, &settlements);
                let follow = |settlement: &Settlement| {
                    let archives = |thread: &ThreadUpdate| thread.archives && thread.is_over != Some(false);
                    settlement.live.as_ref().is_some_and(|live| live.follow)
                        || settlement.thread.as_ref().is_some_and(archives)
                };
                self.follow_ups.settled(settlements.iter().any(follow));
                if settlements.iter().any(|settlement| settlement.status == Status::Delivered) {
                    self.revival.delivered(self.courier.settings().config.first_revival);
                }
                self.write(|store| store.settle(settlements.clone(), self.courier.clock.now())).await?;
                self.head.settled(&settlements);
            }
            Decision::Postpone(postponements) => {
                self.batch_size.fall_behind();
                self.postpone(postponements).await?;
            }
            Decision::Split(postponements) => {
                self.batch_size.split(batch);
                self.postpone(postponements).await?;
            }
            Decision::Park { error, postponements } => {
                let fingerprint = self.destination.webhook.fingerprint();
                let reason = ParkReason::WebhookDead { error };
                let parked = Parked { reason, fingerprint, since: self.courier.clock.now() };
                self.write(|store| store.park_lane(&self.destination.name, parked.clone())).await?;
                self.postpone(postponements).await?;
                self.parked = Some(parked);
                self.revival.dead(fastrand::f64());
                self.finding.abort_all();
            }
        }
        Ok(Wait::None)
    }

    pub(super) fn count_delivered(&self, batch: &Batch, settlements: &[Settlement]) {
        let now = self.courier.clock.now();
        for fallback in batch.groups().iter().filter_map(|group| group.fallback) {
            self.courier.metrics.fell_back(&self.destination.name, fallback);
        }
        for (delivery, settlement) in batch.deliveries().zip(settlements) {
            if settlement.status == Status::Delivered {
                let (name, repeat) = (&self.destination.name, settlement.possible_repeat);
                self.courier.metrics.delivered(name, delivery.created, now, repeat);
            }
        }
    }

    pub(super) async fn postpone(&self, postponements: Vec<Postponement>) -> Result<(), NotRecorded> {
        if postponements.iter().any(|postponement| postponement.counts) {
            self.courier.metrics.retried(&self.destination.name);
        }
        self.write(|store| store.postpone(postponements.clone(), self.courier.clock.now())).await
    }

    /// Records the outcome of a request, however long the store fails: without it the message would be sent again.
    pub(super) async fn write<'s, F>(&'s self, what: impl Fn(&'s store::Store) -> F) -> Result<(), NotRecorded>
    where
        F: Future<Output = store::Result<()>>,
    {
        let mut pause = STORE_PAUSE;
        loop {
            let Err(error) = what(&self.courier.store).await else { return Ok(()) };
            if pause == STORE_PAUSE {
                error!(destination = self.destination.name, %error, "the outcome of a delivery cannot be kept yet");
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_STORE_PAUSE),
                () = self.stop.drained() => return Err(NotRecorded),
            }
        }
    }
}
