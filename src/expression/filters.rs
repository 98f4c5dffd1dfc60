//! The filters of hookbell's own. They pass on what is missing as missing, so that it is counted where it
//! is printed, and never fail on data of an unexpected kind: they show it as it is.

use std::borrow::Cow;

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};

use super::engine::place;
use super::escape::{self, Place, check_url, clean, escape};
use super::marked::Marked;
use super::moment;
use super::view::View;
use crate::money;
use crate::privacy::Masks;
use crate::timestamp::Timestamp;

/// Puts a guard before builtin filters: what is missing passes through, where the builtin would fail or
/// print `None`. The builtin itself moves to `builtin_NAME`.
macro_rules! guard {
    ($engine:ident: $($name:ident)+) => {$(
        $engine.add_filter(concat!("builtin_", stringify!($name)), filters::$name);
        $engine.add_filter(
            stringify!($name),
            |state: &mut State<'_, '_>, value: &Value, rest: Rest<ValueOrKwargs>| {
                if is_absent(value) {
                    return Ok(value.clone());
                }
                let args: Vec<Value> = std::iter::once(value.clone()).chain(rest.into_values()).collect();
                state.apply_filter(concat!("builtin_", stringify!($name)), &args)
            },
        );
    )+};
}

/// Adds them to the engine, over the builtin ones of the same name.
pub(super) fn add(engine: &mut Environment<'static>) {
    guard!(engine: title capitalize first last round abs sort split lines items dictsort reverse sum min max
        unique map select reject selectattr rejectattr groupby slice batch indent list string format attr);
    for name in ["length", "count"] {
        engine.add_filter(name, length);
    }
    engine.add_filter("replace", replace);
    engine.add_filter("money", amount);
    engine.add_filter("mask", mask);
    engine.add_filter("truncate", truncate);
    engine.add_filter("ago", |value: &Value| Ok::<_, Error>(stamp(value, 'R')));
    engine.add_filter("date", date);
    engine.add_filter("plural", plural);
    engine.add_filter("first_line", first_line);
    engine.add_filter("code", code);
    engine.add_filter("link", link);
    engine.add_filter("path", path);
    engine.add_filter("join", join);
    for name in ["default", "d"] {
        engine.add_filter(name, default);
    }
    for name in ["raw", "safe"] {
        engine.add_filter(name, raw);
    }
    for (name, change) in
        [("upper", upper as fn(&str) -> String), ("lower", lower), ("trim", |text| text.trim().to_owned())]
    {
        engine.add_filter(name, move |value: &Value| map_text(value, change));
    }
}

fn upper(text: &str) -> String {
    text.to_uppercase()
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// A value's text as it would be printed, before any escaping.
fn text(value: &Value) -> Cow<'_, str> {
    match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None if is_absent(value) => Cow::Borrowed(""),
        None => Cow::Owned(value.to_string()),
    }
}

fn is_absent(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

fn map_text(value: &Value, change: impl Fn(&str) -> String) -> Value {
    if is_absent(value) { value.clone() } else { Value::from(change(&text(value))) }
}

/// What is missing has the length 0, so that `when` may ask.
fn length(value: &Value) -> Result<usize, Error> {
    if is_absent(value) { Ok(0) } else { filters::length(value) }
}

fn is_number(value: &Value) -> bool {
    value.kind() == ValueKind::Number
}

/// `1234 | money("usd")` → `$12.34`: an amount in minor units. What is no whole number is shown as it is.
fn amount(value: &Value, currency: Option<&Value>) -> Value {
    if is_absent(value) {
        return value.clone();
    }
    let currency = currency.map(text).unwrap_or_default();
    let minor = match value.as_str() {
        Some(text) => text.trim().parse::<i128>().ok(),
        None if is_number(value) => i128::try_from(value.clone()).ok().or_else(|| rounded(value)),
        None => None,
    };
    match minor {
        Some(minor) => Value::from(money::money(minor, &currency)),
        None => Value::from(format!("{} {}", text(value), currency.to_uppercase()).trim().to_owned()),
    }
}

fn rounded(value: &Value) -> Option<i128> {
    let number = f64::try_from(value.clone()).ok()?.round();
    (number.abs() < 1e30).then_some(number as i128)
}

/// `someone@example.com` → `s•••@example.com`; any other text keeps its first and last little.
fn mask(state: &State<'_, '_>, value: &Value) -> Value {
    if View::of(state).masks.is_some_and(Masks::is_empty) {
        return value.clone();
    }
    map_text(value, |text| match text.trim().rsplit_once('@') {
        Some((name, domain)) if !name.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace) => {
            format!("{}•••@{domain}", name.chars().take(1).collect::<String>())
        }
        _ => mask_middle(text.trim()),
    })
}

fn mask_middle(text: &str) -> String {
    let length = text.chars().count();
    let shown = (length / 5).min(4);
    let start: String = text.chars().take(shown).collect();
    let end: String = text.chars().skip(length - shown).collect();
    if length == 0 { String::new() } else { format!("{start}•••{end}") }
}

/// The longest text that `replace` makes, in bytes: far more than any message holds.
const LONGEST: usize = 1 << 20;

/// As Jinja's. The engine counts this as one step however much it makes, so that a payload that chooses both
/// sides could fill the memory: what would come out too long fails.
fn replace(value: &Value, from: &Value, to: &Value) -> Result<Value, Error> {
    if is_absent(value) {
        return Ok(value.clone());
    }
    let (whole, from, to) = (text(value), text(from), text(to));
    let found = whole.matches(&*from).count();
    if found.saturating_mul(to.len()).saturating_add(whole.len()) > LONGEST.max(whole.len()) {
        return Err(Error::new(ErrorKind::InvalidOperation, "`replace` would make more than 1 MiB of text"));
    }
    Ok(Value::from(whole.replace(&*from, &to)))
}

/// At most `n` characters (100 if not said), the last of them `…` where something was cut.
fn truncate(value: &Value, n: Option<usize>) -> Value {
    let n = n.unwrap_or(100);
    map_text(value, |text| cut(text, n))
}

fn cut(text: &str, n: usize) -> String {
    if text.chars().nth(n).is_none() {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(n.saturating_sub(1)).collect();
    // Not in the middle of an emoji that is made of several.
    while kept.ends_with('\u{200d}') {
        kept.pop();
    }
    kept.truncate(kept.trim_end().len());
    if n > 0 {
        kept.push('…');
    }
    kept
}

/// A moment in one of Discord's styles: `t T d D f F R`, and `s S`.
fn date(value: &Value, style: Option<&str>) -> Result<Value, Error> {
    let style = style.unwrap_or("f");
    match style.chars().next() {
        Some(letter) if style.len() == 1 && "tTdDfFRsS".contains(letter) => Ok(stamp(value, letter)),
        _ => {
            Err(Error::new(ErrorKind::InvalidOperation, "`date` knows the styles `t`, `T`, `d`, `D`, `f`, `F` and `R`"))
        }
    }
}

fn stamp(value: &Value, style: char) -> Value {
    match moment::read(value) {
        Some(at) => marked(discord_stamp(at, style), moment::readable(at, style)),
        None => value.clone(),
    }
}

fn discord_stamp(at: Timestamp, style: char) -> String {
    format!("<t:{}:{style}>", at.secs())
}

fn marked(markdown: String, plain: String) -> Value {
    Value::from_object(Marked { markdown, plain, ..Marked::default() })
}

/// `3 | plural("commit")` → `3 commits`; of a list, its length.
fn plural(value: &Value, one: &Value, many: Option<&Value>) -> Value {
    if is_absent(value) {
        return value.clone();
    }
    let count = match value.kind() {
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => {
            value.len().and_then(|count| i128::try_from(count).ok())
        }
        _ => text(value).trim().parse().ok(),
    };
    let many = many.map_or_else(|| format!("{}s", text(one)), |many| text(many).into_owned());
    Value::from(match count {
        Some(1) => format!("1 {}", text(one)),
        Some(count) => {
            let minus = if count < 0 { "-" } else { "" };
            format!("{minus}{} {many}", money::grouped(count.unsigned_abs()))
        }
        None => format!("{} {many}", text(value)),
    })
}

/// The first line that holds anything.
fn first_line(value: &Value) -> Value {
    map_text(value, |text| text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned())
}

/// Inline code. Nothing can be escaped in it, so that its own delimiter becomes a look-alike.
fn code(value: &Value) -> Value {
    if is_absent(value) {
        return value.clone();
    }
    let plain: String = clean(&text(value), false).collect();
    let inside = plain.trim().replace('`', "\u{2cb}");
    let markdown = if inside.is_empty() { String::new() } else { format!("`{inside}`") };
    Value::from_object(Marked { markdown, plain, in_titles: true, ..Marked::default() })
}

/// `[text](url)`, where the URL may be posted; else the text alone.
fn link(value: &Value, url: &Value) -> Value {
    if is_absent(value) {
        return value.clone();
    }
    let (label, plain) = match Marked::of(value) {
        Some(marked) => (marked.markdown.clone(), marked.plain.clone()),
        None => (escape(&text(value), Place::Line), text(value).into_owned()),
    };
    let Ok(url) = check_url(&text(url)) else { return marked(label, plain) };
    if label.trim().is_empty() {
        return marked(label, plain);
    }
    marked(format!("[{}]({})", label.trim(), link_target(&url)), plain)
}

/// What would end the link early is percent-encoded.
fn link_target(url: &str) -> String {
    let mut target = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '(' | ')' | '<' | '>' | '[' | ']' | '\\' | '`' | '|' | '*' => {
                target.push_str(&format!("%{:02X}", c as u32))
            }
            _ => target.push(c),
        }
    }
    target
}

/// A path of several segments within a URL: `owner/repo` keeps its slash.
fn path(value: &Value) -> Value {
    if is_absent(value) {
        return value.clone();
    }
    let plain = text(value).into_owned();
    let (markdown, url) = (escape(&plain, Place::Line), Some(escape::path(&plain)));
    Value::from_object(Marked { markdown, plain, url, in_titles: true })
}

/// As Jinja's, but code and links stay what they are, and what is missing is skipped.
fn join(state: &State<'_, '_>, value: &Value, joiner: Option<&str>) -> Result<Value, Error> {
    if is_absent(value) || value.as_str().is_some() {
        return Ok(value.clone());
    }
    let joiner = joiner.unwrap_or_default();
    let place = if place(state) == Place::Block { Place::Block } else { Place::Line };
    let (mut looks, mut any) = (Marked { in_titles: true, ..Marked::default() }, false);
    for (at, item) in value.try_iter()?.filter(|item| !is_absent(item)).enumerate() {
        if at > 0 {
            looks.plain.push_str(joiner);
            looks.markdown.push_str(&escape(joiner, place));
        }
        looks.plain.push_str(&text(&item));
        match Marked::of(&item) {
            Some(marked) => {
                any = true;
                looks.in_titles &= marked.in_titles;
                looks.markdown.push_str(&marked.markdown);
            }
            None => looks.markdown.push_str(&escape(&text(&item), place)),
        }
    }
    Ok(if any { Value::from_object(looks) } else { Value::from(looks.plain) })
}

/// Takes the place of what is missing, none or empty.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands over its arguments so")]
fn default(value: &Value, fallback: Rest<Value>) -> Value {
    if is_absent(value) || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return fallback.first().cloned().unwrap_or_else(|| Value::from(""));
    }
    value.clone()
}

/// As it is, mark-up and all; only what Discord refuses is taken out. It still cannot ping.
fn raw(value: &Value) -> Value {
    if is_absent(value) {
        return value.clone();
    }
    Value::from_safe_string(text(value).chars().filter(|c| !c.is_control() || *c == '\n').collect())
}
