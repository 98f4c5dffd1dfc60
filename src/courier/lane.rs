//! The lane of one destination: it takes the head, waits until it is due and may be sent, renders, sends and records
//! the outcome. In order: nothing overtakes the head.

mod follow_up;
mod follow_ups;
mod lease;
mod log;
mod unknown;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, warn};

use self::follow_ups::FollowUps;
use super::batch::{Batch, BatchSize};
use super::decision::{self, Decision};
use super::head::HeadState;
use super::lookup;
use super::request::{self, Prepared, SendRequest, SendResult};
use super::search::Search;
use super::settings::{CourierSettings, Destination, replaced};
use super::shared::Courier;
use super::stop::Stop;
use crate::discord::{Outcome, Response};
use crate::store::{self, Parked, Postponement, Settlement};
use hookbell_model::delivery::{ParkReason, Status};
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;

/// How long to wait at most before querying without a wake-up.
const POLL: Duration = Duration::from_secs(15);
/// How long to wait for permission to send before the lease is renewed.
const LONGEST_PERMIT_WAIT: Duration = Duration::from_secs(10);
const STORE_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_STORE_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Lane {
    courier: Arc<Courier>,
    destination: Destination,
    /// `destination` is what it uses of them.
    settings: watch::Receiver<Arc<CourierSettings>>,
    stop: Stop,
    head: HeadState,
    batch_size: BatchSize,
    leased_until: Option<Timestamp>,
    parked: Option<Parked>,
    /// When to look up a webhook that was found dead before the start. `None` once the lane has
    /// run, or its webhook was found dead again: from then on a parked lane makes no request.
    revive_at: Option<Timestamp>,
    /// The last owner ended within a request, or this one did by a panic.
    left_open: bool,
    /// The last attempt failed: logged once, and once more when it is over.
    failing: bool,
    /// Store errors in a row.
    store_errors: u32,
    follow_ups: FollowUps,
    /// Finds the webhook's channel beside the lane; ends with it.
    finding: JoinSet<()>,
}

/// How a lane ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LaneEnd {
    Clean,
    /// The outcome of a request could not be recorded.
    Open,
}

/// What to wait for before the next step.
#[derive(Debug)]
enum Wait {
    None,
    /// For something to deliver.
    Idle,
    Until(Timestamp),
}

impl Lane {
    pub(super) fn new(courier: Arc<Courier>, destination: Destination, stop: Stop) -> Self {
        Self {
            settings: courier.settings.clone(),
            courier,
            destination,
            stop,
            head: HeadState::default(),
            batch_size: BatchSize::default(),
            leased_until: None,
            parked: None,
            revive_at: Some(Timestamp::default()),
            left_open: false,
            failing: false,
            store_errors: 0,
            follow_ups: FollowUps::default(),
            finding: JoinSet::new(),
        }
    }

    /// Runs a lane again that has panicked: a request may have been under way.
    pub(super) async fn run_again(mut self, pause: Duration) -> LaneEnd {
        self.left_open = true;
        self.stop.sleep(pause).await;
        self.run().await
    }

    pub(super) async fn run(mut self) -> LaneEnd {
        // Registered before the first query, so that nothing accepted in between is missed.
        let mut wakeup = self.courier.store.wakeup(&self.destination.name);
        while !self.stop.is_set() {
            if !self.apply_settings() {
                self.leave().await;
                break;
            }
            match self.step().await {
                Ok(Wait::None) => {}
                Ok(Wait::Idle) => tokio::select! {
                    () = wakeup.wait(POLL) => {}
                    () = replaced(&self.settings) => {}
                    () = self.stop.signalled() => {}
                },
                Ok(Wait::Until(at)) => tokio::select! {
                    () = self.stop.sleep(at.since(Timestamp::now()).min(POLL)) => {}
                    () = replaced(&self.settings) => {}
                },
                Err(NotRecorded) => return LaneEnd::Open,
            }
        }
        LaneEnd::Clean
    }

    /// Applies the settings as they are now; `false` when its destination is no longer among them.
    fn apply_settings(&mut self) -> bool {
        if !self.settings.has_changed().unwrap_or_default() {
            return true;
        }
        let settings = Arc::clone(&self.settings.borrow_and_update());
        let Some(new) = settings.destination(&self.destination.name) else { return false };
        if new.webhook != self.destination.webhook {
            self.head.turn_to_webhook();
            self.finding.abort_all();
            self.revive_at = Some(Timestamp::default());
        }
        self.destination = new.clone();
        true
    }

    /// The stages, in their order. When the store fails before a request, the lane pauses; an outcome that cannot be
    /// recorded ends it.
    async fn step(&mut self) -> Result<Wait, NotRecorded> {
        let (batch, request) = match self.before_sending().await {
            Ok(Ok((batch, Prepared::Send(request)))) => (batch, request),
            Ok(Ok((batch, Prepared::Settle(settlements)))) => {
                return self.carry_out(&batch, Decision::Settle(settlements)).await;
            }
            Ok(Err(wait)) => return Ok(self.follow_up_or(wait).await),
            Err(error) => return Ok(self.store_failed(&error)),
        };
        let is_not_there = match self.look_for(&batch, &request).await {
            Ok(Search::Found { message, twice }) => {
                return self.conclude_search(&batch, &request, message, twice).await;
            }
            Ok(Search::Unanswered(response)) => return self.conclude_question(&batch, &request, response).await,
            Ok(search) => matches!(search, Search::NotThere),
            Err(error) => return Ok(self.store_failed(&error)),
        };
        if self.head.must_ask()
            && !is_not_there
            && let Err(response) = self.ask().await
        {
            return self.conclude_question(&batch, &request, response).await;
        }
        let permit = tokio::select! {
            biased;
            permit = self.courier.pacer.permit(request.kind(), &self.destination.webhook, LONGEST_PERMIT_WAIT, &self.stop) => permit,
            // The request was made from the old settings.
            () = replaced(&self.settings) => None,
        };
        let Some(permit) = permit else { return Ok(Wait::None) };
        let result = self.send(&request).await;
        self.courier.pacer.note(&permit, &result.response);
        self.conclude(&batch, &request, result).await
    }

    /// Lease, heads, due time, message: everything before the permit. The inner error is what to wait for.
    async fn before_sending(&mut self) -> store::Result<Result<(Batch, Prepared), Wait>> {
        if !self.hold_lease().await? {
            return Ok(Err(Wait::Until(Timestamp::now().after(POLL))));
        }
        if let Some(parked) = self.parked.clone() {
            return self.stay_parked(&parked).await.map(Err);
        }
        self.find_channel();
        if self.follow_ups.have_a_turn() {
            self.follow_up().await?;
        }
        let heads = self.courier.store.heads(&self.destination.name, self.batch_size.limit()).await?;
        self.store_errors = 0;
        let left_open = std::mem::take(&mut self.left_open);
        let Some(batch) = Batch::new(heads) else { return Ok(Err(Wait::Idle)) };
        self.batch_size.at_head(&batch);
        self.head.turn_to(&batch);
        let not_before = batch.first().delivery.not_before;
        if not_before > Timestamp::now() {
            return Ok(Err(Wait::Until(not_before)));
        }
        self.head.left_open |= left_open;
        let prepared = request::prepare(&self.courier, &self.destination, &batch, &self.head).await?;
        Ok(Ok((batch, prepared)))
    }

    /// Whether Discord answers at all; checked before a message is sent again that may already be posted.
    async fn ask(&self) -> Result<(), Response> {
        match lookup::look_up(&self.courier, &self.destination, &self.stop).await {
            // A server without the look-up answers 404 or 405: that is an answer too.
            Some(Err(response)) if !was_answered(&response) => Err(response),
            Some(_) => Ok(()),
            None => {
                let error = WebhookError::without_answer("there was no permit to ask");
                Err(Response { outcome: Outcome::Retry { error }, status: None, rate_limit: None })
            }
        }
    }

    /// Sends, but not beyond the deadline of a stop.
    async fn send(&self, request: &SendRequest) -> SendResult {
        tokio::select! {
            biased;
            result = request.send(&self.courier, &self.destination) => result,
            () = self.stop.drained() => SendResult::without_answer(request.cut_off()),
        }
    }

    async fn conclude_question(
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
        let decision = decision::unanswered(&tried, &error, &mut self.head, config, fastrand::f64(), Timestamp::now());
        self.carry_out(batch, decision).await
    }

    async fn conclude(
        &mut self,
        batch: &Batch,
        request: &SendRequest,
        result: SendResult,
    ) -> Result<Wait, NotRecorded> {
        let outcome = &result.response.outcome;
        self.courier.metrics.sent(&self.destination.name, &result.response, decision::attempt_outcome(outcome));
        let tried = request.tried(batch, &result);
        let config = &self.courier.settings().config;
        let decision = decision::decide(&tried, outcome, &mut self.head, config, fastrand::f64(), Timestamp::now());
        self.carry_out(batch, decision).await
    }

    async fn carry_out(&mut self, batch: &Batch, decision: Decision) -> Result<Wait, NotRecorded> {
        log::log(&self.destination.name, batch, &decision, &mut self.failing);
        match decision {
            Decision::Resend => {}
            Decision::Settle(settlements) => {
                self.count_delivered(batch, &settlements);
                let follow = |settlement: &Settlement| settlement.live.as_ref().is_some_and(|live| live.follow);
                self.follow_ups.settled(settlements.iter().any(follow));
                self.write(|store| store.settle(settlements.clone(), Timestamp::now())).await?;
            }
            Decision::Postpone(postponements) => self.postpone(postponements).await?,
            Decision::Split(postponements) => {
                self.batch_size.split(batch);
                self.postpone(postponements).await?;
            }
            Decision::Park { error, postponements } => {
                let fingerprint = self.destination.webhook.fingerprint();
                let reason = ParkReason::WebhookDead { error };
                let parked = Parked { reason, fingerprint, since: Timestamp::now() };
                self.write(|store| store.park_lane(&self.destination.name, parked.clone())).await?;
                self.postpone(postponements).await?;
                self.parked = Some(parked);
                self.finding.abort_all();
            }
        }
        Ok(Wait::None)
    }

    fn count_delivered(&self, batch: &Batch, settlements: &[Settlement]) {
        let now = Timestamp::now();
        for (delivery, settlement) in batch.deliveries().zip(settlements) {
            if settlement.status == Status::Delivered {
                let (name, repeat) = (&self.destination.name, settlement.possible_repeat);
                self.courier.metrics.delivered(name, delivery.created, now, repeat);
            }
        }
    }

    async fn postpone(&self, postponements: Vec<Postponement>) -> Result<(), NotRecorded> {
        if postponements.iter().any(|postponement| postponement.counts) {
            self.courier.metrics.retried(&self.destination.name);
        }
        self.write(|store| store.postpone(postponements.clone(), Timestamp::now())).await
    }

    /// Records the outcome of a request, however long the store fails: without it the message would be sent again.
    async fn write<'s, F>(&'s self, what: impl Fn(&'s store::Store) -> F) -> Result<(), NotRecorded>
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

    fn store_failed(&mut self, error: &store::Error) -> Wait {
        if self.store_errors == 0 {
            warn!(destination = self.destination.name, %error, "the deliveries of the lane cannot be read");
        }
        let pause = (STORE_PAUSE * (1 << self.store_errors.min(6))).min(LONGEST_STORE_PAUSE);
        self.store_errors += 1;
        Wait::Until(Timestamp::now().after(pause))
    }
}

/// Whether the server at the other end takes requests.
fn was_answered(response: &Response) -> bool {
    let turned_away =
        matches!(response.outcome, Outcome::WebhookDead { .. } | Outcome::Banned { .. } | Outcome::Wait { .. });
    !turned_away && response.status.is_some_and(|status| status < 500)
}

/// The store failed until the end: the outcome of a request is not recorded.
#[derive(Debug)]
pub(super) struct NotRecorded;
