//! What one rendering may take of the memory. The engine counts instructions, however much each makes; here the
//! bytes are counted, by the filters and by the operators, which `rewrite` puts in place of the engine's own.

use std::fmt::{self, Write};

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::filters::text;
use super::marked::Marked;

/// Bytes that the values made for one text may take together.
const BUDGET: usize = 16 << 20;
/// The longest text that one step makes, in bytes: far more than any message holds.
const LONGEST: usize = 1 << 20;
/// Texts up to this many bytes cost their instruction alone.
const SMALL: usize = 64;
/// About what an entry of a list takes.
const ENTRY: usize = 32;

/// What one rendering has made and what it has to tell beside its text.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Whether a value was printed already: only the first may be a whole URL.
    pub(super) any: bool,
    /// Missing values that were printed, which shows nothing.
    pub(super) missing: usize,
    spent: usize,
}

/// # Errors
/// When more than the budget is spent.
pub(super) fn spend(state: &mut State<'_, '_>, bytes: usize) -> Result<(), Error> {
    if bytes < SMALL {
        return Ok(());
    }
    let work = state.get_or_insert_extension_with(Work::default);
    work.spent = work.spent.saturating_add(bytes);
    if work.spent > BUDGET { Err(too_much("it takes more than 16 MiB of memory")) } else { Ok(()) }
}

fn too_much(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::OutOfFuel, why.into())
}

/// Pays for a value that was just made.
pub(super) fn spend_for(state: &mut State<'_, '_>, made: &Value) -> Result<(), Error> {
    let bytes = match made.kind() {
        ValueKind::String => made.as_str().map_or(0, str::len),
        ValueKind::Seq | ValueKind::Iterable => entries(made).saturating_mul(ENTRY),
        ValueKind::Map => made.len().unwrap_or(0).saturating_mul(3 * ENTRY),
        _ => Marked::of(made).map_or(0, Marked::size),
    };
    spend(state, bytes)
}

/// The length of a list; one that does not tell is counted, as far as the budget goes.
fn entries(list: &Value) -> usize {
    let counted = || list.try_iter().map_or(0, |items| items.take(BUDGET / ENTRY + 1).count());
    list.len().unwrap_or_else(counted)
}

/// A value that is no text, written out as far as any message could hold it: a list may hold another many times.
pub(super) fn written(value: &Value) -> String {
    let mut kept = Kept(String::new());
    // What is beyond is not kept, and ends the writing.
    if write!(kept, "{value}").is_err() {
        kept.0.push('…');
    }
    kept.0
}

struct Kept(String);

impl fmt::Write for Kept {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// Asks before a text of so many bytes is made of one of `from` bytes.
pub(super) fn may_make(state: &mut State<'_, '_>, what: &str, bytes: usize, from: usize) -> Result<(), Error> {
    if bytes > LONGEST.max(from) {
        return Err(too_much(format!("{what} would make more than 1 MiB of text")));
    }
    spend(state, if bytes > from { bytes } else { 0 })
}

/// Asks before a builtin filter makes much of little.
pub(super) fn foresee(state: &mut State<'_, '_>, name: &str, args: &[Value]) -> Result<(), Error> {
    let Some(value) = args.first() else { return Ok(()) };
    let size = value.as_str().map_or_else(|| entries(value), str::len);
    let number = || args.iter().skip(1).filter_map(|arg| usize::try_from(arg.clone()).ok()).max().unwrap_or(0);
    let found = |text: &str| value.as_str().map_or(0, |whole| whole.matches(text).count());
    match name {
        "split" => {
            let by = args.get(1).and_then(|by| by.as_str()).unwrap_or(" ");
            spend(state, (found(by) + 1).saturating_mul(2 * ENTRY))
        }
        "lines" => spend(state, (found("\n") + 1).saturating_mul(2 * ENTRY)),
        "batch" if args.len() > 2 => spend(state, size.saturating_add(number()).saturating_mul(3 * ENTRY)),
        "list" | "items" | "dictsort" | "batch" | "reverse" => spend(state, size.saturating_mul(3 * ENTRY)),
        "slice" => spend(state, size.saturating_add(number()).saturating_mul(3 * ENTRY)),
        "indent" => {
            let more = (found("\n") + 1).saturating_mul(number());
            may_make(state, "`indent`", size.saturating_add(more), size)
        }
        "format" => {
            let digits = text(value).split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
            let given: usize = args.iter().skip(1).map(|arg| arg.as_str().map_or(64, str::len)).sum();
            let wide = digits > 3 || value.as_str().is_some_and(|text| text.contains('*'));
            may_make(
                state,
                "`format`",
                if wide { usize::MAX } else { size.saturating_mul(100).min(LONGEST / 2) + given },
                0,
            )
        }
        _ => Ok(()),
    }
}

/// The operators that make long things of short ones, and what counts the rounds of a loop.
pub(super) fn add(engine: &mut Environment<'static>) {
    engine.add_filter("builtin_concat", concat);
    engine.add_filter("builtin_add", plus);
    engine.add_filter("builtin_times", times);
    engine.add_filter("builtin_kept", |state: &mut State<'_, '_>, value: &Value| {
        spend_for(state, value).map(|()| value.clone())
    });
    engine.add_filter("builtin_tick", |state: &mut State<'_, '_>, value: &Value| {
        spend(state, SMALL.max(usize::try_from(value.clone()).unwrap_or(SMALL))).map(|()| Value::from(""))
    });
    engine.add_function("dict", |state: &mut State<'_, '_>, from: Option<Value>, more: minijinja::value::Kwargs| {
        let made = minijinja::functions::dict(from, more)?;
        spend_for(state, &made).map(|()| made)
    });
}

fn concat(state: &mut State<'_, '_>, left: &Value, right: &Value) -> Result<Value, Error> {
    let (left, right) = (text(left), text(right));
    let bytes = left.len().saturating_add(right.len());
    may_make(state, "`~`", bytes, 0)?;
    let mut whole = String::with_capacity(bytes);
    whole.push_str(&left);
    whole.push_str(&right);
    Ok(Value::from(whole))
}

fn plus(state: &mut State<'_, '_>, left: &Value, right: &Value) -> Result<Value, Error> {
    let is_list = |value: &Value| matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable);
    if left.as_str().is_some() && right.as_str().is_some() {
        return concat(state, left, right);
    }
    if is_list(left) && is_list(right) {
        let both = entries(left).saturating_add(entries(right));
        spend(state, both.saturating_mul(ENTRY))?;
        return Ok(left.try_iter()?.chain(right.try_iter()?).collect());
    }
    number(left, right, i128::checked_add, |a, b| a + b).ok_or_else(|| impossible("+", left, right))
}

fn times(state: &mut State<'_, '_>, left: &Value, right: &Value) -> Result<Value, Error> {
    for (text, count) in [(left, right), (right, left)] {
        let (Some(text), Ok(count)) = (text.as_str(), usize::try_from(count.clone())) else { continue };
        may_make(state, "`*`", text.len().saturating_mul(count), 0)?;
        return Ok(Value::from(text.repeat(count)));
    }
    number(left, right, i128::checked_mul, |a, b| a * b).ok_or_else(|| impossible("*", left, right))
}

/// Two numbers worked out: exactly where both are whole.
fn number(
    left: &Value,
    right: &Value,
    whole: fn(i128, i128) -> Option<i128>,
    parts: fn(f64, f64) -> f64,
) -> Option<Value> {
    let countable = |value: &Value| value.is_number() || value.kind() == ValueKind::Bool;
    if !countable(left) || !countable(right) {
        return None;
    }
    let is_whole = |value: &Value| !value.is_number() || value.is_integer();
    if is_whole(left) && is_whole(right) {
        let made = whole(i128::try_from(left.clone()).ok()?, i128::try_from(right.clone()).ok()?)?;
        return Some(i64::try_from(made).map_or_else(|_| Value::from(made), Value::from));
    }
    Some(Value::from(parts(f64::try_from(left.clone()).ok()?, f64::try_from(right.clone()).ok()?)))
}

fn impossible(operator: &str, left: &Value, right: &Value) -> Error {
    let why = format!("tried to use {operator} operator on unsupported types {} and {}", left.kind(), right.kind());
    Error::new(ErrorKind::InvalidOperation, why)
}
