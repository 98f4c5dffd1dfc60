//! Filters that shorten and change texts.

use minijinja::{State, Value};

use super::args::{Args, FilterResult};
use crate::expression::budget;
use crate::expression::cut::{cut, cut_middle, cut_words};
use crate::expression::value::text;
use crate::expression::view::View;

/// Characters that `truncate` keeps without an argument.
const KEPT: usize = 100;
/// Characters of a hash that are shown.
const SHORT: usize = 7;
/// Characters of a slug.
const SLUG: usize = 100;

pub(super) fn string(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    Ok(Value::from(text(value)))
}

pub(super) fn upper(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    Ok(Value::from(text(value).to_uppercase()))
}

pub(super) fn lower(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    Ok(Value::from(text(value).to_lowercase()))
}

pub(super) fn trim(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let text = text(value);
    Ok(Value::from(match args.text(0, "chars") {
        Some(chars) => text.trim_matches(|c| chars.contains(c)),
        None => text.trim(),
    }))
}

/// As Jinja's; too long a result is an error, as a payload could choose both sides.
pub(super) fn replace(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let (from, to) = (args.text(0, "old").unwrap_or_default(), args.text(1, "new").unwrap_or_default());
    let whole = text(value);
    let found = whole.matches(&*from).count();
    budget::may_make(state, "`replace`", found.saturating_mul(to.len()).saturating_add(whole.len()), whole.len())?;
    Ok(Value::from(whole.replace(&*from, &to)))
}

/// At most `n` characters (100 if not said), with `…` where something was cut: at the end, in the middle, or at the
/// end between two words.
pub(super) fn truncate(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let n = args.count(0, "n").unwrap_or(KEPT);
    let mode = args.text(1, "mode").unwrap_or_default();
    let text = text(value);
    Ok(Value::from(match mode.as_str() {
        _ if text.chars().nth(n).is_none() => text.into_owned(),
        "middle" => cut_middle(&text, n),
        "words" => cut_words(&text, n),
        _ => cut(&text, n),
    }))
}

/// The first line that holds anything.
pub(super) fn first_line(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    Ok(Value::from(text(value).lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()))
}

/// Without a number Jinja's list of lines; with one, the first lines as a text that says how many were left out.
pub(super) fn lines(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let Some(n) = args.count(0, "n") else {
        if value.as_str().is_none() {
            return Ok(value.clone());
        }
        budget::foresee(state, "lines", std::slice::from_ref(value))?;
        return state.apply_filter("builtin_lines", std::slice::from_ref(value));
    };
    Ok(Value::from(first_lines(&text(value), n, View::of(state))))
}

pub(super) fn first_lines(text: &str, n: usize, view: View) -> String {
    let text = text.trim_start_matches(['\r', '\n']).trim_end();
    let rest = text.lines().skip(n).count();
    if rest == 0 {
        return text.to_owned();
    }
    let mut kept: Vec<&str> = text.lines().take(n).collect();
    let more = view.locale.more_lines(rest);
    kept.push(&more);
    kept.join("\n")
}

/// The beginning of a hash: seven characters if not said otherwise. `sha256:` and its like are left out.
pub(super) fn short(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let text = text(value);
    let hash = text.trim();
    let hash = match hash.split_once(':') {
        Some(("sha1" | "sha256" | "sha512", hash)) => hash,
        _ => hash,
    };
    Ok(Value::from(hash.chars().take(args.count(0, "n").unwrap_or(SHORT)).collect::<String>()))
}

/// Small letters and digits with dashes between, as in addresses.
pub(super) fn slug(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    let mut slug = String::new();
    for c in text(value).chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '’' {
            slug.push('-');
        }
        if slug.chars().count() >= SLUG {
            break;
        }
    }
    Ok(Value::from(slug.trim_end_matches('-')))
}
