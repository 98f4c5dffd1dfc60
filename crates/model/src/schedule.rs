//! Schedules: moments that come again and again, and the periods between them. `30s`, `1h`, `daily 09:00 Europe/Berlin`,
//! `weekly mon 08:00 America/New_York`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::timestamp::{ParseDurationError, Timestamp, parse_duration};
use crate::zone::{ParseTimeOfDayError, TimeOfDay, UnknownZone, Zone};

/// The shortest span: a message of several events is for events that come close together.
const SHORTEST: Duration = Duration::from_secs(5);
/// The longest: what is later than that is written as `weekly`.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// Moments that come again and again. Without a zone it is UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Schedule {
    /// The moments that are whole multiples of the span, counted from 1970: `1h` is every full hour.
    Every(Duration),
    Daily {
        at: TimeOfDay,
        zone: Zone,
    },
    Weekly {
        on: Weekday,
        at: TimeOfDay,
        zone: Zone,
    },
}

crate::string_enum! {
    /// A day of the week.
    Weekday { Mon = "mon", Tue = "tue", Wed = "wed", Thu = "thu", Fri = "fri", Sat = "sat", Sun = "sun" }
}

/// What is between two moments of a schedule: the first belongs to it, the last does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseScheduleError {
    #[error(
        "expected a span such as `30s` or `1h`, `daily 09:00 Europe/Berlin`, or `weekly mon 08:00 America/New_York`"
    )]
    Malformed,
    #[error("expected a span from 5s to 7d; a longer one is `weekly mon 08:00`")]
    Span,
    #[error("expected a day of the week, `mon` to `sun`, as in `weekly mon 08:00`")]
    Weekday,
    #[error(transparent)]
    Time(#[from] ParseTimeOfDayError),
    #[error(transparent)]
    Zone(#[from] UnknownZone),
}

impl Schedule {
    /// The period that a moment is in.
    pub fn period(&self, at: Timestamp) -> Period {
        match self {
            Self::Every(span) => {
                let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX).max(1);
                let from = at.0.div_euclid(span).saturating_mul(span);
                Period { from: Timestamp(from), to: Timestamp(from.saturating_add(span)) }
            }
            Self::Daily { at: time, zone } => days(at, zone, *time, |_| true),
            Self::Weekly { on, at: time, zone } => {
                let wanted = on.number();
                days(at, zone, *time, |date| date.weekday().to_monday_zero_offset() == wanted)
            }
        }
    }

    /// The next moment after this one.
    pub fn next(&self, after: Timestamp) -> Timestamp {
        self.period(after).to
    }

    /// Where its times of day are; UTC for a span.
    pub fn zone(&self) -> Zone {
        match self {
            Self::Every(_) => Zone::default(),
            Self::Daily { zone, .. } | Self::Weekly { zone, .. } => zone.clone(),
        }
    }
}

/// From the last to the next of the days that count. Each day has one such moment, whatever the clock does, and they are in
/// the order of the days; so none comes twice.
fn days(at: Timestamp, zone: &Zone, time: TimeOfDay, counts: impl Fn(Date) -> bool) -> Period {
    // A fortnight around it holds two days of each name, also where a day is left out.
    const AROUND: i32 = 9;
    let moments = zone.date(at).into_iter().flat_map(|today| {
        let day = move |distance: i32| today.checked_add(jiff::Span::new().days(distance)).ok();
        (-AROUND..=AROUND).filter_map(day)
    });
    let mut moments: Vec<Timestamp> =
        moments.filter(|date| counts(*date)).filter_map(|date| zone.moment(date, time)).collect();
    moments.sort_unstable();
    let next = moments.partition_point(|moment| *moment <= at);
    let day = Duration::from_secs(86_400);
    // Outside of the years that a calendar has, every day is as long as another.
    let from = next.checked_sub(1).and_then(|last| moments.get(last)).copied().unwrap_or(at);
    let to = moments.get(next).copied().unwrap_or_else(|| at.after(day));
    Period { from, to }
}

impl Weekday {
    /// From Monday, which is 0.
    fn number(self) -> i8 {
        Self::ALL.iter().position(|day| *day == self).and_then(|at| i8::try_from(at).ok()).unwrap_or_default()
    }
}

impl FromStr for Schedule {
    type Err = ParseScheduleError;

    fn from_str(text: &str) -> Result<Self, ParseScheduleError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["daily", at, zone @ ..] => Ok(Self::Daily { at: at.parse()?, zone: read_zone(zone)? }),
            ["weekly", on, at, zone @ ..] => {
                let on = on.to_ascii_lowercase();
                // `monday` is one, too.
                let on = Weekday::ALL.iter().copied().find(|day| day.full_name() == on || day.as_str() == on);
                let on = on.ok_or(ParseScheduleError::Weekday)?;
                Ok(Self::Weekly { on, at: at.parse()?, zone: read_zone(zone)? })
            }
            ["daily" | "weekly", ..] | [] => Err(ParseScheduleError::Malformed),
            _ => match parse_duration(text) {
                Ok(span) if (SHORTEST..=LONGEST).contains(&span) => Ok(Self::Every(span)),
                Ok(_) | Err(ParseDurationError::TooLong) => Err(ParseScheduleError::Span),
                Err(ParseDurationError::Malformed | ParseDurationError::Worded { .. }) => {
                    Err(ParseScheduleError::Malformed)
                }
            },
        }
    }
}

fn read_zone(words: &[&str]) -> Result<Zone, ParseScheduleError> {
    match words {
        [] => Ok(Zone::default()),
        [zone] => Ok(zone.parse()?),
        _ => Err(ParseScheduleError::Malformed),
    }
}

impl Weekday {
    fn full_name(self) -> &'static str {
        match self {
            Self::Mon => "monday",
            Self::Tue => "tuesday",
            Self::Wed => "wednesday",
            Self::Thu => "thursday",
            Self::Fri => "friday",
            Self::Sat => "saturday",
            Self::Sun => "sunday",
        }
    }
}

impl TryFrom<String> for Schedule {
    type Error = ParseScheduleError;

    fn try_from(text: String) -> Result<Self, ParseScheduleError> {
        text.parse()
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.to_string()
    }
}

impl fmt::Display for Schedule {
    /// As it is written in the config.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(span) => {
                let millis = span.as_millis();
                let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
                match units.iter().find(|(_, unit)| millis >= *unit && millis % unit == 0) {
                    Some((name, unit)) => write!(f, "{}{name}", millis / unit),
                    None => write!(f, "{millis}ms"),
                }
            }
            Self::Daily { at, zone } => write!(f, "daily {at} {zone}"),
            Self::Weekly { on, at, zone } => write!(f, "weekly {on} {at} {zone}"),
        }
    }
}

impl Period {
    /// Where its parts begin, for a chart: at most 31 of one length, or the days of a week. Empty where it is too short to
    /// be divided.
    pub fn parts(&self, zone: &Zone) -> Vec<Timestamp> {
        const MOST: u64 = 31;
        const WIDTHS: [u64; 9] = [10, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600];
        let Self { from, to } = *self;
        let length = to.since(from).as_secs();
        if length < 60 {
            return Vec::new();
        }
        if length > 3 * 86_400
            && let (Some(begin), Some(local)) = (zone.date(from), zone.local(from))
            && let Ok(time) = format!("{:02}:{:02}", local.hour(), local.minute()).parse::<TimeOfDay>()
        {
            let day = |distance: i32| begin.checked_add(jiff::Span::new().days(distance)).ok();
            let days = (0..=31).filter_map(day).filter_map(|date| zone.moment(date, time));
            return days.filter(|moment| *moment >= from && *moment < to).collect();
        }
        let width = WIDTHS.into_iter().find(|width| length.div_ceil(*width) <= MOST).unwrap_or(86_400);
        (0..length.div_ceil(width)).map(|part| from.after(Duration::from_secs(part * width))).collect()
    }
}

#[cfg(test)]
mod tests;
