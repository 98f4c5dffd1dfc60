//! The filters. They pass on what is missing as missing, so that it is counted where it is printed, and never
//! fail on data of an unexpected kind: they show it as it is.

mod args;
mod data;
mod lists;
mod marks;
mod numbers;
mod privacy;
mod text;
mod time;

use minijinja::value::{Kwargs, Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters, functions};

use self::args::Args;
pub(super) use self::time::{STYLES, UNITS};
use super::budget;
use super::value::is_absent;

/// A filter of hookbell's own; never called with a missing value.
type FilterFn = fn(&mut State<'_, '_>, &Value, &Args) -> Result<Value, Error>;

const OWN: &[(&str, FilterFn)] = &[
    ("money", numbers::money),
    ("number", numbers::number),
    ("percent", numbers::percent),
    ("bytes", numbers::bytes),
    ("plural", numbers::plural),
    ("duration", time::duration),
    ("ago", time::ago),
    ("date", time::date),
    ("mask", privacy::mask),
    ("private", privacy::private),
    ("without_secrets", privacy::without_secrets),
    ("secrets", privacy::secrets),
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
    ("html", marks::html),
    ("wiki", marks::wiki),
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
}

fn own(engine: &mut Environment<'static>, name: &'static str, filter: FilterFn) {
    engine.add_filter(name, move |state: &mut State<'_, '_>, value: &Value, rest: Rest<ValueOrKwargs>| {
        let args = Args::of(rest);
        if is_absent(value) {
            // What a table says of nothing is its fallback.
            return Ok(args.get(1, "default").filter(|_| name == "lookup").unwrap_or_else(|| value.clone()));
        }
        let made = filter(state, value, &args)?;
        budget::spend_for(state, &made)?;
        Ok(made)
    });
}

/// The builtin filters whose lists hold more than the value did, or hold it more deeply.
const NESTING: [&str; 8] = ["map", "zip", "chain", "batch", "slice", "groupby", "items", "dictsort"];

/// Charges everything that it holds. Chained maps become one map, as chained lists become one list: neither is looked
/// up in what was chained, however often it was.
fn made_whole(state: &mut State<'_, '_>, made: &Value) -> Result<Value, Error> {
    let kept = budget::keep(state, made)?;
    match kept.kind() {
        ValueKind::Map => functions::dict(Some(kept), Kwargs::from_iter(std::iter::empty::<(String, Value)>())),
        ValueKind::Seq if !kept.is_tuple() => Ok(kept.try_iter()?.collect()),
        _ => Ok(kept),
    }
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
    budget::foresee(state, name, &args)?;
    match state.apply_filter(builtin, &args) {
        Ok(made) if NESTING.contains(&name) => made_whole(state, &made),
        Ok(made) => {
            budget::spend_for(state, &made)?;
            Ok(made)
        }
        // The value is of a kind that the filter is not made for.
        Err(error) if error.kind() == ErrorKind::InvalidOperation => Ok(value.clone()),
        Err(error) => Err(error),
    }
}

/// A missing value has the length 0, so that a `when` may compare it; so has a value without a length.
fn length(value: &Value) -> usize {
    value.len().unwrap_or(0)
}
