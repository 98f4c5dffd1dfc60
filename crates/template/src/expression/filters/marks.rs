//! Filters that make markdown, and the hidden ones for values within a template's own markdown.

use minijinja::value::ValueKind;
use minijinja::{Environment, State, Value};

use super::args::{Args, FilterResult};
use super::text::first_lines;
use crate::expression::budget::{self, Work};
use crate::expression::cut::{cut, cut_words};
use crate::expression::escape::{EscapeContext, clean, escape};
use crate::expression::markdown::{LOOKS_LIKE, fenced, in_block, inline_code, link_target, masked_link};
use crate::expression::marked::Marked;
use crate::expression::rich::{self, Dialect, RichText};
use crate::expression::url::{self, check_url};
use crate::expression::value::{context, is_absent, text};
use crate::expression::view::View;

/// Characters of a code block: what is longer would be cut without its end.
const BLOCK: usize = 3_900;

pub(super) fn marked(markdown: String, plain: String) -> Value {
    Value::from_object(Marked { markdown, plain, ..Marked::default() })
}

/// Inline code. Nothing can be escaped in it, so its own delimiter becomes a look-alike.
pub(super) fn code(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    let plain: String = clean(&text(value), false).collect();
    let markdown = inline_code(&plain);
    Ok(Value::from_object(Marked { markdown, plain, in_titles: true, ..Marked::default() }))
}

/// A block of code, with the language for its colours; in a line inline code, else plain text.
pub(super) fn block(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let plain: String = clean(&text(value), true).collect();
    let language: String = args.text(0, "lang").unwrap_or_default();
    let inside = in_block(plain.trim_end().trim_start_matches('\n'));
    let markdown = if inside.is_empty() {
        String::new()
    } else {
        let inside = within(&inside, BLOCK, View::of(state));
        fenced(&inside, &language)
    };
    let line = inline_code(&text(value));
    Ok(Value::from_object(Marked { markdown, line: Some(line), plain, ..Marked::default() }))
}

/// As many whole lines as fit, and how many do not.
fn within(text: &str, room: usize, view: View) -> String {
    if text.chars().nth(room).is_none() {
        return text.to_owned();
    }
    let mut length = 0;
    let lines = text.lines().take_while(|line| {
        length += line.chars().count() + 1;
        length <= room
    });
    match lines.count() {
        0 => cut(text, room),
        count => first_lines(text, count, view),
    }
}

/// Each line with `> ` before it.
pub(super) fn quote(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    let (inside, plain) = markdown_and_plain(value, EscapeContext::Block);
    let markdown = inside.trim_end().lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
    let line = escape(&plain, EscapeContext::Line).into_owned();
    Ok(Value::from_object(Marked { markdown, line: Some(line), plain, ..Marked::default() }))
}

/// A value's markdown and its plain text.
fn markdown_and_plain(value: &Value, context: EscapeContext) -> (String, String) {
    match Marked::of(value) {
        Some(marked) => (marked.markdown_in(context).to_owned(), marked.plain.clone()),
        None => (escape(&text(value), context).into_owned(), text(value).into_owned()),
    }
}

/// `[text](url)`, where the URL may be posted; else the text alone.
pub(super) fn link(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let (label, plain) = markdown_and_plain(value, EscapeContext::Line);
    let url = check_url(&args.text(0, "url").unwrap_or_default());
    Ok(match url {
        Ok(url) if !label.trim().is_empty() => marked(masked_link(&label, &url), plain),
        _ => marked(label, plain),
    })
}

/// Slack's mark-up as Discord's, of a text or of blocks and attachments; `n` characters of words at most. Of those, a text
/// that is `said` elsewhere is left out.
pub(super) fn mrkdwn(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let (locale, room) = (View::of(state).locale, args.count(0, "n"));
    if !matches!(value.kind(), ValueKind::Map | ValueKind::Seq | ValueKind::Iterable) {
        return Ok(Value::from_object(RichText::read(&text(value), Dialect::Slack, room).marked(locale)));
    }
    let kept = budget::keep(state, value)?;
    let json = serde_json::to_value(&kept).unwrap_or_default();
    let said = args.text(1, "said").unwrap_or_default();
    Ok(Value::from_object(RichText::read_blocks(&json, &said, room).marked(locale)))
}

/// Markdown as Discord's; `n` characters of words at most.
pub(super) fn markdown(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let rich = RichText::read(&text(value), Dialect::Markdown, args.count(0, "n")).marked(View::of(state).locale);
    Ok(Value::from_object(rich))
}

/// The words of a Markdown text, without its marks; `n` characters of them at most.
pub(super) fn plain(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let text = text(value);
    let rich = RichText::read(&text, Dialect::Markdown, args.count(0, "n"));
    Ok(Value::from(rich.plain(View::of(state).locale)))
}

fn at_most(words: String, args: &Args) -> Value {
    match args.count(0, "n") {
        Some(n) if words.chars().nth(n).is_some() => Value::from(cut_words(&words, n)),
        _ => Value::from(words),
    }
}

/// The words of a text in HTML, without tags and entities; `n` characters of them at most.
pub(super) fn html(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    Ok(at_most(rich::html_words(&text(value)), args))
}

/// The words of a text in Jira's wiki markup; `n` characters of them at most.
pub(super) fn wiki(_: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    Ok(at_most(rich::wiki_words(&text(value)), args))
}

/// A path of several segments within a URL: `owner/repo` keeps its slash.
pub(super) fn path(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    let plain = text(value).into_owned();
    let (markdown, url) = (escape(&plain, EscapeContext::Line).into_owned(), Some(url::path(&plain)));
    Ok(Value::from_object(Marked { markdown, plain, url, in_titles: true, line: None }))
}

/// As it is, mark-up and all; only what Discord refuses is taken out. It still cannot ping.
pub(super) fn raw(_: &mut State<'_, '_>, value: &Value, _: &Args) -> FilterResult {
    Ok(Value::from_safe_string(text(value).chars().filter(|c| !c.is_control() || *c == '\n').collect()))
}

/// The first part of a URL that is joined of several: a whole URL stays as it is, where nothing is before it.
fn url_first(state: &mut State<'_, '_>, value: &Value) -> Value {
    if is_absent(value) || value.is_safe() {
        return value.clone();
    }
    let behind = match context(state) {
        EscapeContext::Url => true,
        EscapeContext::Href => Work::of(state).printed,
        _ => false,
    };
    let whole = text(value);
    match Marked::of(value).and_then(|marked| marked.url.clone()) {
        Some(url) => Value::from_safe_string(url),
        None if !behind && check_url(&whole).is_ok() => Value::from_safe_string(whole.trim().to_owned()),
        None => Value::from_safe_string(escape(&whole, EscapeContext::Url).into_owned()),
    }
}

/// The hidden filters, for values that a template puts between back quotes or into a link's target.
pub(super) fn add_by_surroundings(engine: &mut Environment<'static>) {
    type Filter = (&'static str, fn(&Value) -> String);
    let filters: [Filter; 4] = [
        ("builtin_in_code", |value| {
            clean(&text(value), false).map(|c| if c == '`' { LOOKS_LIKE } else { c }).collect()
        }),
        ("builtin_in_block", |value| in_block(&clean(&text(value), true).collect::<String>())),
        ("builtin_in_target", |value| match Marked::of(value).and_then(|marked| marked.url.clone()) {
            Some(url) => url,
            None => escape(&text(value), EscapeContext::Url).into_owned(),
        }),
        ("builtin_in_href", |value| check_url(&text(value)).map_or_else(|_| String::new(), |url| link_target(&url))),
    ];
    engine.add_filter("builtin_url_first", |state: &mut State<'_, '_>, value: &Value| url_first(state, value));
    for (name, filter) in filters {
        engine.add_filter(
            name,
            move |value: &Value| {
                if is_absent(value) { value.clone() } else { Value::from_safe_string(filter(value)) }
            },
        );
    }
}
