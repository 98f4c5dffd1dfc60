//! A lane: the queue of a destination.

use serde::Serialize;

use crate::store::LaneState;
use hookbell_model::timestamp::Timestamp;

hookbell_model::string_enum! {
    /// What a lane does at the moment.
    LaneStatus { Parked = "parked", Idle = "idle", Working = "working" }
}

/// A lane as every interface reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneView {
    pub destination: String,
    #[serde(rename = "state")]
    pub status: LaneStatus,
    /// Why it is parked.
    pub reason: Option<String>,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Age of the oldest waiting delivery.
    pub oldest_seconds: Option<u64>,
}

impl LaneView {
    pub fn new(lane: LaneState, now: Timestamp) -> Self {
        let status = match (&lane.parked, lane.depth) {
            (Some(_), _) => LaneStatus::Parked,
            (None, 0) => LaneStatus::Idle,
            (None, _) => LaneStatus::Working,
        };
        Self {
            destination: lane.destination,
            status,
            reason: lane.parked.map(|parked| parked.reason.to_string()),
            waiting: lane.depth,
            oldest_seconds: lane.oldest.map(|oldest| now.since(oldest).as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Parked;
    use hookbell_model::delivery::ParkReason;

    #[test]
    fn a_lane_is_parked_idle_or_working() {
        let now = Timestamp::from_secs(100);
        let idle = LaneState { destination: "sales".into(), depth: 0, oldest: None, parked: None, channel: None };
        let parked =
            Parked { reason: ParkReason::Untyped { text: "gone".into() }, fingerprint: "f".into(), since: now };
        let working = LaneState { depth: 2, oldest: Some(Timestamp::from_secs(40)), ..idle.clone() };
        let stopped = LaneState { parked: Some(parked), ..working.clone() };
        let of = |lane: &LaneState| serde_json::to_string(&LaneView::new(lane.clone(), now)).expect("JSON");
        assert_eq!(
            [of(&idle), of(&working), of(&stopped)],
            [
                r#"{"destination":"sales","state":"idle","reason":null,"waiting":0,"oldest_seconds":null}"#,
                r#"{"destination":"sales","state":"working","reason":null,"waiting":2,"oldest_seconds":60}"#,
                r#"{"destination":"sales","state":"parked","reason":"gone","waiting":2,"oldest_seconds":60}"#,
            ]
        );
    }
}
