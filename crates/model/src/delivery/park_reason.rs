//! Why a lane is parked.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::webhook_error::WebhookError;

/// Why a lane is parked. Kept as JSON, as [`Reason`](super::Reason) is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ParkReason {
    /// The webhook no longer exists, or may not post.
    WebhookDead { error: WebhookError },
    /// A text that was kept before reasons had types.
    Untyped { text: String },
}

impl fmt::Display for ParkReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WebhookDead { error } => error.fmt(f),
            Self::Untyped { text } => f.write_str(text),
        }
    }
}
