//! The one configuration of the template engine: bounded, without files, environment or other templates, and with
//! values escaped for their context as they are printed.

use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind as EngineError, Output, State, UndefinedBehavior};

use super::budget::{self, Exceeded, Work};
use super::error::{ErrorKind, ExpressionError};
use super::escape::{EscapeContext, escape};
use super::filters;
use super::marked::Marked;
use super::matching;
use super::operators;
use super::rewrite::SpanMap;
use super::url::check_url;
use super::value::{context, text};

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
        let context =
            EscapeContext::ALL.into_iter().find(|context| context.name() == suffix).unwrap_or(EscapeContext::Block);
        AutoEscape::Custom(context.name().into())
    });
    engine.set_formatter(print);
    // Prints the whole state into a message.
    engine.remove_global("debug");
    // Suggests HTML escaping, which is never right here.
    for name in ["escape", "e", "pprint"] {
        engine.remove_filter(name);
    }
    // Its work would be done for each error, and it repeats the data.
    engine.set_debug(false);
    filters::add(&mut engine);
    operators::add(&mut engine);
    matching::add(&mut engine);
    engine
}

/// Whether it is a function of the engine, as `range` is.
pub fn is_global(name: &str) -> bool {
    ENGINE.globals().any(|(known, _)| known == name)
}

fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let context = context(state);
    budget::spend(state, 0)?;
    match value.kind() {
        ValueKind::Undefined => {
            let work = Work::of(state);
            (work.missing, work.blank) = (work.missing + 1, work.blank + 1);
        }
        ValueKind::None => Work::of(state).blank += 1,
        ValueKind::String if value.as_str() == Some("") => Work::of(state).blank += 1,
        ValueKind::Bool => out.write_str(if value.is_true() { "true" } else { "false" })?,
        _ => {
            let first = !std::mem::replace(&mut Work::of(state).printed, true);
            // What is printed may be captured by a `set`.
            budget::spend_for(state, value)?;
            print_text(out, context, first, value)?;
        }
    }
    Ok(())
}

fn print_text(out: &mut Output<'_>, context: EscapeContext, first: bool, value: &Value) -> Result<(), Error> {
    if let Some(marked) = Marked::of(value) {
        match (context, &marked.url) {
            (EscapeContext::Block | EscapeContext::Line, _) => out.write_str(marked.markdown_in(context))?,
            (EscapeContext::Title, _) if marked.in_titles => out.write_str(marked.markdown_in(context))?,
            (EscapeContext::Url | EscapeContext::Href, Some(url)) => out.write_str(url)?,
            _ => out.write_str(&escape(&marked.plain, context))?,
        }
        return Ok(());
    }
    let text = text(value);
    let text = text.as_ref();
    if value.is_safe() {
        out.write_str(text)?;
    } else if let (EscapeContext::Href, true, Ok(url)) = (context, first, check_url(text)) {
        out.write_str(&url)?;
    } else {
        out.write_str(&escape(text, context))?;
    }
    Ok(())
}

/// Evaluates, where a panic of the engine on odd data is an error as any other.
///
/// # Errors
/// Those of the evaluation, and that it panicked.
pub(super) fn without_panic<T>(evaluate: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let panicked = |_| Err(Error::new(EngineError::InvalidOperation, "the engine panicked on this data"));
    // Nothing that the evaluation changes is used after a panic.
    std::panic::catch_unwind(AssertUnwindSafe(evaluate)).unwrap_or_else(panicked)
}

/// An error of the engine, with its place in the text that was written.
pub(super) fn evaluation_error(error: &Error, source: &str, map: &SpanMap) -> ExpressionError {
    let span = error.range().map_or(0..source.len(), |span| map.original(&span));
    let span = span.start.min(source.len())..span.end.min(source.len());
    ExpressionError::new(kind(error), span).with_snippet(source)
}

fn kind(error: &Error) -> ErrorKind {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        match error.downcast_ref::<Exceeded>() {
            Some(Exceeded::Time) => return ErrorKind::OutOfTime,
            Some(Exceeded::Memory) => return ErrorKind::OutOfMemory(None),
            Some(Exceeded::Text(operation)) => return ErrorKind::OutOfMemory(Some(operation.clone())),
            Some(Exceeded::Depth) => return ErrorKind::ValueTooDeep,
            Some(Exceeded::Namespace) => return ErrorKind::NamespaceInside,
            None => cause = error.source(),
        }
    }
    match error.kind() {
        EngineError::OutOfFuel => ErrorKind::OutOfFuel,
        kind => ErrorKind::Evaluation { kind, detail: error.detail().map(str::to_owned) },
    }
}
