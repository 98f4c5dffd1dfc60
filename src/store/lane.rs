//! A lane as the store keeps it: who owns it, why it is parked, where its webhook posts, its pending deliveries.

use hookbell_model::delivery::{Delivery, ParkReason};
use hookbell_model::event::{Event, Raw};
use hookbell_model::timestamp::Timestamp;

/// A lane at the moment it was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedLane {
    pub parked: Option<Parked>,
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

/// Where a webhook posts, as Discord answered its `GET`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookChannel {
    pub guild: Option<String>,
    pub channel: String,
    /// Of the webhook that was looked up.
    pub fingerprint: String,
}

/// A pending delivery with everything that is needed to make its message.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedDelivery {
    pub delivery: Delivery,
    pub event: Event,
    pub raw: Raw,
}

/// A lane as `/readyz` and `/metrics` report it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneState {
    pub destination: String,
    /// Pending deliveries.
    pub depth: u64,
    /// When the event of the oldest pending one was received.
    pub oldest: Option<Timestamp>,
    pub parked: Option<Parked>,
    pub channel: Option<WebhookChannel>,
}
