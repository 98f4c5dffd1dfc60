//! The lane of one destination: it takes the head, waits until it is due and may be sent, renders, sends and records
//! the outcome. In order: nothing overtakes the head.

mod archive;
mod conclude;
mod follow_up;
mod follow_ups;
mod lease;
mod log;
mod parking;
mod permission;
mod redraw;
mod revival;
mod unknown;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

use self::follow_ups::FollowUps;
use self::revival::Revival;
use super::batch::{Batch, BatchSize};
use super::decision::Decision;
use super::head::HeadState;
use super::pressure::Pressure;
use super::request::{self, Prepared};
use super::search::Search;
use super::settings::{CourierSettings, Destination, replaced};
use super::shared::Courier;
use super::stop::Stop;
use crate::store::{self, Parked, Paused, QueuedDelivery};
use hookbell_model::delivery::{BatchMode, Mute, Reason};
use hookbell_model::timestamp::Timestamp;

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
    pressure: Pressure,
    leased_until: Option<Instant>,
    parked: Option<Parked>,
    revival: Revival,
    paused: Option<Paused>,
    /// When an operator last asked for a retry.
    asked: Option<Timestamp>,
    /// The webhook's channel is still to be looked for: after the start, or with another webhook.
    find_channel: bool,
    /// The store still knows the place of another webhook.
    forget_channel: bool,
    /// Changes with the commands of operators.
    commands: watch::Receiver<()>,
    /// What the store knows of the lane has to be read again, because of a command.
    was_commanded: bool,
    /// Changes when Discord answers again.
    outage_ended: watch::Receiver<()>,
    /// The head waits because Discord was not there.
    waits_for_discord: bool,
    /// It may have been within a request.
    panicked: bool,
    /// The last attempt failed: logged once, and once more when it is over.
    failing: bool,
    /// Store errors in a row.
    store_errors: u32,
    follow_ups: FollowUps,
    /// In a row.
    redraws_failed: u32,
    /// Whether they have changed since the message was made.
    mutes: watch::Receiver<Vec<Mute>>,
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
    Until(Instant),
}

impl Lane {
    pub(super) fn new(courier: Arc<Courier>, destination: Destination, stop: Stop) -> Self {
        let first_pause = courier.settings().config.first_revival;
        Self {
            settings: courier.settings.clone(),
            commands: courier.commands.subscribe(),
            outage_ended: courier.outage.ended(),
            mutes: courier.mutes.subscribe(),
            courier,
            destination,
            stop,
            head: HeadState::default(),
            batch_size: BatchSize::default(),
            pressure: Pressure::default(),
            leased_until: None,
            parked: None,
            revival: Revival::at_start(first_pause),
            paused: None,
            asked: None,
            find_channel: true,
            forget_channel: false,
            was_commanded: false,
            waits_for_discord: false,
            panicked: false,
            failing: false,
            store_errors: 0,
            follow_ups: FollowUps::default(),
            redraws_failed: 0,
            finding: JoinSet::new(),
        }
    }

    /// Runs a lane again that has panicked: a request may have been under way.
    pub(super) async fn run_again(mut self, pause: Duration) -> LaneEnd {
        self.panicked = true;
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
                    () = changed(&mut self.commands) => self.was_commanded(),
                    () = self.stop.signalled() => {}
                },
                Ok(Wait::Until(at)) => tokio::select! {
                    () = self.stop.sleep(at.saturating_duration_since(Instant::now()).min(POLL)) => {}
                    // What is urgent does not wait for what failed.
                    () = wakeup.wait(POLL) => {}
                    () = replaced(&self.settings) => {}
                    () = changed(&mut self.commands) => self.was_commanded(),
                    () = changed(&mut self.outage_ended), if self.waits_for_discord => self.head.due_at_once(),
                },
                Err(NotRecorded) => return LaneEnd::Open,
            }
        }
        LaneEnd::Clean
    }

    /// What the store knows of the lane is read again, and there may be messages to draw again.
    fn was_commanded(&mut self) {
        self.was_commanded = true;
        self.follow_ups.new = true;
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
            self.revival = Revival::at_start(settings.config.first_revival);
            self.find_channel = true;
            self.forget_channel = true;
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
            Ok(Ok((_, Prepared::Collect(held)))) => {
                self.write(|store| store.collect(held.clone(), self.courier.clock.now())).await?;
                return Ok(Wait::None);
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
        let (batch, request, permit) = match self.permit(batch, request).await {
            Ok(Some(permitted)) => permitted,
            Ok(None) => return Ok(Wait::None),
            Err(error) => return Ok(self.store_failed(&error)),
        };
        let result = self.send(&request).await;
        self.courier.pacer.note(&permit, &result.response);
        match self.opens_for(&request, &result).await {
            // It is sent again, the same.
            Ok(true) => return Ok(Wait::None),
            Ok(false) => {}
            Err(error) => return Ok(self.store_failed(&error)),
        }
        self.conclude(&batch, &request, result).await
    }

    /// Lease, heads, due time, message: everything before the permit. The inner error is what to wait for.
    async fn before_sending(&mut self) -> store::Result<Result<(Batch, Prepared), Wait>> {
        if !self.hold_lease().await? {
            return Ok(Err(Wait::Until(Instant::now() + POLL)));
        }
        if self.paused.is_some() || self.parked.is_some() {
            self.waits_for_discord(false);
        }
        if self.paused.is_some() {
            return Ok(Err(Wait::Until(Instant::now() + POLL)));
        }
        if let Some(parked) = self.parked.clone() {
            return self.stay_parked(&parked).await.map(Err);
        }
        if std::mem::take(&mut self.forget_channel) {
            self.courier.store.forget_channel(&self.destination.name).await?;
        }
        self.find_channel();
        if self.follow_ups.have_a_turn() {
            self.follow_up().await?;
        }
        if std::mem::take(&mut self.panicked) {
            self.head.left_open = self.courier.store.open_deliveries(&self.destination.name).await?;
        }
        let mut heads = self.courier.store.heads(&self.destination.name, self.batch_size.limit()).await?;
        self.store_errors = 0;
        let Some(QueuedDelivery { delivery, .. }) = heads.first() else {
            self.waits_for_discord(false);
            return Ok(Err(Wait::Idle));
        };
        self.batch_size.at_head(delivery);
        let due = self.head.due(delivery, self.courier.clock.now());
        if due > Instant::now() {
            let is_outage = delivery.reason.as_ref().is_some_and(Reason::is_outage);
            self.waits_for_discord(is_outage);
            return Ok(Err(Wait::Until(due)));
        }
        // A request that is repeated has all that it had, also after a restart.
        let is_repeat = delivery.possible_repeat || self.head.left_open.contains(&delivery.id);
        if delivery.plan.batch == BatchMode::Always || is_repeat {
            self.batch_size.fall_behind();
        }
        if heads.len() < self.batch_size.limit() {
            heads = self.courier.store.heads(&self.destination.name, self.batch_size.limit()).await?;
        }
        self.batch_size.found(heads.len());
        self.head.turn_to(&mut heads);
        self.mutes.mark_unchanged();
        let prepared =
            request::prepare(&self.courier, &self.destination, heads, &self.head, &mut self.pressure).await?;
        Ok(prepared.ok_or(Wait::Idle))
    }

    /// Whether the lane waits because Discord was not there.
    fn waits_for_discord(&mut self, waits: bool) {
        self.waits_for_discord = waits;
        if !waits {
            self.courier.outage.lane_left(&self.destination.name);
        } else if self.courier.outage.lane_waits(&self.destination) {
            self.outage_ended.mark_unchanged();
        }
    }

    fn store_failed(&mut self, error: &store::Error) -> Wait {
        if self.store_errors == 0 {
            warn!(destination = self.destination.name, %error, "the deliveries of the lane cannot be read");
        }
        let pause = (STORE_PAUSE * (1 << self.store_errors.min(6))).min(LONGEST_STORE_PAUSE);
        self.store_errors += 1;
        Wait::Until(Instant::now() + pause)
    }
}

/// Returns when the value has changed since it was last waited for; never when its sender is gone.
async fn changed(value: &mut watch::Receiver<()>) {
    if value.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The store failed until the end: the outcome of a request is not recorded.
#[derive(Debug)]
pub(super) struct NotRecorded;
