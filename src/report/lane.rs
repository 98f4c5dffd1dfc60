//! A lane: the queue of a destination.

use serde::Serialize;

use super::serialize::display_option;
use crate::store::{LaneState, Parked, Paused};
use hookbell_model::delivery::{Delivery, Reason};
use hookbell_model::timestamp::Timestamp;

hookbell_model::string_enum! {
    /// What a lane does at the moment.
    LaneStatus {
        /// Nothing is pending.
        Idle = "idle",
        /// Its deliveries go out, as fast as Discord takes them.
        Flowing = "flowing",
        /// Discord said how long to wait.
        Waiting = "waiting",
        /// The last attempt failed, another one follows.
        BackingOff = "backing_off",
        /// An operator has stopped it.
        Paused = "paused",
        /// Its webhook is dead.
        Parked = "parked",
    }
}

/// A lane as every interface reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneView {
    pub destination: String,
    #[serde(rename = "state")]
    pub status: LaneStatus,
    /// Why it does not flow.
    pub reason: Option<String>,
    /// Since when it does not.
    #[serde(serialize_with = "display_option")]
    pub since: Option<Timestamp>,
    /// When the next attempt is made, unless Discord answers earlier.
    #[serde(serialize_with = "display_option")]
    pub until: Option<Timestamp>,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Age of the oldest waiting delivery.
    pub oldest_seconds: Option<u64>,
}

/// Why a lane does not flow.
#[derive(Default)]
struct Obstacle {
    reason: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl LaneView {
    pub fn new(lane: LaneState, now: Timestamp) -> Self {
        let LaneState { destination, depth, oldest, parked, paused, head, first_attempt, channel: _ } = lane;
        let (status, Obstacle { reason, since, until }) = match (paused, parked, head) {
            (Some(Paused { since, reason }), ..) => {
                (LaneStatus::Paused, Obstacle { reason, since: Some(since), until: None })
            }
            (None, Some(Parked { since, reason, .. }), _) => {
                let reason = Some(reason.to_string());
                (LaneStatus::Parked, Obstacle { reason, since: Some(since), until: None })
            }
            (None, None, Some(head)) => of_head(&head, first_attempt, now),
            (None, None, None) if depth > 0 => (LaneStatus::Flowing, Obstacle::default()),
            (None, None, None) => (LaneStatus::Idle, Obstacle::default()),
        };
        let oldest_seconds = oldest.map(|oldest| now.since(oldest).as_secs());
        Self { destination, status, reason, since, until, waiting: depth, oldest_seconds }
    }
}

fn of_head(head: &Delivery, first_attempt: Option<Timestamp>, now: Timestamp) -> (LaneStatus, Obstacle) {
    let wait = head.remaining_wait(now);
    if wait.is_zero() {
        return (LaneStatus::Flowing, Obstacle::default());
    }
    let (reason, until) = (head.reason.as_ref().map(Reason::to_string), Some(now.after(wait)));
    match &head.reason {
        Some(Reason::Failed { .. } | Reason::Refused { .. } | Reason::Split { .. }) => {
            (LaneStatus::BackingOff, Obstacle { reason, since: first_attempt.or(Some(head.updated)), until })
        }
        _ => (LaneStatus::Waiting, Obstacle { reason, since: Some(head.updated), until }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::delivery;
    use super::*;
    use hookbell_model::delivery::{FailureCause, ParkReason, Status};
    use hookbell_model::webhook_error::WebhookError;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp(100_000);

    fn lane() -> LaneState {
        LaneState {
            destination: "sales".into(),
            depth: 0,
            oldest: None,
            parked: None,
            paused: None,
            head: None,
            first_attempt: None,
            channel: None,
        }
    }

    fn json(lane: LaneState) -> String {
        serde_json::to_string(&LaneView::new(lane, NOW)).expect("JSON")
    }

    #[test]
    fn a_lane_says_what_it_waits_for_and_until_when() {
        let error = WebhookError { status: Some(503), ..WebhookError::default() };
        let head = Delivery { not_before: NOW, updated: NOW, reason: None, ..delivery("sales", Status::Pending) };
        let flowing = LaneState { depth: 2, oldest: Some(Timestamp(40_000)), head: Some(head.clone()), ..lane() };
        let cause = FailureCause::Error { error: error.clone() };
        let until = NOW.after(Duration::from_secs(4));
        let failed = Delivery { not_before: until, reason: Some(Reason::Failed { attempt: 3, cause }), ..head.clone() };
        let backing_off = LaneState { head: Some(failed), first_attempt: Some(Timestamp(90_000)), ..flowing.clone() };
        let reason = Some(Reason::Waiting { after: Duration::from_secs(4), error });
        let waiting = LaneState { head: Some(Delivery { not_before: until, reason, ..head }), ..flowing.clone() };
        let reason = ParkReason::Untyped { text: "gone".into() };
        let parked =
            LaneState { parked: Some(Parked { reason, fingerprint: "f".into(), since: NOW }), ..backing_off.clone() };
        let paused = Some(Paused { since: NOW, reason: Some("a flood".into()) });
        let paused = LaneState { paused, ..parked.clone() };
        assert_eq!(
            [lane(), flowing, backing_off, waiting, parked, paused].map(json),
            [
                r#"{"destination":"sales","state":"idle","reason":null,"since":null,"until":null,"waiting":0,"oldest_seconds":null}"#,
                r#"{"destination":"sales","state":"flowing","reason":null,"since":null,"until":null,"waiting":2,"oldest_seconds":60}"#,
                r#"{"destination":"sales","state":"backing_off","reason":"attempt 3 failed: HTTP 503","since":"1970-01-01T00:01:30Z","until":"1970-01-01T00:01:44Z","waiting":2,"oldest_seconds":60}"#,
                r#"{"destination":"sales","state":"waiting","reason":"waits 4s as Discord asked: HTTP 503","since":"1970-01-01T00:01:40Z","until":"1970-01-01T00:01:44Z","waiting":2,"oldest_seconds":60}"#,
                r#"{"destination":"sales","state":"parked","reason":"gone","since":"1970-01-01T00:01:40Z","until":null,"waiting":2,"oldest_seconds":60}"#,
                r#"{"destination":"sales","state":"paused","reason":"a flood","since":"1970-01-01T00:01:40Z","until":null,"waiting":2,"oldest_seconds":60}"#,
            ]
        );
    }
}
