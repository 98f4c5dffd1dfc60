//! The order of events, what is remembered, and what is stored.

use serde_json::{Value, json};

use super::*;
use crate::event::{EventId, Severity};
use crate::timestamp::Timestamp;

fn at(time: i64) -> EventPosition {
    EventPosition { time: Timestamp(time), by_receipt: false, sequence: None, rank: None }
}

fn entry(id: i64, time: i64) -> HistoryEvent {
    HistoryEvent {
        id: EventId(id),
        position: at(time),
        event_type: "order.paid".to_owned(),
        severity: Severity::Info,
        title: format!("{id}"),
    }
}

#[test]
fn events_are_ordered_by_sequence_then_time_then_rank() {
    assert!(at(1).is_older_than(&at(2)) && !at(2).is_older_than(&at(1)));
    assert!(!at(1).is_older_than(&at(1)), "what was accepted later counts as newer");
    let numbered = |time, number| EventPosition { sequence: Some(number), ..at(time) };
    assert!(numbered(9, 1).is_older_than(&numbered(3, 2)));
    assert!(numbered(3, 9).is_older_than(&at(4)), "without a sequence of both the time decides");
    let received = |time| EventPosition { by_receipt: true, ..at(time) };
    assert!(!received(1).is_older_than(&received(2)), "a clock that is set back swallows nothing");
    assert!(!received(1).is_older_than(&at(2)) && !at(1).is_older_than(&received(2)));
    let ranked = |rank| EventPosition { rank: Some(rank), ..at(5) };
    assert!(ranked(0).is_older_than(&ranked(3)) && !ranked(3).is_older_than(&ranked(0)));
}

#[test]
fn history_is_in_the_order_of_time_whatever_came_first() {
    let mut state = LiveState::default();
    for entry in [entry(1, 30), entry(2, 10), entry(3, 20), entry(2, 10)] {
        state.record(entry);
    }
    let ids: Vec<i64> = state.history.iter().map(|entry| entry.id.0).collect();
    assert_eq!(ids, [2, 3, 1]);
    let before: Vec<i64> = state.history_before(&at(30), EventId(1)).iter().map(|entry| entry.id.0).collect();
    assert_eq!(before, [2, 3]);
    for number in 10..100 {
        state.record(entry(number, number));
    }
    assert_eq!((state.history.len(), state.history.last().map(|last| last.id.0)), (HISTORY, Some(99)));
}

#[test]
fn a_missing_value_is_filled_and_a_known_one_is_kept() {
    assert_eq!(fill(json!(null), &json!("Ada")), json!("Ada"));
    assert_eq!(fill(json!("  "), &json!("Ada")), json!("Ada"));
    assert_eq!(fill(json!("Bob"), &json!("Ada")), json!("Bob"));
    assert_eq!(fill(json!(false), &json!(true)), json!(false));
    let joined = fill(json!({"b": 2, "c": null}), &json!({"a": 1, "b": 1, "c": 3}));
    assert_eq!(joined, json!({"a": 1, "b": 2, "c": 3}));
}

#[test]
fn the_newest_value_is_remembered_whatever_came_first() {
    let object = |value: Value| value.as_object().cloned().unwrap_or_default();
    let said = [
        (at(3), object(json!({ "who": null, "refunds": { "b": 2 } }))),
        (at(1), object(json!({ "who": "Ada", "refunds": { "a": 1, "b": 9 } }))),
        (at(2), object(json!({ "who": "Bob", "card": "4242" }))),
    ];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        let mut remembered = Remembered::default();
        for index in order {
            let (at, values) = said[index].clone();
            remembered.learn(values, at);
        }
        let known = json!({ "who": "Bob", "card": "4242", "refunds": { "a": 1, "b": 2 } });
        assert_eq!(Value::Object(remembered.values()), known, "{order:?}");
        let stored = serde_json::to_string(&remembered).expect("JSON");
        assert_eq!(serde_json::from_str::<Remembered>(&stored).expect("read"), remembered);
    }
}

#[test]
fn the_state_of_an_older_version_is_read() {
    let state: LiveState = serde_json::from_str("{}").expect("a state");
    assert_eq!(state, LiveState::default());
    assert!(!state.is_newer_than(&at(0), EventId(1)));
    assert_eq!(state.mentioned, None);
}
