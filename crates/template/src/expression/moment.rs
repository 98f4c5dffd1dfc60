//! Moments as senders write them: seconds, milliseconds, RFC 3339 and its cousins.

use minijinja::Value;

use hookbell_model::locale::Locale;
use hookbell_model::timestamp::Timestamp;

/// A moment in a value, if there is one; seconds, milliseconds, microseconds and texts are told apart.
pub(super) fn read(value: &Value) -> Option<Timestamp> {
    let at = match value.as_str() {
        Some(text) => read_text(text)?,
        None if value.is_number() => read_number(f64::try_from(value.clone()).ok()?)?,
        None => return None,
    };
    // Beyond these years neither Discord nor people can read a date.
    (-62_135_596_800..=253_402_300_799).contains(&at.secs()).then_some(at)
}

fn read_number(number: f64) -> Option<Timestamp> {
    let millis = match number.abs() {
        // The year 5138 in seconds, 1973 in milliseconds; and so on.
        size if size < 1e11 => number * 1e3,
        size if size < 1e14 => number,
        size if size < 1e17 => number / 1e3,
        size if size < 1e20 => number / 1e6,
        _ => return None,
    };
    millis.is_finite().then_some(Timestamp(millis as i64))
}

fn read_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 64 || !text.is_ascii() {
        return None;
    }
    if let Ok(number) = text.parse::<f64>() {
        return read_number(number);
    }
    Timestamp::parse_rfc3339(text).or_else(|| Timestamp::parse_rfc3339(&as_rfc3339(text)?))
}

/// `2026-11-21`, `2026-11-21 10:00:00 UTC`, `… +0200` and `…T10:00` as RFC 3339 spells them.
fn as_rfc3339(text: &str) -> Option<String> {
    let (date, rest) = match text.split_once(['T', ' ']) {
        None => return (text.len() == 10).then(|| format!("{text}T00:00:00Z")),
        Some((date, rest)) => (date, rest.trim()),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(rest.len());
    let (clock, zone) = rest.split_at_checked(end)?;
    let clock = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() };
    let zone = match zone.trim() {
        "" | "UTC" | "GMT" | "Z" => "Z".to_owned(),
        zone if zone.len() == 5 => {
            let (hours, minutes) = zone.split_at_checked(3)?;
            format!("{hours}:{minutes}")
        }
        zone => zone.to_owned(),
    };
    Some(format!("{date}T{clock}{zone}"))
}

/// A moment for people, where Discord's own timestamps do not render: `2026-11-21 10:00 UTC`.
pub(super) fn readable(at: Timestamp, style: &str, locale: Locale) -> String {
    let text = at.to_rfc3339();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    let mut parts = date.splitn(3, '-');
    let mut part = || parts.next().unwrap_or_default();
    let date = locale.date(part(), part(), part());
    let clock: String = clock.chars().take(5).collect();
    match style {
        "d" | "D" => date,
        "t" | "T" => format!("{clock} UTC"),
        _ => format!("{date} {clock} UTC"),
    }
}

/// The moment in a text that was printed, as RFC 3339; `None` when it holds none.
pub fn to_rfc3339(text: &str) -> Option<String> {
    read(&Value::from(text)).map(Timestamp::to_rfc3339)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_senders_write_them() {
        for text in [
            "2026-11-21T10:00:00Z",
            "2026-11-21T12:00:00+02:00",
            "2026-11-21 10:00:00 UTC",
            "2026-11-21 12:00:00 +0200",
            "2026-11-21T10:00",
            "1795255200",
            "1795255200000",
        ] {
            assert_eq!(to_rfc3339(text).as_deref(), Some("2026-11-21T10:00:00Z"), "{text}");
        }
        assert_eq!(to_rfc3339("2026-11-21").as_deref(), Some("2026-11-21T00:00:00Z"));
        for text in ["", "soon", "nan", "inf", "1e300", "2026-13-45", "99999-01-01T00:00:00Z", "💥"] {
            assert_eq!(to_rfc3339(text), None, "{text}");
        }
    }
}
