//! The buckets that events and money are counted in.

use hookbell_model::timestamp::Timestamp;

/// Of a bucket of the finest counters.
const QUARTER_MS: i64 = 900_000;
const DAY_MS: i64 = 86_400_000;
pub(super) const QUARTERS_A_DAY: i64 = DAY_MS / QUARTER_MS;

/// Quarters of an hour since 1970.
pub(super) fn quarter(at: Timestamp) -> i64 {
    at.0.div_euclid(QUARTER_MS)
}

/// Days of UTC since 1970.
pub(super) fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_MS)
}
