//! Discord's ids. [D reference "Snowflakes"]

use serde_json::Value;
use time::OffsetDateTime;

/// Makes ids: milliseconds since 2015 in the upper bits, always growing.
#[derive(Debug, Default)]
pub(crate) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    pub(crate) fn next(&mut self) -> String {
        const DISCORD_EPOCH: i128 = 1_420_070_400_000;
        let millis = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000 - DISCORD_EPOCH;
        let by_time = u64::try_from(millis).unwrap_or(0) << 22;
        self.last = by_time.max(self.last + 1);
        self.last.to_string()
    }
}

/// Whether a JSON value is an id: a number, or its digits as a string.
pub(crate) fn is_snowflake(value: &Value) -> bool {
    match value {
        Value::String(text) => text.parse::<u64>().is_ok(),
        other => other.as_u64().is_some(),
    }
}
