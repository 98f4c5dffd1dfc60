//! Quiet hours: the hours of each day in which a route's messages do not ring, or are kept for later.

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;
use crate::zone::{TimeOfDay, Zone};

/// The quiet hours of a route. They begin at `from`, and end when it is `to` for the next time; the two differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
    #[serde(default)]
    pub zone: Zone,
    #[serde(default)]
    pub mode: QuietMode,
    #[serde(default, skip_serializing_if = "CriticalPlan::is_usual")]
    pub critical: CriticalPlan,
}

crate::string_enum! {
    /// What becomes of a message within quiet hours.
    QuietMode {
        /// It is posted without a notification.
        Silent = "silent",
        /// It is kept, and is in one message with the others when the hours end.
        Digest = "digest",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro derives for all word enums alike")]
impl Default for QuietMode {
    fn default() -> Self {
        Self::Silent
    }
}

crate::string_enum! {
    /// What becomes of a critical message where others are held back or silent.
    CriticalPlan {
        /// It is posted at once, and rings.
        Pass = "pass",
        /// It is treated as any other.
        Include = "include",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro derives for all word enums alike")]
impl Default for CriticalPlan {
    fn default() -> Self {
        Self::Pass
    }
}

impl CriticalPlan {
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl QuietHours {
    /// When the hours end that this moment is in; none where it is in none.
    pub fn end(&self, at: Timestamp) -> Option<Timestamp> {
        let today = self.zone.date(at)?;
        let later = i32::from(self.from >= self.to);
        // Those of yesterday may last until today.
        (-1..=0).find_map(|distance| {
            let day = |more: i32| today.checked_add(jiff::Span::new().days(distance + more)).ok();
            let (begin, end) = (self.zone.moment(day(0)?, self.from)?, self.zone.moment(day(later)?, self.to)?);
            (begin <= at && at < end).then_some(end)
        })
    }

    /// When the hours began that end then.
    pub fn begin(&self, end: Timestamp) -> Option<Timestamp> {
        let today = self.zone.date(end)?;
        let earlier = i32::from(self.from >= self.to);
        let day = today.checked_sub(jiff::Span::new().days(earlier)).ok()?;
        self.zone.moment(day, self.from)
    }
}

impl std::fmt::Display for QuietHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "quiet {} to {} {}", self.from, self.to, self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(from: &str, to: &str, zone: &str) -> QuietHours {
        QuietHours {
            from: from.parse().expect("a time"),
            to: to.parse().expect("a time"),
            zone: zone.parse().expect("a zone"),
            mode: QuietMode::Silent,
            critical: CriticalPlan::default(),
        }
    }

    #[test]
    fn hours_over_midnight_end_in_the_morning() {
        let hours = quiet("22:00", "07:00", "Europe/Berlin");
        let end = |at: &str| hours.end(Timestamp::parse_rfc3339(at).expect("a time")).map(Timestamp::to_rfc3339);
        assert_eq!(end("2026-11-21T20:59:59Z"), None);
        for within in ["2026-11-21T21:00:00Z", "2026-11-21T23:30:00Z", "2026-11-22T05:59:59Z"] {
            assert_eq!(end(within).as_deref(), Some("2026-11-22T06:00:00Z"), "{within}");
        }
        assert_eq!(end("2026-11-22T06:00:00Z"), None);
        let begin = hours.begin(Timestamp::parse_rfc3339("2026-11-22T06:00:00Z").expect("a time"));
        assert_eq!(begin.map(Timestamp::to_rfc3339).as_deref(), Some("2026-11-21T21:00:00Z"));
    }

    #[test]
    fn hours_within_a_day_and_over_changes_of_the_clock() {
        let end = |hours: &QuietHours, at: &str| {
            hours.end(Timestamp::parse_rfc3339(at).expect("a time")).map(Timestamp::to_rfc3339)
        };
        let noon = quiet("12:00", "13:00", "UTC");
        assert_eq!(end(&noon, "2026-11-21T12:30:00Z").as_deref(), Some("2026-11-21T13:00:00Z"));
        assert_eq!(end(&noon, "2026-11-21T13:00:00Z"), None);
        // The clock is set forward, from two to three.
        let night = quiet("02:30", "06:00", "Europe/Berlin");
        assert_eq!(end(&night, "2026-03-29T00:59:00Z"), None);
        assert_eq!(end(&night, "2026-03-29T01:00:00Z").as_deref(), Some("2026-03-29T04:00:00Z"));
        // The clock is set back: the hour that comes twice is quiet both times.
        let night = quiet("22:00", "07:00", "Europe/Berlin");
        for twice in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            assert_eq!(end(&night, twice).as_deref(), Some("2026-10-25T06:00:00Z"));
        }
    }
}
