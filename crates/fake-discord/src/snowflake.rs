//! Discord's ids. [D reference "Snowflakes"]

use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;

/// Makes ids: milliseconds since 2015 in the upper bits, always growing.
#[derive(Debug, Default)]
pub(crate) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    pub(crate) fn next(&mut self) -> String {
        self.last = by_time(Duration::ZERO).max(self.last + 1);
        self.last.to_string()
    }

    /// An id as it would have been made so long ago, distinct from all others.
    pub(crate) fn aged(&mut self, age: Duration) -> String {
        if age.is_zero() {
            return self.next();
        }
        // The lower bits come from a number that is used once, marked so that no id of that time has them.
        let unique = self.next().parse::<u64>().unwrap_or(0) & 0x1f_ffff;
        (by_time(age) | 1 << 21 | unique).to_string()
    }
}

fn by_time(ago: Duration) -> u64 {
    const DISCORD_EPOCH: i128 = 1_420_070_400_000;
    let ago = i128::try_from(ago.as_millis()).unwrap_or(0);
    let millis = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000 - DISCORD_EPOCH - ago;
    u64::try_from(millis).unwrap_or(0) << 22
}

/// Whether a JSON value is an id: a number, or its digits as a string.
pub(crate) fn is_snowflake(value: &Value) -> bool {
    match value {
        Value::String(text) => text.parse::<u64>().is_ok(),
        other => other.as_u64().is_some(),
    }
}
