//! What follows from each outcome, for one delivery and for several.

use super::*;
use crate::compose::ThreadTarget;
use crate::courier::batch::Batch;
use crate::courier::batch::tests::{batch, group, group_of_an_older_event, queued};
use crate::store::QueuedDelivery;
use hookbell_model::delivery::{Misplacement, RingCause};
use hookbell_model::event::Severity;
use hookbell_model::shared_message::SharedMessage;

const NOW: Timestamp = Timestamp(10_000_000);

fn message() -> MessageRef {
    MessageRef { id: "5".into(), channel: "6".into() }
}

/// An attempt to be decided on, with the state of its lane.
struct Scenario {
    batch: Batch,
    state: HeadState,
    mode: SendMode,
    target: ThreadTarget,
    status: Option<u16>,
    shared: Option<SharedMessage>,
}

impl Scenario {
    fn new() -> Self {
        Self::of(1, NOW)
    }

    /// Of so many deliveries.
    fn of(count: i64, created: Timestamp) -> Self {
        let mut state = HeadState::default();
        state.turn_to(&mut vec![queued(1, created)]);
        Self {
            batch: batch(1..=count, created),
            state,
            mode: SendMode::Post,
            target: ThreadTarget::default(),
            status: Some(200),
            shared: (count > 1).then(SharedMessage::default),
        }
    }

    fn tried(&self) -> Attempted<'_> {
        Attempted {
            batch: &self.batch,
            mode: &self.mode,
            target: &self.target,
            shared: self.shared.as_ref(),
            slot: None,
            notes: &[],
            has_spare_tag: false,
            can_archive: false,
            at: NOW,
            took: Duration::from_millis(80),
            status: self.status,
        }
    }

    fn decide(&mut self, outcome: &Outcome) -> Decision {
        let mut state = std::mem::take(&mut self.state);
        let decision = decide(&self.tried(), outcome, &mut state, &Config::default(), 1.0, NOW);
        self.state = state;
        decision
    }

    fn settled(&mut self, outcome: &Outcome) -> Settlement {
        match self.decide(outcome) {
            Decision::Settle(settlements) => only(settlements),
            other => panic!("{other:?}"),
        }
    }

    fn postponed(&mut self, outcome: &Outcome) -> Postponement {
        match self.decide(outcome) {
            Decision::Postpone(postponements) => only(postponements),
            other => panic!("{other:?}"),
        }
    }

    fn attempted(&mut self, times: u32) {
        let mut queued = queued(1, self.batch.first().created);
        queued.delivery.attempts = times;
        self.batch = Batch::new(vec![group(queued, "payment:1")]).expect("not empty");
    }
}

fn only<T: std::fmt::Debug>(mut all: Vec<T>) -> T {
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn error() -> WebhookError {
    WebhookError { status: Some(503), ..WebhookError::default() }
}

fn refusal(message: &str) -> WebhookError {
    WebhookError { status: Some(400), message: message.to_owned(), ..WebhookError::default() }
}
fn lost() -> Outcome {
    Outcome::Lost { error: error() }
}

fn refused_for(message: &str) -> Outcome {
    Outcome::Refused { error: refusal(message) }
}

fn waits(postponed: &Postponement) -> i64 {
    postponed.not_before.0 - NOW.0
}

#[test]
fn a_posted_message_is_remembered_by_its_key() {
    let settled = Scenario::new().settled(&Outcome::Done(Some(message())));
    assert_eq!((settled.status, settled.message), (Status::Delivered, Some(message())));
    assert_eq!(settled.live.expect("recorded").keys, ["payment:1"]);
    assert_eq!(settled.reason.to_string(), "posted (template stripe.payment)");
    assert!(!settled.possible_repeat);
}

#[test]
fn an_older_event_is_merged_into_the_message_that_shows_a_newer_one() {
    let older = group_of_an_older_event(queued(1, NOW), "payment:1");
    let batch = Batch::new(vec![older]).expect("not empty");
    let mut scenario = Scenario { mode: SendMode::Edit(message()), batch, ..Scenario::new() };
    let settled = scenario.settled(&Outcome::Done(None));
    assert_eq!((settled.status, settled.reason), (Status::Merged, Reason::Older { added: true }));
    assert!(settled.sent.is_none() && settled.live.is_some(), "what is shown is another event's");
}

#[test]
fn a_message_that_has_to_ring_is_posted_anew_and_says_why() {
    let cause = RingCause::SeverityRose { from: Severity::Warning, to: Severity::Critical };
    let mut scenario = Scenario::new();
    let mut group = group(queued(1, NOW), "payment:1");
    group.ring = Some(cause);
    scenario.batch = Batch::new(vec![group]).expect("not empty");
    let settled = scenario.settled(&Outcome::Done(Some(message())));
    let words = "posted anew because the severity rose from warning to critical (template stripe.payment)";
    assert_eq!((settled.status, settled.reason.to_string().as_str()), (Status::Delivered, words));
}

#[test]
fn a_message_without_an_id_does_not_change_the_key() {
    let settled = Scenario::new().settled(&Outcome::Done(None));
    assert_eq!((settled.status, settled.message, settled.live), (Status::Delivered, None, None));
}

#[test]
fn the_reason_distinguishes_an_edit_from_a_new_post() {
    let mut case = Scenario { mode: SendMode::Edit(message()), ..Scenario::new() };
    let reason = case.settled(&Outcome::Done(None)).reason.to_string();
    assert_eq!(reason, "edited the message of an earlier event with the same key (template stripe.payment)");
    assert!(matches!(case.decide(&Outcome::MessageGone { error: error() }), Decision::Resend));
    assert!(case.state.gone);
    case.mode = SendMode::PostAnew;
    let reason = case.settled(&Outcome::Done(Some(message()))).reason.to_string();
    assert_eq!(reason, "posted anew: the earlier message is gone (template stripe.payment)");
}

#[test]
fn a_429_costs_no_attempt_and_waits_as_discord_says() {
    let after = Duration::from_millis(376);
    let wait = Outcome::Wait { after, scope: crate::discord::RateLimitScope::Webhook, error: error() };
    let postponed = Scenario::new().postponed(&wait);
    assert!(!postponed.counts);
    assert_eq!(waits(&postponed), 377);
    assert_eq!(postponed.reason.to_string(), "waits 0.376s as Discord asked: HTTP 503");
}

#[test]
fn failures_back_off_and_are_given_up_only_after_days_and_tries() {
    let mut case = Scenario { status: Some(503), ..Scenario::new() };
    let retry = Outcome::Retry { error: error() };
    let first = case.postponed(&retry);
    assert!(first.counts && !first.possible_repeat);
    assert_eq!(waits(&first), 1000);
    let mut case = Scenario { status: Some(503), ..Scenario::of(1, NOW.before(Duration::from_secs(8 * 86_400))) };
    case.postponed(&retry);
    case.attempted(20);
    let settled = case.settled(&retry);
    assert_eq!(settled.status, Status::Dead);
    assert_eq!(settled.reason.to_string(), "given up after 8d and 21 attempts: HTTP 503");
}

#[test]
fn a_lost_answer_is_repeated_soon_once_and_then_slowly() {
    let mut case = Scenario { status: None, ..Scenario::new() };
    let pauses: Vec<i64> = (0..9)
        .map(|_| {
            let postponed = case.postponed(&lost());
            assert!(postponed.possible_repeat);
            waits(&postponed)
        })
        .collect();
    assert_eq!(pauses[0], 1000);
    assert_eq!(pauses[1], 66_000);
    assert_eq!(pauses[2], 132_000);
    assert_eq!(pauses[8], 3_960_000);
    assert!(case.state.must_ask());
    let settled = case.settled(&Outcome::Done(Some(message())));
    assert!(settled.possible_repeat && settled.reason.to_string().contains("an earlier answer was lost"));
}

#[test]
fn one_lost_answer_causes_no_look_up_and_the_next_delivery_starts_clean() {
    let mut case = Scenario { status: None, ..Scenario::new() };
    case.postponed(&lost());
    assert!(!case.state.must_ask());
    case.postponed(&lost());
    case.state.turn_to(&mut vec![queued(2, NOW)]);
    assert!(!case.state.must_ask() && case.state.losses == 0);
}

#[test]
fn a_failed_look_up_is_no_attempt() {
    let case = Scenario::new();
    let mut state = HeadState::default();
    state.losses = 2;
    let decision = unanswered(&case.tried(), &error(), &mut state, &Config::default(), 0.0, NOW);
    let Decision::Postpone(postponements) = decision else { panic!("{decision:?}") };
    let postponed = only(postponements);
    assert!(!postponed.counts && postponed.attempt.is_none());
    assert_eq!(waits(&postponed), 60_000);
}

#[test]
fn a_delivery_left_open_is_marked_unless_it_is_an_edit() {
    let mut case = Scenario::new();
    case.state.left_open = vec![1];
    let settled = case.settled(&Outcome::Done(Some(message())));
    assert!(settled.possible_repeat);
    assert!(
        settled.reason.to_string().contains("hookbell ended while this may have been under way"),
        "{}",
        settled.reason
    );
    case.mode = SendMode::Edit(message());
    assert!(!case.settled(&Outcome::Done(Some(message()))).possible_repeat);
}

#[test]
fn a_refused_message_is_followed_by_one_plain_message() {
    let mut case = Scenario { status: Some(400), ..Scenario::new() };
    let first = case.postponed(&refused_for("embeds[0].title"));
    assert_eq!(waits(&first), 0);
    let settled = case.settled(&refused_for("content"));
    assert_eq!(settled.status, Status::Dead);
    assert_eq!(
        settled.reason.to_string(),
        "Discord refused the message: HTTP 400: embeds[0].title; and the plain one: HTTP 400: content"
    );
    let mut case = Scenario::new();
    case.postponed(&refused_for("embeds[0].title"));
    let reason = case.settled(&Outcome::Done(Some(message()))).reason.to_string();
    assert!(reason.contains("as a plain message"), "{reason}");
}

#[test]
fn a_dead_webhook_parks_at_once_and_a_forbidden_one_at_the_third_time() {
    let dead = Outcome::WebhookDead { error: error() };
    let mut case = Scenario { status: Some(404), ..Scenario::new() };
    assert!(matches!(case.decide(&dead), Decision::Park { .. }));
    let mut case = Scenario { status: Some(403), ..Scenario::new() };
    case.postponed(&dead);
    case.postponed(&dead);
    case.status = Some(503);
    case.postponed(&Outcome::Retry { error: error() });
    case.status = Some(403);
    case.postponed(&dead);
    case.postponed(&dead);
    assert!(matches!(case.decide(&dead), Decision::Park { .. }));
}

#[test]
fn a_batch_is_delivered_as_one_message() {
    let Decision::Settle(settlements) = Scenario::of(3, NOW).decide(&Outcome::Done(Some(message()))) else { panic!() };
    assert_eq!(settlements.iter().map(|one| one.delivery).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(settlements.iter().all(|one| one.status == Status::Delivered && one.message == Some(message())));
    // What it is made of is remembered once, and each thing with its place in it.
    assert_eq!(settlements.iter().map(|one| one.shared.is_some()).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(settlements.iter().map(|one| one.slot).collect::<Vec<_>>(), [Some(0), Some(1), Some(2)]);
    assert!(settlements.iter().all(|one| one.live.is_some() && one.sent.is_some()));
    let words = "posted in one message with 2 others (template stripe.payment)";
    assert!(settlements.iter().all(|one| one.reason.to_string() == words), "{}", settlements[0].reason);
}

#[test]
fn a_batch_waits_together() {
    let Decision::Postpone(postponements) = Scenario::of(2, NOW).decide(&Outcome::Retry { error: error() }) else {
        panic!()
    };
    assert_eq!(postponements.iter().map(|one| (one.delivery, waits(one))).collect::<Vec<_>>(), [(1, 1000), (2, 1000)]);
}

#[test]
fn a_refused_batch_falls_apart_into_ones_that_are_tried_at_once() {
    let mut case = Scenario { status: Some(400), ..Scenario::of(3, NOW) };
    let Decision::Split(postponements) = case.decide(&refused_for("embeds[2].title")) else { panic!() };
    assert_eq!(
        postponements.iter().map(|one| (one.delivery, waits(one))).collect::<Vec<_>>(),
        [(1, 0), (2, 0), (3, 0)]
    );
    let reason = postponements[0].reason.to_string();
    assert_eq!(reason, "3 deliveries in one message failed, each is tried alone: HTTP 400: embeds[2].title");
    assert_eq!(case.state.refusal, None, "each alone is tried as its template wants it first");
}

#[test]
fn no_delivery_is_given_up_because_of_another_one_in_its_batch() {
    let mut case = Scenario::of(2, NOW);
    let misplaced = Outcome::Misplaced { misplacement: Misplacement::NeedsTag, error: error() };
    assert!(matches!(case.decide(&misplaced), Decision::Split(_)));
    let mut case = Scenario::of(2, NOW.before(Duration::from_secs(8 * 86_400)));
    let mut first = queued(1, case.batch.first().created);
    first.delivery.attempts = 20;
    case.batch = Batch::new(vec![group(first, "payment:1"), group(queued(2, NOW), "payment:2")]).expect("not empty");
    assert!(matches!(case.decide(&Outcome::Retry { error: error() }), Decision::Split(_)));
}

#[test]
fn what_may_have_been_posted_is_repeated_with_nothing_else() {
    let mut state = HeadState::default();
    state.left_open = vec![1, 2];
    let ids = |heads: &[QueuedDelivery]| heads.iter().map(|queued| queued.delivery.id).collect::<Vec<_>>();
    let mut heads: Vec<_> = (1..=4).map(|number| queued(number, NOW)).collect();
    state.turn_to(&mut heads);
    assert_eq!(ids(&heads), [1, 2]);
    let mut heads: Vec<_> = (3..=5).map(|number| queued(number, NOW)).collect();
    heads[2].delivery.possible_repeat = true;
    state.turn_to(&mut heads);
    assert_eq!((ids(&heads), state.losses), (vec![3, 4], 0));
}

#[test]
fn in_an_outage_attempts_are_never_more_than_an_eighth_of_it_apart() {
    let outage = Some(NOW);
    let pause = |attempts, seconds| retry_pause(attempts, outage, 1.0, NOW.after(Duration::from_secs(seconds)));
    // As the backoff has it while that is short.
    assert_eq!([pause(1, 0), pause(2, 1), pause(3, 3)].map(|pause| pause.as_secs()), [1, 2, 4]);
    assert_eq!([pause(6, 30), pause(9, 80), pause(20, 800)].map(|pause| pause.as_secs()), [5, 10, 100]);
    assert_eq!(pause(90, 100_000), Duration::from_secs(3600), "the backoff is the bound");
    assert_eq!(retry_pause(6, None, 1.0, NOW), Duration::from_secs(32), "only in an outage");
    // A clock that is set back makes it shorter, not longer.
    assert_eq!(retry_pause(20, outage, 1.0, NOW.before(Duration::from_secs(86_400))), SHORT_PAUSE);
}
