//! What a route says about too many events, late ones, and things that may be over soon.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::millis;
use crate::rate::Rate;

/// More events than this of one route become one message, which is edited while they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StormPlan {
    pub over: u32,
    #[serde(rename = "per_ms", with = "millis")]
    pub per: Duration,
}

/// A span of a plan: of `hold`, `remind` or `stale_after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanSpan(#[serde(with = "millis")] pub Duration);

/// Messages of a route in a span of time; the others are summed up at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutePace {
    pub count: u32,
    #[serde(rename = "span_ms", with = "millis")]
    pub span: Duration,
}

impl From<Rate> for RoutePace {
    fn from(Rate { count, span }: Rate) -> Self {
        Self { count, span }
    }
}
