//! Points in time as senders write them: Unix time in several units, RFC 3339 and its relatives. The one lenient
//! reader; what is signed is read strictly, with [`Timestamp::parse_rfc3339`].

use crate::timestamp::Timestamp;

/// In bytes; no date is longer.
const MAX_LENGTH: usize = 64;
/// The first second of the year 1 and the last of the year 9999. Beyond them neither RFC 3339 nor Discord can write
/// a date.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Reads Unix time or a date; a date without a time of day is midnight UTC. `None` for anything else.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    parse_unix(text)
        .or_else(|| parse_date_time(text))
        .or_else(|| if text.len() == 10 { parse_date_time(&format!("{text}T00:00:00Z")) } else { None })
}

/// Reads a number, perhaps with a fraction, as [`from_unix`] does.
pub fn parse_unix(text: &str) -> Option<Timestamp> {
    from_unix(plain(text)?.parse().ok()?)
}

/// Unix time in seconds, milliseconds, microseconds or nanoseconds, distinguished by magnitude: 10¹¹ seconds are the
/// year 5138, and as many milliseconds the year 1973.
pub fn from_unix(number: f64) -> Option<Timestamp> {
    let millis = match number.abs() {
        size if size < 1e11 => number * 1e3,
        size if size < 1e14 => number,
        size if size < 1e17 => number / 1e3,
        size if size < 1e20 => number / 1e6,
        _ => return None,
    };
    in_range(Timestamp(millis as i64))
}

/// Reads a date with a time of day: RFC 3339, and the looser `2026-11-21 10:00:00 UTC`, `2026-11-21 10:00:00 +0100`
/// and `2026-11-21T10:00`. Without a zone it is UTC.
pub fn parse_date_time(text: &str) -> Option<Timestamp> {
    let text = plain(text)?;
    Timestamp::parse_rfc3339(text).or_else(|| Timestamp::parse_rfc3339(&to_rfc3339(text)?)).and_then(in_range)
}

fn plain(text: &str) -> Option<&str> {
    let text = text.trim();
    (text.len() <= MAX_LENGTH && text.is_ascii()).then_some(text)
}

fn in_range(at: Timestamp) -> Option<Timestamp> {
    SECONDS.contains(&at.secs()).then_some(at)
}

/// Adds what RFC 3339 requires and the text leaves out.
fn to_rfc3339(text: &str) -> Option<String> {
    let (date, rest) = text.split_once(['T', ' '])?;
    let rest = rest.trim();
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(rest.len());
    let (clock, zone) = rest.split_at_checked(end)?;
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    let zone = match zone.trim() {
        "" | "UTC" | "GMT" | "Z" => "Z".to_owned(),
        zone if zone.len() == 5 => {
            let (hours, minutes) = zone.split_at_checked(3)?;
            format!("{hours}:{minutes}")
        }
        zone => zone.to_owned(),
    };
    Some(format!("{date}T{clock}{seconds}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_O_CLOCK: Timestamp = Timestamp(1_795_255_200_000);

    #[test]
    fn dates_are_read_as_senders_write_them() {
        for text in [
            "2026-11-21T10:00:00Z",
            "2026-11-21T11:00:00+01:00",
            "2026-11-21T11:00:00+0100",
            "2026-11-21 10:00:00 UTC",
            "2026-11-21 12:00:00 +0200",
            "2026-11-21 10:00:00",
            "2026-11-21T10:00",
        ] {
            assert_eq!(parse_date_time(text), Some(TEN_O_CLOCK), "{text}");
            assert_eq!(parse(text), Some(TEN_O_CLOCK), "{text}");
        }
        assert_eq!(parse("2026-11-21"), Timestamp::parse_rfc3339("2026-11-21T00:00:00Z"));
        assert_eq!(parse_date_time("2026-11-21"), None, "a date alone has no time of day");
    }

    #[test]
    fn the_unit_of_a_number_follows_from_its_magnitude() {
        for text in ["1795255200", "1795255200000", "1795255200000000", "1795255200000000000", " 1795255200.0 "] {
            assert_eq!(parse_unix(text), Some(TEN_O_CLOCK), "{text}");
        }
        assert_eq!(parse_unix("1795255200.25"), Some(Timestamp(1_795_255_200_250)));
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in ["", "soon", "nan", "inf", "1e300", "2026-13-45", "99999-01-01T00:00:00Z", "é é é", "💥"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
