//! Moments as people write them.

use hookbell_model::timestamp::{Timestamp, parse_duration};
use hookbell_model::zone::Zone;

/// What is offered for an empty option.
pub(super) const EXAMPLES: [&str; 6] = ["1h", "24h", "today", "yesterday", "7d", "30d"];

/// Reads how long ago (`30m`, `24h`, `7d`), `today`, `yesterday`, a day or a time there (`2026-11-27`,
/// `2026-11-27 14:30`), or RFC 3339.
pub(super) fn read(text: &str, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "now" => Some(now),
        "today" => zone.midnight(now, 0),
        "yesterday" => zone.midnight(now, 1),
        lower => {
            let span = parse_duration(lower).ok().map(|span| now.before(span));
            span.or_else(|| zone.read(text)).or_else(|| Timestamp::parse_rfc3339(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_the_zone_that_the_config_names() {
        let zone: Zone = "Europe/Berlin".parse().expect("a zone");
        let now = Timestamp::parse_rfc3339("2026-11-27T22:30:00Z").expect("a time");
        let read = |text: &str| read(text, &zone, now).map(Timestamp::to_rfc3339);
        for (text, moment) in [
            ("2h", "2026-11-27T20:30:00Z"),
            ("today", "2026-11-26T23:00:00Z"),
            ("Yesterday", "2026-11-25T23:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
            ("2026-07-01 14:30", "2026-07-01T12:30:00Z"),
            ("2026-07-01T14:30", "2026-07-01T12:30:00Z"),
            ("2026-07-01T14:30:00Z", "2026-07-01T14:30:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(moment), "{text}");
        }
        for wrong in ["", "soon", "2026-13-01", "14:30", "-2h", "99999999999999d"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(EXAMPLES.iter().all(|example| read(example).is_some()));
    }
}
