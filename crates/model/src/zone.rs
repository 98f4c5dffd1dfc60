//! Time zones by name, and times of day in them, right over changes of the clock. The zones are those of the program, so
//! that they are the same on every machine.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::suggest::did_you_mean;
use crate::timestamp::Timestamp;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone by its name in the IANA database: `Europe/Berlin`, `UTC`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// The text is no name of a time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{name}`{}", hint(.similar.as_deref()))]
pub struct UnknownZone {
    name: String,
    similar: Option<String>,
}

fn hint(similar: Option<&str>) -> String {
    match similar {
        Some(similar) => format!("; did you mean `{similar}`?"),
        None => "; expected a name such as `Europe/Berlin` or `UTC`".to_owned(),
    }
}

/// A time on the clock's face, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    hour: i8,
    minute: i8,
}

/// The text is no time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a time of day from `00:00` to `23:59`")]
pub struct ParseTimeOfDayError;

impl Zone {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The local date at a moment; none outside of the years that a calendar has.
    pub(crate) fn date(&self, at: Timestamp) -> Option<Date> {
        Some(self.local(at)?.date())
    }

    pub(crate) fn local(&self, at: Timestamp) -> Option<DateTime> {
        Some(self.rules.to_datetime(jiff::Timestamp::from_millisecond(at.0).ok()?))
    }

    /// When the clock shows this time on this day. A time that is left out when the clock is set forward is the first moment
    /// after the gap; of one that comes twice when it is set back, the first.
    pub(crate) fn moment(&self, date: Date, time: TimeOfDay) -> Option<Timestamp> {
        let wanted = date.to_datetime(Time::new(time.hour, time.minute, 0, 0).ok()?);
        let ambiguous = self.rules.to_ambiguous_timestamp(wanted);
        let at = match ambiguous.offset() {
            AmbiguousOffset::Gap { after, .. } => {
                // As read by the later clock it lies before the gap, so the next change is the gap.
                let before = after.to_timestamp(wanted).ok()?;
                self.rules.following(before).next()?.timestamp()
            }
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok()?,
        };
        Some(Timestamp(at.as_millisecond()))
    }

    /// When the day `days` before that of a moment began there; none outside of the years that a calendar has.
    pub fn midnight(&self, at: Timestamp, days: i32) -> Option<Timestamp> {
        let date = self.date(at)?.checked_sub(jiff::Span::new().try_days(days).ok()?).ok()?;
        self.moment(date, TimeOfDay { hour: 0, minute: 0 })
    }

    /// The same time of day so many days and months before; on the last day of a month that has no such day.
    pub fn same_time_before(&self, at: Timestamp, days: i32, months: i32) -> Option<Timestamp> {
        let local = self.local(at)?;
        let span = jiff::Span::new().try_days(days).ok()?.try_months(months).ok()?;
        let date = local.date().checked_sub(span).ok()?;
        self.moment(date, TimeOfDay { hour: local.hour(), minute: local.minute() })
    }

    /// When the month `months` before that of a moment began there.
    pub fn month_begin(&self, at: Timestamp, months: i32) -> Option<Timestamp> {
        let date = self.date(at)?.first_of_month().checked_sub(jiff::Span::new().try_months(months).ok()?).ok()?;
        self.moment(date, TimeOfDay { hour: 0, minute: 0 })
    }

    /// When the year `years` before that of a moment began there.
    pub fn year_begin(&self, at: Timestamp, years: i32) -> Option<Timestamp> {
        let date = self.date(at)?.first_of_year().checked_sub(jiff::Span::new().try_years(years).ok()?).ok()?;
        self.moment(date, TimeOfDay { hour: 0, minute: 0 })
    }

    /// When the clock there shows what is written: `2026-11-27 14:30`, with a `T` for the blank, or a day alone for its beginning.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let (date, time) = match text.trim().split_once(['T', ' ']) {
            Some((date, time)) => (date, time.trim().parse().ok()?),
            None => (text.trim(), TimeOfDay { hour: 0, minute: 0 }),
        };
        self.moment(date.parse().ok()?, time)
    }

    /// `Mon 14:00`, as it is shown there at a moment.
    pub fn clock(&self, at: Timestamp) -> String {
        self.local(at).map(|at| at.strftime("%a %H:%M").to_string()).unwrap_or_default()
    }

    /// `2026-11-27 14:30`.
    pub fn minute(&self, at: Timestamp) -> String {
        self.local(at).map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
    }

    /// `14:00`.
    pub fn hour(&self, at: Timestamp) -> String {
        self.local(at).map(|at| at.strftime("%H:%M").to_string()).unwrap_or_default()
    }

    /// `00:10`: minutes and seconds, for a chart of a few minutes.
    pub fn minute_and_second(&self, at: Timestamp) -> String {
        self.local(at).map(|at| at.strftime("%M:%S").to_string()).unwrap_or_default()
    }

    /// `Nov`: a month.
    pub fn month(&self, at: Timestamp) -> String {
        self.local(at).map(|at| at.strftime("%b").to_string()).unwrap_or_default()
    }

    /// `Mon 23`: a day.
    pub fn day(&self, at: Timestamp) -> String {
        self.local(at).map(|at| at.strftime("%a %-d").to_string()).unwrap_or_default()
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        let text = text.trim();
        match ZONES.get(text) {
            // With the spelling of the database, whatever case it was written in.
            Ok(rules) => Ok(Self { name: rules.iana_name().unwrap_or(text).to_owned(), rules }),
            Err(_) => {
                let names: Vec<String> = ZONES.available().map(|name| name.to_string()).collect();
                // There are more names than are compared.
                let first = |name: &str| name.chars().next().map(|first| first.to_ascii_lowercase());
                let near = names.iter().map(String::as_str).filter(|name| first(name) == first(text));
                let similar = did_you_mean(text, near).map(str::to_owned);
                // `Berlin` for `Europe/Berlin`.
                let is_city =
                    |name: &&String| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(text));
                Err(UnknownZone { name: text.to_owned(), similar: names.iter().find(is_city).cloned().or(similar) })
            }
        }
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(text: String) -> Result<Self, UnknownZone> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

impl FromStr for TimeOfDay {
    type Err = ParseTimeOfDayError;

    fn from_str(text: &str) -> Result<Self, ParseTimeOfDayError> {
        let (hour, minute) = text.trim().split_once(':').ok_or(ParseTimeOfDayError)?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !matches!(hour.len(), 1..=2) || minute.len() != 2 || !digits(hour) || !digits(minute) {
            return Err(ParseTimeOfDayError);
        }
        let (hour, minute) =
            (hour.parse().map_err(|_| ParseTimeOfDayError)?, minute.parse().map_err(|_| ParseTimeOfDayError)?);
        if hour > 23 || minute > 59 { Err(ParseTimeOfDayError) } else { Ok(Self { hour, minute }) }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = ParseTimeOfDayError;

    fn try_from(text: String) -> Result<Self, ParseTimeOfDayError> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_name_and_wrong_ones_get_a_hint() {
        assert_eq!("europe/berlin".parse::<Zone>().expect("a zone").name(), "Europe/Berlin");
        assert_eq!("UTC".parse::<Zone>(), Ok(Zone::default()));
        let said = |text: &str| text.parse::<Zone>().expect_err("no zone").to_string();
        assert_eq!(said("Europe/Berlni"), "there is no time zone `Europe/Berlni`; did you mean `Europe/Berlin`?");
        assert_eq!(said("Berlin"), "there is no time zone `Berlin`; did you mean `Europe/Berlin`?");
        assert!(said("Mars/Olympus Mons").contains("expected a name such as `Europe/Berlin`"));
    }

    #[test]
    fn times_of_day_are_read_strictly() {
        assert_eq!("9:05".parse::<TimeOfDay>().map(|time| time.to_string()), Ok("09:05".to_owned()));
        for wrong in ["", "9", "24:00", "09:60", "09:5", "9am", "-1:00", "09:00:00", "+9:00"] {
            assert_eq!(wrong.parse::<TimeOfDay>(), Err(ParseTimeOfDayError), "{wrong}");
        }
    }
}
