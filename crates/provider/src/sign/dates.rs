//! Moves the dates of a sample's body by one span, so that what happened an hour before its event still did, and what
//! comes three days later is still to come.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use hookbell_model::lenient_time;
use hookbell_model::timestamp::Timestamp;

/// A number is a date only so near to the date of its event; others are ids and amounts.
const NEAR: Duration = Duration::from_secs(3 * 366 * 24 * 3600);
/// Ends of keys whose numbers are never dates.
const NO_DATES: [&str; 4] = ["id", "number", "amount", "total"];

/// A date as the body has it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateLiteral {
    Text(String),
    Number(u64),
}

impl DateLiteral {
    /// All of a payload. `event` is the date of its event, near which numbers are dates.
    pub(super) fn all(payload: &Value, event: Timestamp) -> BTreeSet<Self> {
        let mut found = BTreeSet::new();
        collect("", payload, event, &mut found);
        found
    }

    pub(super) fn literal(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }

    /// So many seconds later, in the same spelling.
    pub(super) fn later(&self, seconds: i64) -> Option<String> {
        match self {
            Self::Text(text) => later_text(text, seconds),
            Self::Number(number) => {
                let unit = if *number < 100_000_000_000 { 1 } else { 1000 };
                Some(i64::try_from(*number).ok()?.checked_add(seconds.checked_mul(unit)?)?.to_string())
            }
        }
    }
}

fn collect(key: &str, value: &Value, event: Timestamp, found: &mut BTreeSet<DateLiteral>) {
    match value {
        Value::String(text) if later_text(text, 0).is_some() => {
            found.insert(DateLiteral::Text(text.clone()));
        }
        Value::Number(number) => {
            let named = |end: &&str| key.to_lowercase().ends_with(end);
            let date = number.as_u64().filter(|number| *number < 100_000_000_000_000);
            if let Some(number) = date.filter(|_| !NO_DATES.iter().any(named))
                && lenient_time::from_unix(number as f64)
                    .is_some_and(|at| at.0.abs_diff(event.0) < NEAR.as_millis() as u64)
            {
                found.insert(DateLiteral::Number(number));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(key, item, event, found)),
        Value::Object(map) => map.iter().for_each(|(key, item)| collect(key, item, event, found)),
        _ => {}
    }
}

/// `2026-11-21`, alone or with a time of day, perhaps with a fraction and a zone, which stay. The clock is moved as it is
/// written: whatever its zone, the span is the same.
fn later_text(text: &str, seconds: i64) -> Option<String> {
    let (date, rest) = text.split_at_checked(10)?;
    let clock = rest.get(1..).unwrap_or_default();
    let clock_end = clock.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(clock.len());
    let (clock, end) = clock.split_at_checked(clock_end)?;
    let whole = match (clock.len(), rest.starts_with(['T', ' '])) {
        (0, false) if rest.is_empty() => format!("{date}T00:00:00Z"),
        (5, true) => format!("{date}T{clock}:00Z"),
        (8, true) => format!("{date}T{clock}Z"),
        _ => return None,
    };
    if end.len() > 20 {
        return None;
    }
    let at = Timestamp::parse_rfc3339(&whole)?;
    let moved = Timestamp(at.0.checked_add(seconds.checked_mul(1000)?)?).to_rfc3339();
    let clock = moved.get(11..11 + clock.len())?;
    let separator = rest.get(..1).unwrap_or_default();
    Some(format!("{}{separator}{clock}{end}", moved.get(..10)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_date_is_moved_in_its_own_spelling() {
        for (text, later) in [
            ("2026-11-21T10:00:00Z", "2026-11-22T11:00:01Z"),
            ("2026-11-21T10:00:00.123+01:00", "2026-11-22T11:00:01.123+01:00"),
            ("2026-11-21 10:00:00 UTC", "2026-11-22 11:00:01 UTC"),
            ("2026-11-21T10:00", "2026-11-22T11:00"),
            ("2026-11-21", "2026-11-22"),
        ] {
            assert_eq!(later_text(text, 25 * 3600 + 1).as_deref(), Some(later));
        }
        for text in ["2026-11-21x", "2026-13-41", "10:00:00", "", "1234567890", "2026-11-21 is the day"] {
            assert_eq!(later_text(text, 1), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_a_date_where_it_may_be_one() {
        let event = Timestamp::from_secs(1_795_255_200);
        let payload = json!({ "created": 1_795_255_100, "next": 1_795_855_200_000_u64, "id": 1_795_255_101, "big": 1_500, "old": 1_200_000_000 });
        let dates = DateLiteral::all(&payload, event);
        let expected = [DateLiteral::Number(1_795_255_100), DateLiteral::Number(1_795_855_200_000)];
        assert_eq!(dates, BTreeSet::from(expected));
        assert_eq!(DateLiteral::Number(1_795_855_200_000).later(2).as_deref(), Some("1795855202000"));
    }
}
