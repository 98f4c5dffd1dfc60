//! The filters. They pass on what is missing as missing, so that it is counted where it is printed, and never
//! fail on data of an unexpected kind: they show it as it is.

mod data;
mod lists;
mod marks;
mod numbers;
mod privacy;
mod text;
mod time;

use std::borrow::Cow;

use minijinja::value::{Kwargs, Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};

pub(super) use self::text::cut;
pub(super) use self::time::{STYLES, UNITS};
use super::bounded;

/// What a filter of hookbell's own is: it never sees a value that is missing.
type Filter = fn(&mut State<'_, '_>, &Value, &Args) -> Result<Value, Error>;

const OWN: &[(&str, Filter)] = &[
    ("money", numbers::money),
    ("number", numbers::number),
    ("percent", numbers::percent),
    ("bytes", numbers::bytes),
    ("plural", numbers::plural),
    ("duration", time::duration),
    ("ago", time::ago),
    ("date", time::date),
    ("mask", privacy::mask),
    ("truncate", text::truncate),
    ("first_line", text::first_line),
    ("lines", text::lines),
    ("replace", text::replace),
    ("short", text::short),
    ("slug", text::slug),
    ("string", text::string),
    ("upper", text::upper),
    ("lower", text::lower),
    ("trim", text::trim),
    ("code", marks::code),
    ("block", marks::block),
    ("quote", marks::quote),
    ("link", marks::link),
    ("mrkdwn", marks::mrkdwn),
    ("markdown", marks::markdown),
    ("plain", marks::plain),
    ("path", marks::path),
    ("raw", marks::raw),
    ("safe", marks::raw),
    ("join", lists::join),
    ("sum", lists::sum),
    ("group", lists::group),
    ("lookup", data::lookup),
    ("diff", data::diff),
    ("json", data::json),
    ("tojson", data::json),
];

/// Puts a guard before builtin filters: what is missing passes through and what they cannot work on is shown as it
/// is, where the builtin would fail or print `None`. The builtin itself moves to `builtin_NAME`.
macro_rules! guard {
    ($engine:ident: $($name:ident)+) => {$(
        $engine.add_filter(concat!("builtin_", stringify!($name)), filters::$name);
        $engine.add_filter(
            stringify!($name),
            |state: &mut State<'_, '_>, value: &Value, rest: Rest<ValueOrKwargs>| {
                guarded(state, stringify!($name), concat!("builtin_", stringify!($name)), value, rest)
            },
        );
    )+};
}

/// Adds them to the engine, over the builtin ones of the same name.
pub(super) fn add(engine: &mut Environment<'static>) {
    guard!(engine: title capitalize first last round abs sort split items dictsort reverse min max unique map select
        reject selectattr rejectattr groupby slice batch indent list format attr chain zip);
    engine.add_filter("builtin_lines", filters::lines);
    for (name, filter) in OWN {
        own(engine, name, *filter);
    }
    for name in ["length", "count"] {
        engine.add_filter(name, length);
    }
    for name in ["default", "d"] {
        engine.add_filter(name, data::default);
    }
    marks::add_by_surroundings(engine);
    bounded::add(engine);
}

fn own(engine: &mut Environment<'static>, name: &'static str, filter: Filter) {
    engine.add_filter(name, move |state: &mut State<'_, '_>, value: &Value, rest: Rest<ValueOrKwargs>| {
        if is_absent(value) {
            return Ok(value.clone());
        }
        let made = filter(state, value, &Args::of(rest))?;
        bounded::spend_for(state, &made)?;
        Ok(made)
    });
}

fn guarded(
    state: &mut State<'_, '_>,
    name: &str,
    builtin: &str,
    value: &Value,
    rest: Rest<ValueOrKwargs>,
) -> Result<Value, Error> {
    if is_absent(value) {
        return Ok(value.clone());
    }
    let args: Vec<Value> = std::iter::once(value.clone()).chain(rest.into_values()).collect();
    bounded::foresee(state, name, &args)?;
    match state.apply_filter(builtin, &args) {
        Ok(made) => {
            bounded::spend_for(state, &made)?;
            Ok(made)
        }
        // The value is of a kind that the filter is not made for.
        Err(error) if error.kind() == ErrorKind::InvalidOperation => Ok(value.clone()),
        Err(error) => Err(error),
    }
}

/// What is missing has the length 0, so that `when` may ask; so has what has none.
fn length(value: &Value) -> usize {
    value.len().unwrap_or(0)
}

/// What stands in a filter's brackets: by place, or by name.
struct Args {
    list: Vec<Value>,
    named: Option<Kwargs>,
}

impl Args {
    fn of(rest: Rest<ValueOrKwargs>) -> Self {
        let mut list = rest.into_values();
        let named = list.last().cloned().and_then(|last| Kwargs::try_from(last).ok());
        if named.is_some() {
            list.pop();
        }
        Self { list, named }
    }

    /// The argument, unless it is missing or none.
    fn get(&self, at: usize, name: &str) -> Option<Value> {
        let named = || self.named.as_ref().and_then(|named| named.get::<Value>(name).ok());
        self.list.get(at).cloned().or_else(named).filter(|value| !is_absent(value))
    }

    fn text(&self, at: usize, name: &str) -> Option<String> {
        self.get(at, name).map(|value| text(&value).into_owned())
    }

    fn count(&self, at: usize, name: &str) -> Option<usize> {
        usize::try_from(self.get(at, name)?).ok()
    }
}

/// A value's text as it would be printed, before any escaping.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None if is_absent(value) => Cow::Borrowed(""),
        None if value.kind() == ValueKind::Bool => Cow::Borrowed(if value.is_true() { "true" } else { "false" }),
        None => Cow::Owned(bounded::written(value)),
    }
}

pub(super) fn is_absent(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

/// The value at a dotted path within a value; undefined where there is none.
fn at_path(value: &Value, path: &str) -> Value {
    path.split('.').fold(value.clone(), |value, part| {
        let at = part.parse::<usize>().ok().map(Value::from);
        at.map_or_else(|| value.get_attr(part), |at| value.get_item(&at)).unwrap_or_default()
    })
}
