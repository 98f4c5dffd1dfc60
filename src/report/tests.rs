//! The JSON of an event's report, whole.

use std::time::Duration;

use super::event::{EventReport, EventView};
use crate::store::{EventDetails, EventStatus, EventSummary, Repetitions};
use hookbell_model::delivery::{Attempt, AttemptOutcome, Delivery, MessageRef, Plan, Reason, Status};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::privacy::Masks;
use hookbell_model::timestamp::Timestamp;

const RECEIVED: Timestamp = Timestamp(1_700_000_000_000);

fn later(secs: u64) -> Timestamp {
    RECEIVED.after(Duration::from_secs(secs))
}

fn event() -> Event {
    Event {
        id: EventId(77),
        source: "shop".into(),
        provider: "stripe".into(),
        reference: "evt_1".into(),
        event_type: "invoice.paid".into(),
        topic: Topic::Payment,
        facts: Facts { amount: Some(500), currency: Some("JPY".into()), ..Facts::default() },
        time: RECEIVED.before(Duration::from_secs(3)),
        received: RECEIVED,
    }
}

pub(super) fn delivery(destination: &str, status: Status) -> Delivery {
    Delivery {
        id: 1,
        event: EventId(77),
        destination: destination.into(),
        plan: Plan { route: Some("routes[2]".into()), template: Some("stripe.payment".into()), ..Plan::default() },
        status,
        attempts: 1,
        not_before: Timestamp::default(),
        reason: None,
        message: None,
        possible_repeat: false,
        created: RECEIVED,
        updated: later(9),
    }
}

fn attempt(secs: u64, outcome: AttemptOutcome, detail: &str) -> Attempt {
    Attempt { at: later(secs), took: Duration::from_millis(120), outcome, detail: detail.into() }
}

fn details(body: &[u8], deliveries: Vec<(Delivery, Vec<Attempt>)>) -> EventDetails {
    let headers = [("content-type".to_owned(), "application/json".to_owned())].into();
    let raw = Raw { headers, body: body.to_vec() };
    EventDetails { event: event(), raw, receipt: None, deliveries, repetitions: None, title: String::new() }
}

/// A report of an event with a delivery that was posted and one that waits, which came three times in all.
pub(crate) fn report() -> EventReport {
    let message = MessageRef { id: "777".into(), channel: "2222".into() };
    let posted = Delivery { message: Some(message), possible_repeat: true, ..delivery("sales", Status::Delivered) };
    let waiting = Delivery {
        reason: Some(Reason::Untyped { text: "Discord answered 503".into() }),
        not_before: later(60),
        updated: later(2),
        ..delivery("ops", Status::Pending)
    };
    let repetitions = Some(Repetitions { count: 2, first: later(20), last: later(50) });
    let details = details(
        br#"{"id":"evt_1"}"#,
        vec![
            (posted, vec![attempt(1, AttemptOutcome::Lost, "no answer"), attempt(8, AttemptOutcome::Delivered, "200")]),
            (waiting, vec![attempt(2, AttemptOutcome::Failed, "503")]),
        ],
    );
    EventReport::from(EventDetails { repetitions, ..details })
}

#[test]
fn an_event_is_reported_with_deliveries_and_timeline() {
    let report = report();
    assert_eq!(report.event.status, EventStatus::Has(Status::Pending));
    assert_eq!(report.deliveries.iter().map(|one| one.next_attempt()).collect::<Vec<_>>(), [None, Some(later(60))]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).expect("JSON"));
}

#[test]
fn an_unrouted_event_says_so() {
    let report = EventReport::from(details(b"a\xff=1", Vec::new()));
    let json = serde_json::to_value(&report).expect("JSON");
    assert_eq!((&json["status"], &json["payload"]), (&"unrouted".into(), &"a\u{fffd}=1".into()));
    let steps: Vec<_> = json["timeline"].as_array().into_iter().flatten().map(|entry| &entry["step"]).collect();
    assert_eq!(steps, ["received", "unrouted"]);
}

#[test]
fn an_event_in_a_list_has_no_deliveries() {
    let view = EventView::from(EventSummary {
        event: event(),
        status: EventStatus::Has(Status::Dead),
        masks: Masks::all(),
        title: String::new(),
        message: None,
    });
    let json = serde_json::to_value(&view).expect("JSON");
    assert_eq!(
        (&json["status"], &json["type"], &json["ref"]),
        (&"dead".into(), &"invoice.paid".into(), &"evt_1".into())
    );
    assert!(json.get("deliveries").is_none() && json.get("payload").is_none());
}
