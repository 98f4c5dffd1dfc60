//! What a route says of digests.

use serde::{Deserialize, Serialize};

use crate::quiet_hours::CriticalPlan;
use crate::schedule::Schedule;

/// The route's events are put into one message each time the schedule says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestPlan {
    pub every: Schedule,
    /// The message of the digest, such as `hookbell.digest`; none = the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    #[serde(default, skip_serializing_if = "CriticalPlan::is_usual")]
    pub critical: CriticalPlan,
}
