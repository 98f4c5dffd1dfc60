//! A message as it was posted, kept beside its delivery.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message as it was posted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SentMessage {
    /// The message's name (`stripe.payment`), or `generic` for the generic card.
    pub template: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What failed or was cut, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The body of a new post, also where it edited an earlier message or went into an existing forum post.
    pub body: Value,
}
