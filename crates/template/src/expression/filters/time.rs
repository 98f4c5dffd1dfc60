//! Filters that write moments and spans of time.

use minijinja::{State, Value};

use super::args::{Args, FilterResult};
use super::marks::marked;
use super::numbers::{fixed, float};
use crate::expression::moment;
use crate::expression::view::View;
use hookbell_model::locale::Locale;

/// Discord's styles of a moment.
pub(in crate::expression) const STYLES: [&str; 9] = ["t", "T", "d", "D", "f", "F", "R", "s", "S"];
/// The units a span may come in, in milliseconds.
pub(in crate::expression) const UNITS: [(&str, f64); 5] =
    [("ms", 1.0), ("s", 1e3), ("min", 6e4), ("h", 3.6e6), ("d", 8.64e7)];

/// A moment in one of Discord's styles; one that there is not is `f`.
pub(super) fn date(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let style = args.text(0, "style").filter(|style| STYLES.contains(&style.as_str()));
    Ok(stamp(state, value, style.as_deref().unwrap_or("f")))
}

pub(super) fn ago(state: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    Ok(stamp(state, value, "R"))
}

fn stamp(state: &State<'_, '_>, value: &Value, style: &str) -> Value {
    match moment::read(value) {
        Some(at) => marked(format!("<t:{}:{style}>", at.secs()), moment::readable(at, style, View::of(state).locale)),
        None => value.clone(),
    }
}

/// `3900 | duration` → `1 h 5 min`: the two largest units. Seconds, if no unit is said; with `since`, the span
/// between two moments.
pub(super) fn duration(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let millis = match args.get(1, "since") {
        Some(since) => moment::read(value).zip(moment::read(&since)).map(|(end, start)| (end.0 - start.0) as f64),
        None => {
            let unit = args.text(0, "unit").unwrap_or_else(|| "s".to_owned());
            let size = UNITS.iter().find(|(name, _)| *name == unit).map_or(1e3, |(_, size)| *size);
            float(value).map(|number| number * size)
        }
    };
    Ok(match millis.filter(|millis| millis.abs() < 1e17) {
        Some(millis) => Value::from(written(millis, View::of(state).locale)),
        None => value.clone(),
    })
}

fn written(millis: f64, locale: Locale) -> String {
    let (minus, millis) = (if millis <= -0.5 { "-" } else { "" }, millis.abs());
    let units = locale.units();
    let part = |number: &str, unit: &str| format!("{}{}{unit}", locale.number(number), units.between);
    let text = if millis < 0.5 {
        part("0", units.second)
    } else if millis < 999.5 {
        part(&format!("{millis:.0}"), units.milli)
    } else if millis < 9_950.0 {
        part(&fixed(millis / 1e3, 1, true).unwrap_or_default(), units.second)
    } else {
        // Rounded in the smaller of the two units that are shown.
        let seconds = (millis / 1e3).round() as u64;
        let (large, small, size, whole) = match seconds {
            0..60 => return format!("{minus}{}", part(&seconds.to_string(), units.second)),
            60..3_600 => (units.minute, units.second, 60, seconds),
            3_600..86_370 => (units.hour, units.minute, 60, (seconds + 30) / 60),
            _ => (units.day, units.hour, 24, (seconds + 1_800) / 3_600),
        };
        let first = part(&(whole / size).to_string(), large);
        match whole % size {
            0 => first,
            rest => format!("{first}{}{}", units.between, part(&rest.to_string(), small)),
        }
    };
    format!("{minus}{text}")
}
