//! One destination's lane: wake before you look, take the head, wait for its time and its turn, render, send,
//! write down what came of it. In order: nothing passes the head.

mod lease;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, error, info, warn};

use super::stop::Stop;
use super::trip::{self, Ride, Trip};
use super::verdict::{self, Memory, Next};
use super::{Courier, Destination, Settings, place, replaced};
use crate::discord::{Answer, Outcome};
use crate::store::{self, Parked, Postponement, QueuedDelivery};
use hookbell_model::delivery::{Delivery, Status};
use hookbell_model::timestamp::{Timestamp, human_span};

/// How long to wait at most before looking without having been woken.
const POLL: Duration = Duration::from_secs(15);
/// How long to wait for one's turn before the lease is looked after again.
const TURN: Duration = Duration::from_secs(10);
const STORE_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_STORE_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Lane {
    courier: Arc<Courier>,
    destination: Destination,
    /// What it has taken up of them is `destination`.
    settings: watch::Receiver<Arc<Settings>>,
    stop: Stop,
    memory: Memory,
    leased_until: Option<Timestamp>,
    parked: Option<Parked>,
    /// When Discord is asked after a webhook that was found dead before the start. `None` once the lane has
    /// run, or its webhook was found dead again: from then on a parked lane makes no request.
    revive_at: Option<Timestamp>,
    /// The last owner ended within a request, or this one did by a panic.
    left_open: bool,
    /// Failing since a while: told once, and once when it is over.
    troubled: bool,
    /// Store errors in a row.
    store_errors: u32,
    /// Finds the webhook's channel beside the lane; ends with it.
    finding: JoinSet<()>,
}

/// How a lane ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Clean,
    /// What came of a request could not be written down.
    Open,
}

/// What to wait for before the next look.
#[derive(Debug)]
enum Pause {
    None,
    /// For work.
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
            memory: Memory::default(),
            leased_until: None,
            parked: None,
            revive_at: Some(Timestamp::default()),
            left_open: false,
            troubled: false,
            store_errors: 0,
            finding: JoinSet::new(),
        }
    }

    /// Runs a lane again that has panicked: a request may have been under way.
    pub(super) async fn run_again(mut self, pause: Duration) -> Ended {
        self.left_open = true;
        self.stop.sleep(pause).await;
        self.run().await
    }

    pub(super) async fn run(mut self) -> Ended {
        // Taken before the first look, so that nothing accepted in between is missed.
        let mut wakeup = self.courier.store.wakeup(&self.destination.name);
        while !self.stop.is_set() {
            if !self.take_up() {
                self.leave().await;
                break;
            }
            match self.step().await {
                Ok(Pause::None) => {}
                Ok(Pause::Idle) => tokio::select! {
                    () = wakeup.wait(POLL) => {}
                    () = replaced(&self.settings) => {}
                    () = self.stop.signalled() => {}
                },
                Ok(Pause::Until(at)) => tokio::select! {
                    () = self.stop.sleep(at.since(Timestamp::now()).min(POLL)) => {}
                    () = replaced(&self.settings) => {}
                },
                Err(Unwritten) => return Ended::Open,
            }
        }
        Ended::Clean
    }

    /// Goes by the settings as they are now; `false` when its destination is no longer among them.
    fn take_up(&mut self) -> bool {
        if !self.settings.has_changed().unwrap_or_default() {
            return true;
        }
        let settings = Arc::clone(&self.settings.borrow_and_update());
        let Some(new) = settings.destination(&self.destination.name) else { return false };
        if new.webhook != self.destination.webhook {
            self.memory.turn_to_webhook();
            self.finding.abort_all();
            self.revive_at = Some(Timestamp::default());
        }
        self.destination = new.clone();
        true
    }

    /// The stages, in their order. A store that fails costs a pause; only an outcome that cannot be written
    /// down is worse.
    async fn step(&mut self) -> Result<Pause, Unwritten> {
        let (work, trip) = match self.before_sending().await {
            Ok(Ok(ready)) => ready,
            Ok(Err(pause)) => return Ok(pause),
            Err(error) => return Ok(self.store_failed(&error)),
        };
        if self.memory.must_ask()
            && let Err(answer) = self.ask().await
        {
            return self.conclude_question(&work.delivery, &trip, answer).await;
        }
        let turn = tokio::select! {
            biased;
            turn = self.courier.pacer.turn(trip.verb(), &self.destination.webhook, TURN, &self.stop) => turn,
            // It was made by the old ones.
            () = replaced(&self.settings) => None,
        };
        let Some(permit) = turn else { return Ok(Pause::None) };
        let ride = self.send(&trip).await;
        self.courier.pacer.note(&permit, &ride.answer);
        self.conclude(&work.delivery, &trip, ride).await
    }

    /// Lease, head, due time, message: everything up to the turn. The inner error is what to wait for.
    async fn before_sending(&mut self) -> store::Result<Result<(QueuedDelivery, Trip), Pause>> {
        if !self.hold_lease().await? {
            return Ok(Err(Pause::Until(Timestamp::now().after(POLL))));
        }
        if let Some(parked) = self.parked.clone() {
            return self.stay_parked(&parked).await.map(Err);
        }
        self.find_place();
        let head = self.courier.store.head(&self.destination.name).await?;
        self.store_errors = 0;
        let left_open = std::mem::take(&mut self.left_open);
        let Some(work) = head else { return Ok(Err(Pause::Idle)) };
        self.memory.turn_to(&work.delivery);
        if work.delivery.not_before > Timestamp::now() {
            return Ok(Err(Pause::Until(work.delivery.not_before)));
        }
        self.memory.left_open |= left_open;
        let trip = trip::prepare(&self.courier, &self.destination, &work, &self.memory).await?;
        Ok(Ok((work, trip)))
    }

    /// Whether Discord answers at all, asked before a message is sent that may already be there.
    async fn ask(&self) -> Result<(), Answer> {
        match place::look_up(&self.courier, &self.destination, &self.stop).await {
            // A stand-in that knows no look-up says so, and that is an answer too.
            Some(Err(answer)) if !was_answered(&answer) => Err(answer),
            Some(_) => Ok(()),
            None => {
                let why = "no turn to ask came".to_owned();
                Err(Answer { outcome: Outcome::Retry { why }, status: None, rate_limit: None })
            }
        }
    }

    /// Sends, but not beyond the deadline of a stop.
    async fn send(&self, trip: &Trip) -> Ride {
        tokio::select! {
            biased;
            ride = trip.ride(&self.courier, &self.destination) => ride,
            () = self.stop.drained() => Ride::ended(trip.cut_off()),
        }
    }

    async fn conclude_question(
        &mut self,
        delivery: &Delivery,
        trip: &Trip,
        answer: Answer,
    ) -> Result<Pause, Unwritten> {
        let Outcome::Retry { why } = &answer.outcome else {
            return self.conclude(delivery, trip, Ride::ended(answer)).await;
        };
        let why = why.clone();
        let ride = Ride::ended(answer);
        let tried = trip.tried(delivery, &ride);
        let config = &self.courier.settings().config;
        let next = verdict::unanswered(&tried, &why, &mut self.memory, config, fastrand::f64(), Timestamp::now());
        self.carry_out(delivery, next).await
    }

    async fn conclude(&mut self, delivery: &Delivery, trip: &Trip, ride: Ride) -> Result<Pause, Unwritten> {
        let name = &self.destination.name;
        self.courier.metrics.sent(name, &ride.answer, verdict::word(&ride.answer.outcome));
        let tried = trip.tried(delivery, &ride);
        let config = &self.courier.settings().config;
        let outcome = &ride.answer.outcome;
        let next = verdict::judge(&tried, outcome, &mut self.memory, config, fastrand::f64(), Timestamp::now());
        self.carry_out(delivery, next).await
    }

    async fn carry_out(&mut self, delivery: &Delivery, next: Next) -> Result<Pause, Unwritten> {
        self.tell(delivery, &next);
        match next {
            Next::AtOnce => {}
            Next::Settle(settled) => {
                if settled.status == Status::Delivered {
                    let (name, repeat) = (&self.destination.name, settled.possible_repeat);
                    self.courier.metrics.delivered(name, delivery.created, Timestamp::now(), repeat);
                }
                self.write(|store| store.settle(delivery.id, settled.clone(), Timestamp::now())).await?;
            }
            Next::Postpone(postponed) => self.postpone(delivery, &postponed).await?,
            Next::Park { why, postponed } => {
                let fingerprint = self.destination.webhook.fingerprint();
                let parked = Parked { reason: why, fingerprint, since: Timestamp::now() };
                self.write(|store| store.park_lane(&self.destination.name, parked.clone())).await?;
                self.postpone(delivery, &postponed).await?;
                self.parked = Some(parked);
                self.finding.abort_all();
            }
        }
        Ok(Pause::None)
    }

    async fn postpone(&self, delivery: &Delivery, postponed: &Postponement) -> Result<(), Unwritten> {
        if postponed.counts {
            self.courier.metrics.retried(&self.destination.name);
        }
        self.write(|store| store.postpone(delivery.id, postponed.clone(), Timestamp::now())).await
    }

    /// Writes down what came of a request, however long the store fails: to forget it would send it again.
    async fn write<'s, F>(&'s self, what: impl Fn(&'s store::Store) -> F) -> Result<(), Unwritten>
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
                () = self.stop.drained() => return Err(Unwritten),
            }
        }
    }

    fn store_failed(&mut self, error: &store::Error) -> Pause {
        if self.store_errors == 0 {
            warn!(destination = self.destination.name, %error, "the lane cannot look for work");
        }
        let pause = (STORE_PAUSE * (1 << self.store_errors.min(6))).min(LONGEST_STORE_PAUSE);
        self.store_errors += 1;
        Pause::Until(Timestamp::now().after(pause))
    }

    /// Changes of state aloud, every further try quietly.
    fn tell(&mut self, delivery: &Delivery, next: &Next) {
        let (destination, event) = (self.destination.name.as_str(), delivery.event);
        match next {
            Next::AtOnce => {}
            Next::Settle(settled) if settled.status == Status::Delivered => {
                if std::mem::take(&mut self.troubled) {
                    info!(destination, %event, "deliveries go through again");
                }
                debug!(destination, %event, reason = settled.reason, "delivered");
            }
            Next::Settle(settled) => error!(destination, %event, reason = settled.reason, "a delivery is dead"),
            Next::Park { why, .. } => error!(
                destination,
                reason = why,
                "the webhook is dead: its lane is parked, and everything is kept until another URL is configured"
            ),
            Next::Postpone(postponed) => {
                let wait = human_span(postponed.not_before.since(Timestamp::now()));
                if postponed.counts && !std::mem::replace(&mut self.troubled, true) {
                    warn!(destination, %event, reason = postponed.reason, wait, "a delivery failed and is tried again");
                } else {
                    debug!(destination, %event, reason = postponed.reason, wait, "a delivery waits");
                }
            }
        }
    }
}

/// Whether there is somebody at the other end who takes requests.
fn was_answered(answer: &Answer) -> bool {
    let turned_away =
        matches!(answer.outcome, Outcome::WebhookDead { .. } | Outcome::Banned { .. } | Outcome::Wait { .. });
    !turned_away && answer.status.is_some_and(|status| status < 500)
}

/// The store failed until the end: what came of a request is not written down.
#[derive(Debug)]
struct Unwritten;
