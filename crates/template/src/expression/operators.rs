//! The operators whose results can be much larger than their operands, as filters that charge the budget; `rewrite`
//! puts them in place of the engine's own. And the hidden filters that count the rounds of a loop and read the clock.

use minijinja::value::{Kwargs, Tuple, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, functions};

use super::budget::{keep, may_make, spend, store};
use super::value::text;

pub(super) fn add(engine: &mut Environment<'static>) {
    engine.add_filter("builtin_concat", concat);
    engine.add_filter("builtin_url_concat", |state: &mut State<'_, '_>, left: &Value, right: &Value| {
        // Its parts are encoded already.
        joined(state, left, right).map(Value::from_safe_string)
    });
    engine.add_filter("builtin_add", plus);
    engine.add_filter("builtin_times", times);
    engine.add_filter("builtin_kept", keep);
    engine.add_filter("builtin_stored", store);
    engine.add_filter("builtin_upper", upper);
    engine.add_filter("builtin_timed", |state: &mut State<'_, '_>, value: &Value| {
        spend(state, 0).map(|()| value.clone())
    });
    // One round of a loop, whose body is so many bytes long.
    engine.add_filter("builtin_tick", |state: &mut State<'_, '_>, value: &Value| {
        spend(state, usize::try_from(value.clone()).unwrap_or(0)).map(|()| Value::from(""))
    });
    engine.add_function("dict", |state: &mut State<'_, '_>, from: Option<Value>, more: Kwargs| {
        keep(state, &functions::dict(from, more)?)
    });
    engine.add_function("namespace", |state: &mut State<'_, '_>, from: Option<ValueOrKwargs>| {
        keep(state, &functions::namespace(from)?)
    });
}

/// A text, or the texts of a list, in upper case; anything else as it is.
fn upper(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    let one = |value: &Value| value.as_str().map_or_else(|| value.clone(), |text| Value::from(text.to_uppercase()));
    let made = match value.kind() {
        ValueKind::Seq => value.try_iter()?.map(|item| one(&item)).collect(),
        _ => one(value),
    };
    keep(state, &made)
}

fn concat(state: &mut State<'_, '_>, left: &Value, right: &Value) -> Result<Value, Error> {
    joined(state, left, right).map(Value::from)
}

fn joined(state: &mut State<'_, '_>, left: &Value, right: &Value) -> Result<String, Error> {
    let (left, right) = (text(left), text(right));
    let bytes = left.len().saturating_add(right.len());
    may_make(state, "`~`", bytes, 0)?;
    let mut whole = String::with_capacity(bytes);
    whole.push_str(&left);
    whole.push_str(&right);
    Ok(whole)
}

fn plus(state: &mut State<'_, '_>, left: &Value, right: &Value) -> Result<Value, Error> {
    let is_list = |value: &Value| matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable);
    if left.as_str().is_some() && right.as_str().is_some() {
        return concat(state, left, right);
    }
    if is_list(left) && is_list(right) && left.is_tuple() == right.is_tuple() {
        keep(state, left)?;
        keep(state, right)?;
        let both = left.try_iter()?.chain(right.try_iter()?);
        return Ok(if left.is_tuple() { Value::from(Tuple::from(both.collect::<Vec<_>>())) } else { both.collect() });
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
    let float = |value: &Value| {
        if value.is_number() { f64::try_from(value.clone()).ok() } else { Some(f64::from(u8::from(value.is_true()))) }
    };
    Some(Value::from(parts(float(left)?, float(right)?)))
}

fn impossible(operator: &str, left: &Value, right: &Value) -> Error {
    let why = format!("tried to use {operator} operator on unsupported types {} and {}", left.kind(), right.kind());
    Error::new(ErrorKind::InvalidOperation, why)
}
