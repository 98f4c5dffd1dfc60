//! What follows from each outcome, and the words for it.

use super::*;
use hookbell_model::delivery::Plan;
use hookbell_model::event::EventId;

const NOW: Timestamp = Timestamp(10_000_000);

fn delivery() -> Delivery {
    Delivery {
        id: 1,
        event: EventId(1),
        destination: "sales".into(),
        plan: Plan::default(),
        status: Status::Pending,
        attempts: 0,
        not_before: NOW,
        reason: String::new(),
        message: None,
        possible_repeat: false,
        created: NOW,
        updated: NOW,
    }
}

fn message() -> MessageRef {
    MessageRef { id: "5".into(), channel: "6".into() }
}

struct Case {
    delivery: Delivery,
    state: HeadState,
    mode: SendMode,
    target: ThreadTarget,
    status: Option<u16>,
    sent: SentMessage,
}

impl Case {
    fn new() -> Self {
        let delivery = delivery();
        let mut state = HeadState::default();
        state.turn_to(&delivery);
        let (template, key) = ("stripe.payment".to_owned(), Some("payment:1".to_owned()));
        let sent = SentMessage { template, key, ..SentMessage::default() };
        Self { delivery, state, mode: SendMode::Post, target: ThreadTarget::default(), status: Some(200), sent }
    }

    fn tried(&self) -> Attempted<'_> {
        Attempted {
            delivery: &self.delivery,
            mode: &self.mode,
            target: &self.target,
            sent: &self.sent,
            notes: &[],
            has_spare_tag: false,
            at: NOW,
            took: Duration::from_millis(80),
            status: self.status,
        }
    }

    fn decide(&mut self, outcome: &Outcome) -> Decision {
        let mut state = std::mem::take(&mut self.state);
        let next = decide(&self.tried(), outcome, &mut state, &Config::default(), 1.0, NOW);
        self.state = state;
        next
    }

    fn settled(&mut self, outcome: &Outcome) -> Settlement {
        match self.decide(outcome) {
            Decision::Settle(settled) => settled,
            other => panic!("{other:?}"),
        }
    }

    fn postponed(&mut self, outcome: &Outcome) -> Postponement {
        match self.decide(outcome) {
            Decision::Postpone(postponed) => postponed,
            other => panic!("{other:?}"),
        }
    }
}

fn why() -> String {
    "HTTP 503".to_owned()
}

fn lost() -> Outcome {
    Outcome::Lost { why: why() }
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused { why: why.to_owned() }
}

fn waits(postponed: &Postponement) -> i64 {
    postponed.not_before.0 - NOW.0
}

#[test]
fn a_posted_message_is_remembered_by_its_key() {
    let settled = Case::new().settled(&Outcome::Done(Some(message())));
    assert_eq!((settled.status, settled.message), (Status::Delivered, Some(message())));
    assert_eq!(settled.key.as_deref(), Some("payment:1"));
    assert_eq!(settled.reason, "posted (template stripe.payment)");
    assert!(!settled.possible_repeat);
}

#[test]
fn a_message_without_an_id_leaves_the_key_alone() {
    let settled = Case::new().settled(&Outcome::Done(None));
    assert_eq!((settled.status, settled.message, settled.key), (Status::Delivered, None, None));
}

#[test]
fn an_edit_and_its_replacement_say_what_they_were() {
    let mut case = Case { mode: SendMode::Edit(message()), ..Case::new() };
    let reason = case.settled(&Outcome::Done(None)).reason;
    assert_eq!(reason, "edited the message of an earlier event with the same key (template stripe.payment)");
    assert!(matches!(case.decide(&Outcome::MessageGone { why: why() }), Decision::AtOnce));
    assert!(case.state.gone);
    case.mode = SendMode::PostAnew;
    let reason = case.settled(&Outcome::Done(Some(message()))).reason;
    assert_eq!(reason, "posted anew: the earlier message is gone (template stripe.payment)");
}

#[test]
fn a_429_costs_no_attempt_and_waits_as_told() {
    let after = Duration::from_millis(376);
    let wait = Outcome::Wait { after, scope: crate::discord::RateLimitScope::Webhook, why: why() };
    let postponed = Case::new().postponed(&wait);
    assert!(!postponed.counts);
    assert_eq!(waits(&postponed), 377);
    assert_eq!(postponed.reason, "waits 0.376s as Discord asked: HTTP 503");
}

#[test]
fn failures_back_off_and_are_given_up_only_after_days_and_tries() {
    let mut case = Case { status: Some(503), ..Case::new() };
    let retry = Outcome::Retry { why: why() };
    let first = case.postponed(&retry);
    assert!(first.counts && !first.possible_repeat);
    assert_eq!(waits(&first), 1000);
    case.delivery.created = NOW.before(Duration::from_secs(8 * 86_400));
    case.postponed(&retry);
    case.delivery.attempts = 20;
    let settled = case.settled(&retry);
    assert_eq!(settled.status, Status::Dead);
    assert_eq!(settled.reason, "given up after 8d and 21 tries: HTTP 503");
}

#[test]
fn a_lost_answer_is_repeated_soon_once_and_then_slowly() {
    let mut case = Case { status: None, ..Case::new() };
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
    assert!(settled.possible_repeat && settled.reason.contains("an answer got lost"));
}

#[test]
fn one_lost_answer_asks_nothing_and_the_next_delivery_starts_clean() {
    let mut case = Case { status: None, ..Case::new() };
    case.postponed(&lost());
    assert!(!case.state.must_ask());
    case.postponed(&lost());
    case.state.turn_to(&Delivery { id: 2, ..delivery() });
    assert!(!case.state.must_ask() && case.state.losses == 0);
}

#[test]
fn a_question_without_an_answer_is_no_try() {
    let case = Case::new();
    let mut state = HeadState { losses: 2, ..HeadState::default() };
    let next = unanswered(&case.tried(), "HTTP 502", &mut state, &Config::default(), 0.0, NOW);
    let Decision::Postpone(postponed) = next else { panic!("{next:?}") };
    assert!(!postponed.counts && postponed.attempt.is_none());
    assert_eq!(waits(&postponed), 60_000);
}

#[test]
fn a_delivery_left_open_is_marked_unless_it_is_an_edit() {
    let mut case = Case::new();
    case.state.left_open = true;
    let settled = case.settled(&Outcome::Done(Some(message())));
    assert!(settled.possible_repeat);
    assert!(settled.reason.contains("hookbell ended while this may have been under way"), "{}", settled.reason);
    case.mode = SendMode::Edit(message());
    assert!(!case.settled(&Outcome::Done(Some(message()))).possible_repeat);
}

#[test]
fn a_refused_message_gets_one_plain_try() {
    let mut case = Case { status: Some(400), ..Case::new() };
    let first = case.postponed(&refused("HTTP 400: embeds[0].title"));
    assert_eq!(waits(&first), 0);
    let settled = case.settled(&refused("HTTP 400: content"));
    assert_eq!(settled.status, Status::Dead);
    assert_eq!(
        settled.reason,
        "Discord refused the message: HTTP 400: embeds[0].title; and the plain one: HTTP 400: content"
    );
    let mut case = Case::new();
    case.postponed(&refused("HTTP 400: embeds[0].title"));
    let reason = case.settled(&Outcome::Done(Some(message()))).reason;
    assert!(reason.contains("as a plain message"), "{reason}");
}

#[test]
fn a_dead_webhook_parks_at_once_and_a_forbidden_one_at_the_third_time() {
    let dead = Outcome::WebhookDead { why: why() };
    let mut case = Case { status: Some(404), ..Case::new() };
    assert!(matches!(case.decide(&dead), Decision::Park { .. }));
    let mut case = Case { status: Some(403), ..Case::new() };
    case.postponed(&dead);
    case.postponed(&dead);
    case.status = Some(503);
    case.postponed(&Outcome::Retry { why: why() });
    case.status = Some(403);
    case.postponed(&dead);
    case.postponed(&dead);
    assert!(matches!(case.decide(&dead), Decision::Park { .. }));
}
