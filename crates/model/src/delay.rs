//! Why a message was posted late.

use serde::{Deserialize, Serialize};

/// Why a message was posted late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelayCause {
    RateLimit,
    Outage,
    DeadWebhook,
    NotRunning,
}
