//! The one recipe of the template engine: bounded, without files, environment or other templates, and with
//! values escaped for their place as they are printed.

use std::fmt::Write;
use std::sync::LazyLock;

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use super::bounded::{self, Work};
use super::escape::{EscapeContext, check_url, escape};
use super::filters;
use super::marked::Marked;

/// Instructions one text may take. A line of a template takes some ten; an endless loop ends here within
/// milliseconds.
const FUEL: u64 = 200_000;
/// Levels of nesting.
const DEPTH: usize = 64;

/// Compiles and evaluates expressions; sets of templates start from its clone.
pub(super) static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(engine);

fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Chainable);
    engine.set_fuel(Some(FUEL));
    engine.set_recursion_limit(DEPTH);
    engine.set_auto_escape_callback(|name| {
        let suffix = name.rsplit('.').next().unwrap_or_default();
        let place = EscapeContext::ALL.into_iter().find(|place| place.name() == suffix).unwrap_or(EscapeContext::Block);
        AutoEscape::Custom(place.name().into())
    });
    engine.set_formatter(print);
    // Dumps the whole state into a message.
    engine.remove_global("debug");
    // Would promise HTML escaping, which is never what is wanted here.
    for name in ["escape", "e", "pprint"] {
        engine.remove_filter(name);
    }
    filters::add(&mut engine);
    engine
}

/// Whether it is a function of the engine, as `range` is.
pub fn is_global(name: &str) -> bool {
    ENGINE.globals().any(|(known, _)| known == name)
}

/// The place a template's values stand in. Escaping cannot be turned off: `{% autoescape false %}` falls
/// back to the strictest place that shows text.
pub(super) fn place(state: &State<'_, '_>) -> EscapeContext {
    match state.auto_escape() {
        AutoEscape::Custom(name) => {
            EscapeContext::ALL.into_iter().find(|place| place.name() == name).unwrap_or(EscapeContext::Block)
        }
        _ => EscapeContext::Block,
    }
}

fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let place = place(state);
    let work = state.get_or_insert_extension_with(Work::default);
    match value.kind() {
        ValueKind::Undefined => work.missing += 1,
        ValueKind::None => {}
        ValueKind::String if value.as_str() == Some("") => {}
        ValueKind::Bool => out.write_str(if value.is_true() { "true" } else { "false" })?,
        _ => {
            let first = !std::mem::replace(&mut work.any, true);
            // What is printed may be captured by a `set`.
            bounded::spend_for(state, value)?;
            print_text(out, place, first, value)?;
        }
    }
    Ok(())
}

fn print_text(out: &mut Output<'_>, place: EscapeContext, first: bool, value: &Value) -> Result<(), Error> {
    if let Some(marked) = Marked::of(value) {
        match (place, &marked.url) {
            (EscapeContext::Block | EscapeContext::Line, _) => out.write_str(marked.in_place(place))?,
            (EscapeContext::Title, _) if marked.in_titles => out.write_str(marked.in_place(place))?,
            (EscapeContext::Url | EscapeContext::Href, Some(url)) => out.write_str(url)?,
            _ => out.write_str(&escape(&marked.plain, place))?,
        }
        return Ok(());
    }
    let text = filters::text(value);
    let text = text.as_ref();
    if value.is_safe() {
        out.write_str(text)?;
    } else if let (EscapeContext::Href, true, Ok(url)) = (place, first, check_url(text)) {
        out.write_str(&url)?;
    } else {
        out.write_str(&escape(text, place))?;
    }
    Ok(())
}

/// An error of the engine in words, with the line of the text it stands in where that has several.
pub(super) fn explain(error: &Error, source: &str) -> String {
    let what = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, Some(detail)) => detail.to_owned(),
        (ErrorKind::OutOfFuel, None) => "takes too much work: an endless loop?".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    let line = error.line().unwrap_or(1);
    let excerpt: String = source.lines().nth(line - 1).unwrap_or(source).trim().chars().take(80).collect();
    let mut told = what;
    // Cannot fail: it writes to a String.
    let wrote = if source.trim().lines().count() > 1 {
        write!(told, " (line {line} of the text: `{excerpt}`)")
    } else {
        write!(told, " (in `{excerpt}`)")
    };
    wrote.map_or_else(|_| String::new(), |()| told)
}
