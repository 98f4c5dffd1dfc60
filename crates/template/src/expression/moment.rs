//! Moments in values of an expression, and how they are written for people.

use minijinja::Value;

use hookbell_model::lenient_time;
use hookbell_model::locale::Locale;
use hookbell_model::timestamp::Timestamp;

/// A moment in a value, if there is one: Unix time in any unit, or a date.
pub(super) fn read(value: &Value) -> Option<Timestamp> {
    match value.as_str() {
        Some(text) => lenient_time::parse(text),
        None if value.is_number() => lenient_time::from_unix(f64::try_from(value.clone()).ok()?),
        None => None,
    }
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
