//! A lane as the store keeps it: who owns it, why it is parked, where its webhook posts, its pending deliveries.

use serde::{Deserialize, Serialize};

use hookbell_model::delivery::{Delivery, ParkReason};
use hookbell_model::event::{Event, Raw};
use hookbell_model::timestamp::Timestamp;

/// A lane at the moment it was claimed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimedLane {
    pub parked: Option<Parked>,
    pub paused: Option<Paused>,
    /// When an operator last asked for a retry.
    pub asked: Option<Timestamp>,
    pub channel: Option<WebhookChannel>,
    /// The last owner ended without releasing it: these deliveries may already have been posted.
    pub left_open: Vec<i64>,
}

/// Why a lane makes no requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    pub reason: ParkReason,
    /// Of the webhook that was dead; another fingerprint in the config frees the lane.
    pub fingerprint: String,
    pub since: Timestamp,
}

/// An operator has stopped the lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where a webhook posts, as Discord answered its `GET`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookChannel {
    pub guild: Option<String>,
    pub channel: String,
    /// Of the webhook that was looked up.
    pub fingerprint: String,
    /// The application that the webhook belongs to; none where it was made by hand.
    pub application: Option<String>,
}

/// A pending delivery with everything that is needed to make its message.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedDelivery {
    pub delivery: Delivery,
    pub event: Event,
    pub raw: Raw,
}

/// A lane as `hookbell lanes`, `/readyz` and `/metrics` report it.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneState {
    pub destination: String,
    /// Pending deliveries.
    pub depth: u64,
    /// When the event of the oldest pending one was received.
    pub oldest: Option<Timestamp>,
    pub parked: Option<Parked>,
    pub paused: Option<Paused>,
    /// The oldest pending delivery.
    pub head: Option<Delivery>,
    /// When it was first attempted.
    pub first_attempt: Option<Timestamp>,
    pub channel: Option<WebhookChannel>,
}

/// Which of a lane's pending deliveries are purged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurgeFilter {
    /// Of this source; none = of any.
    pub source: Option<String>,
    /// Whose events were received before; none = all.
    pub before: Option<Timestamp>,
}

/// What a purge takes, or would take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purge {
    pub count: u64,
    /// When the first and the last of the events were received.
    pub oldest: Option<Timestamp>,
    pub newest: Option<Timestamp>,
}

impl Purge {
    pub(super) fn add(&mut self, received: Timestamp) {
        self.count += 1;
        self.oldest = Some(self.oldest.map_or(received, |oldest| oldest.min(received)));
        self.newest = self.newest.max(Some(received));
    }
}
