//! Filters that reduce a list to one value.

use minijinja::{State, Value};

use super::args::{Args, FilterResult};
use super::numbers::float;
use crate::expression::budget;
use crate::expression::escape::{EscapeContext, escape};
use crate::expression::marked::Marked;
use crate::expression::value::{at_path, context, is_absent, text};
use crate::expression::view::View;

/// Kinds that `group` names; the rest are counted together.
const KINDS: usize = 10;

/// As Jinja's, but code and links stay what they are, and what is missing is skipped.
pub(super) fn join(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    if value.as_str().is_some() {
        return Ok(value.clone());
    }
    let Ok(items) = value.try_iter() else { return Ok(value.clone()) };
    let joiner = args.text(0, "d").unwrap_or_default();
    let attribute = args.text(1, "attribute");
    let context = if context(state) == EscapeContext::Block { EscapeContext::Block } else { EscapeContext::Line };
    let items = items.map(|item| attribute.as_ref().map_or_else(|| item.clone(), |path| at_path(&item, path)));
    let items: Vec<Value> = items.filter(|item| !is_absent(item)).collect();
    let whole: usize = items.iter().map(|item| item.as_str().map_or(16, str::len).saturating_add(joiner.len())).sum();
    budget::may_make(state, "`join`", whole, 0)?;
    if !items.iter().any(|item| Marked::of(item).is_some()) {
        return Ok(Value::from(items.iter().map(text).collect::<Vec<_>>().join(&joiner)));
    }
    let mut joined = Marked { in_titles: true, ..Marked::default() };
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            joined.plain.push_str(&joiner);
            joined.markdown.push_str(&escape(&joiner, context));
        }
        joined.plain.push_str(&text(item));
        match Marked::of(item) {
            Some(marked) => {
                joined.in_titles &= marked.in_titles;
                joined.markdown.push_str(marked.markdown_in(context));
            }
            None => joined.markdown.push_str(&escape(&text(item), context)),
        }
    }
    Ok(Value::from_object(joined))
}

/// The sum of the numbers in a list, or of one attribute; texts that are numbers count, all else does not.
pub(super) fn sum(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    if value.as_str().is_some() {
        return Ok(value.clone());
    }
    let Ok(items) = value.try_iter() else { return Ok(value.clone()) };
    let attribute = args.text(0, "attribute");
    let (mut whole, mut parts, mut exact) = (0_i128, 0.0, true);
    for item in items.chain(args.get(1, "start")) {
        let item = attribute.as_ref().map_or_else(|| item.clone(), |path| at_path(&item, path));
        let integer = match item.as_str() {
            Some(text) => text.trim().parse::<i128>().ok(),
            None if item.is_integer() => i128::try_from(item.clone()).ok(),
            None => None,
        };
        match (integer.and_then(|integer| whole.checked_add(integer)), float(&item)) {
            (Some(sum), _) => whole = sum,
            (None, Some(number)) => (parts, exact) = (parts + number, false),
            (None, None) => {}
        }
    }
    Ok(if exact { Value::from(whole) } else { Value::from(whole as f64 + parts) })
}

/// How many there are of each: `3 × error, 1 × warning`, the most frequent first.
pub(super) fn group(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    if value.as_str().is_some() {
        return Ok(value.clone());
    }
    let Ok(items) = value.try_iter() else { return Ok(value.clone()) };
    let attribute = args.text(0, "attribute");
    let locale = View::of(state).locale;
    let mut places = std::collections::HashMap::new();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for item in items {
        let item = attribute.as_ref().map_or_else(|| item.clone(), |path| at_path(&item, path));
        let name = if is_absent(&item) { "–".to_owned() } else { text(&item).into_owned() };
        let at = *places.entry(name).or_insert_with_key(|name| {
            counts.push((name.clone(), 0));
            counts.len() - 1
        });
        if let Some((_, count)) = counts.get_mut(at) {
            *count += 1;
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let number = |count: usize| locale.number(&count.to_string());
    let named = counts.iter().take(KINDS).map(|(name, count)| format!("{} × {name}", number(*count)));
    let rest: usize = counts.iter().skip(KINDS).map(|(_, count)| count).sum();
    let rest = (rest > 0).then(|| format!("… +{}", number(rest)));
    Ok(Value::from(named.chain(rest).collect::<Vec<_>>().join(&args.text(1, "d").unwrap_or_else(|| ", ".to_owned()))))
}
