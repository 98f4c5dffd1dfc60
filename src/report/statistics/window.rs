//! Windows of time, cut in a zone: which periods they are made of, and what they are compared with.

use crate::store::Period;
use hookbell_model::timestamp::Timestamp;
use hookbell_model::zone::Zone;

hookbell_model::string_enum! {
    /// A window of time. What is not over ends now, and is compared with as much of what was before.
    Window {
        Today = "today",
        Yesterday = "yesterday",
        /// This day and the six before.
        Days7 = "7d",
        Days30 = "30d",
        ThisMonth = "this-month",
        LastMonth = "last-month",
        ThisYear = "this-year",
    }
}

/// What a bar of a window's chart is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarUnit {
    Hour,
    Day,
    Month,
}

/// A bar of a window's chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub period: Period,
    /// `14:00`, `Mon 23`, `Nov`.
    pub label: String,
}

/// The periods of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowPeriods {
    /// Without a gap, from the window's beginning to its end.
    pub bars: Vec<Bar>,
    pub unit: BarUnit,
    /// What the window is compared with.
    pub previous: Period,
}

/// More than the bars of any window.
const MOST_BARS: usize = 60;
const HOUR_MS: i64 = 3_600_000;

impl Window {
    /// Cuts the window in a zone; none outside of the years that a calendar has.
    pub fn periods(self, zone: &Zone, now: Timestamp) -> Option<WindowPeriods> {
        // This moment belongs to it.
        let end = Timestamp(now.0.checked_add(1)?);
        let month_then = |months| zone.same_time_before(now, 0, months);
        let (from, until, previous) = match self {
            Self::Today => (zone.midnight(now, 0)?, end, (zone.midnight(now, 1)?, zone.same_time_before(now, 1, 0)?)),
            Self::Yesterday => {
                let (from, until) = (zone.midnight(now, 1)?, zone.midnight(now, 0)?);
                (from, until, (zone.midnight(now, 2)?, from))
            }
            Self::Days7 | Self::Days30 => {
                let days = if self == Self::Days7 { 7 } else { 30 };
                let previous = (zone.midnight(now, 2 * days - 1)?, zone.same_time_before(now, days, 0)?);
                (zone.midnight(now, days - 1)?, end, previous)
            }
            Self::ThisMonth => (zone.month_begin(now, 0)?, end, (zone.month_begin(now, 1)?, month_then(1)?)),
            Self::LastMonth => {
                let (from, until) = (zone.month_begin(now, 1)?, zone.month_begin(now, 0)?);
                (from, until, (zone.month_begin(now, 2)?, from))
            }
            Self::ThisYear => (zone.year_begin(now, 0)?, end, (zone.year_begin(now, 1)?, month_then(12)?)),
        };
        let unit = match self {
            Self::Today | Self::Yesterday => BarUnit::Hour,
            Self::ThisYear => BarUnit::Month,
            _ => BarUnit::Day,
        };
        let mut bars = Vec::new();
        let mut begin = from;
        while begin < until && bars.len() < MOST_BARS {
            let next = unit.next(zone, begin).filter(|next| *next > begin)?;
            bars.push(Bar { period: Period { from: begin, until: next.min(until) }, label: unit.label(zone, begin) });
            begin = next;
        }
        // As much as has passed of this one, and no more than there was.
        let previous = Period { from: previous.0, until: Timestamp(previous.1.0 + 1).min(from) };
        Some(WindowPeriods { bars, unit, previous })
    }
}

impl BarUnit {
    /// Where the next bar begins.
    fn next(self, zone: &Zone, begin: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Hour => begin.0.checked_add(HOUR_MS).map(Timestamp),
            Self::Day => zone.midnight(begin, -1),
            Self::Month => zone.month_begin(begin, -1),
        }
    }

    fn label(self, zone: &Zone, begin: Timestamp) -> String {
        match self {
            Self::Hour => zone.hour(begin),
            Self::Day => zone.day(begin),
            Self::Month => zone.month(begin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect("a time")
    }

    /// Begin and end of the window and of what it is compared with, and the first and last bar's labels with their number.
    fn cut(window: Window, zone: &str, now: &str) -> (String, String, String) {
        let zone: Zone = zone.parse().expect("a zone");
        let periods = window.periods(&zone, at(now)).expect("periods");
        let (first, last) = (periods.bars.first().expect("a bar"), periods.bars.last().expect("a bar"));
        for pair in periods.bars.windows(2) {
            assert_eq!(pair[0].period.until, pair[1].period.from, "no gap");
        }
        let show = |from: Timestamp, until: Timestamp| format!("{} {}", zone.minute(from), zone.minute(until));
        (
            show(first.period.from, last.period.until),
            show(periods.previous.from, periods.previous.until),
            format!("{} {} {}", first.label, last.label, periods.bars.len()),
        )
    }

    #[test]
    fn windows_are_cut_in_the_zone() {
        let now = "2026-11-27T22:30:00Z";
        for (window, wanted, before, bars) in [
            (Window::Today, "2026-11-27 00:00 2026-11-27 23:30", "2026-11-26 00:00 2026-11-26 23:30", "00:00 23:00 24"),
            (
                Window::Yesterday,
                "2026-11-26 00:00 2026-11-27 00:00",
                "2026-11-25 00:00 2026-11-26 00:00",
                "00:00 23:00 24",
            ),
            (
                Window::Days7,
                "2026-11-21 00:00 2026-11-27 23:30",
                "2026-11-14 00:00 2026-11-20 23:30",
                "Sat 21 Fri 27 7",
            ),
            (
                Window::Days30,
                "2026-10-29 00:00 2026-11-27 23:30",
                "2026-09-29 00:00 2026-10-28 23:30",
                "Thu 29 Fri 27 30",
            ),
            (
                Window::ThisMonth,
                "2026-11-01 00:00 2026-11-27 23:30",
                "2026-10-01 00:00 2026-10-27 23:30",
                "Sun 1 Fri 27 27",
            ),
            (
                Window::LastMonth,
                "2026-10-01 00:00 2026-11-01 00:00",
                "2026-09-01 00:00 2026-10-01 00:00",
                "Thu 1 Sat 31 31",
            ),
            (Window::ThisYear, "2026-01-01 00:00 2026-11-27 23:30", "2025-01-01 00:00 2025-11-27 23:30", "Jan Nov 11"),
        ] {
            let found = cut(window, "Europe/Berlin", now);
            assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), (wanted, before, bars), "{window}");
        }
        let tokyo = cut(Window::Today, "Asia/Tokyo", now);
        assert_eq!(tokyo.0, "2026-11-28 00:00 2026-11-28 07:30");
    }

    #[test]
    fn a_day_has_as_many_hours_as_the_clock_gives_it() {
        let bars = |zone, now| cut(Window::Yesterday, zone, now).2;
        assert_eq!(bars("Europe/Berlin", "2026-03-30T10:00:00Z"), "00:00 23:00 23");
        assert_eq!(bars("Europe/Berlin", "2026-10-26T10:00:00Z"), "00:00 23:00 25");
        // Half an hour is left out, and a day that begins at one o'clock.
        assert_eq!(bars("Australia/Lord_Howe", "2026-10-05T00:00:00Z"), "00:00 23:30 24");
        assert_eq!(bars("America/Havana", "2026-03-09T12:00:00Z"), "01:00 23:00 23");
        assert_eq!(bars("Asia/Kathmandu", "2026-03-09T12:00:00Z"), "00:00 23:00 24");
        // The same time of the day before, over the change.
        let (_, before, _) = cut(Window::Today, "Europe/Berlin", "2026-10-26T12:15:00Z");
        assert_eq!(before, "2026-10-25 00:00 2026-10-25 13:15");
        let (window, before, bars) = cut(Window::Days7, "Europe/Berlin", "2026-03-31T10:00:00Z");
        assert_eq!(window, "2026-03-25 00:00 2026-03-31 12:00");
        assert_eq!((before.as_str(), bars.as_str()), ("2026-03-18 00:00 2026-03-24 12:00", "Wed 25 Tue 31 7"));
    }

    #[test]
    fn a_month_is_compared_with_as_much_of_a_shorter_one() {
        let (_, before, _) = cut(Window::ThisMonth, "UTC", "2026-03-31T10:00:00Z");
        assert_eq!(before, "2026-02-01 00:00 2026-02-28 10:00");
        let (_, before, _) = cut(Window::ThisYear, "UTC", "2028-02-29T10:00:00Z");
        assert_eq!(before, "2027-01-01 00:00 2027-02-28 10:00");
    }
}
