//! What can be wrong with a template or an expression, and where in its text.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::Range;

use hookbell_model::privacy::UnknownMaskKind;
use minijinja::ErrorKind as EngineError;

use super::slip::{self, ExpressionSlip, FoundSlip};

/// The detail of the tokenizer's error about a string without its end.
const UNCLOSED: &str = "unexpected end of string";
/// Slips of one text that are mended one after the other.
const SLIPS: usize = 8;
/// Bytes of a text that is shown as a whole.
const PASTED: usize = 160;

/// Why a text was refused, or could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{snippet}")]
pub struct ExpressionError {
    pub kind: ErrorKind,
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// The line that failed, for errors that are shown without their text.
    pub(super) snippet: Box<Excerpt>,
    /// The whole text as it should be, where that is known.
    meant: Option<Box<str>>,
}

impl ExpressionError {
    pub(super) fn new(kind: ErrorKind, span: Range<usize>) -> Self {
        Self { kind, span, snippet: Box::default(), meant: None }
    }

    /// An error of the parser or the tokenizer, with its place in the text.
    pub(super) fn of_parser(error: &minijinja::Error, source: &str) -> Self {
        let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let end = source.len();
        let span = error.range().unwrap_or(0..end);
        let span = span.start.min(end)..span.end.min(end);
        match slip::find(source, &span, detail == UNCLOSED) {
            Some(found) => Self::of_slip(found, source),
            None => Self::new(ErrorKind::Syntax(detail), span),
        }
    }

    pub(super) fn of_slip(found: FoundSlip, source: &str) -> Self {
        let FoundSlip { slip, span, replacement } = found;
        let replaced = replacement.and_then(|meant| {
            let (before, after) = (source.get(..span.start)?, source.get(span.end..)?);
            Some(format!("{before}{meant}{after}"))
        });
        let inner = source.trim().trim_start_matches("{{").trim_end_matches("}}").trim().to_owned();
        let meant = if slip == ExpressionSlip::Braces { Some(inner) } else { replaced };
        Self { meant: meant.map(String::into_boxed_str), ..Self::new(ErrorKind::Slip(slip), span) }
    }

    /// The text with each slip replaced by what was meant, where it can be read then. `check` says what is wrong with such a text.
    pub(super) fn with_help(self, check: impl Fn(&str) -> Option<Self>) -> Self {
        let mut meant = self.meant.clone();
        for _ in 0..SLIPS {
            let Some(text) = &meant else { break };
            match check(text) {
                None => return Self { meant, ..self },
                Some(next) => meant = next.meant,
            }
        }
        Self { meant: None, ..self }
    }

    /// The whole text as it should be, where that is known and short enough to be pasted; else what would be right at its place.
    pub fn help(&self) -> Option<String> {
        let pasted = self.meant.as_deref().filter(|text| text.len() <= PASTED && !text.contains('\n'));
        match (pasted, &self.kind) {
            (Some(meant), _) => Some(format!("`{meant}`")),
            (None, ErrorKind::Slip(ExpressionSlip::Odd(odd))) => Some(odd.help()),
            (None, _) => None,
        }
    }

    /// The same error at another place, for a text that was made from another one.
    #[must_use]
    pub fn at(self, span: Range<usize>) -> Self {
        Self { span, ..self }
    }

    /// With the line of `source` that failed.
    pub(super) fn with_snippet(self, source: &str) -> Self {
        let before = source.get(..self.span.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or(source);
        let excerpt = line.trim().chars().take(80).collect();
        let number = u32::try_from(before.matches('\n').count() + 1).ok().and_then(NonZeroU32::new);
        let number = number.filter(|_| source.trim().lines().count() > 1);
        Self { snippet: Box::new(Excerpt { excerpt, number }), ..self }
    }
}

/// ` (in `…`)`, with the number of the line where the text has several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Excerpt {
    excerpt: Box<str>,
    number: Option<NonZeroU32>,
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.excerpt, self.number) {
            ("", _) => Ok(()),
            (excerpt, Some(number)) => write!(f, " (line {number} of the text: `{excerpt}`)"),
            (excerpt, None) => write!(f, " (in `{excerpt}`)"),
        }
    }
}

/// What is wrong. Hints are whole phrases: ``did you mean `upper`?``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The engine's parser refused it, with its message.
    Syntax(String),
    /// The parser refused it, and what was meant is known.
    Slip(ExpressionSlip),
    /// More bytes than a text may have.
    TooLong {
        bytes: usize,
        most: usize,
    },
    /// Operators, brackets or blocks within one another.
    TooDeep,
    UnknownFilter {
        name: String,
        hint: Option<String>,
    },
    UnknownTest {
        name: String,
        hint: Option<String>,
    },
    UnknownName {
        name: String,
        hint: Option<String>,
    },
    /// A key that `event` or `event.facts` does not have.
    UnknownKey {
        of: &'static str,
        key: String,
        hint: Option<String>,
    },
    /// `value.name()`, as in Python; `filter` where a filter of that name exists.
    Method {
        name: String,
        filter: bool,
    },
    Argument(ArgumentError),
    /// A comparison of the two; `number` is not known where the text alone is the mistake. `meant` is the number in it.
    NumberWithText {
        number: Option<String>,
        text: String,
        meant: Option<String>,
    },
    /// A statement within the template's own code or link target, whose end then depends on the data.
    StatementInCode,
    StatementInTarget,
    /// A literal URL that could never be posted.
    Url(&'static str),
    /// A value directly behind the host of a URL.
    HostFromData,
    /// The evaluation failed on this data.
    Evaluation {
        kind: EngineError,
        detail: Option<String>,
    },
    OutOfFuel,
    OutOfTime,
    /// More memory than a text may take; with the operation, where it makes text.
    OutOfMemory(Option<String>),
    /// Lists and maps within one another.
    ValueTooDeep,
    /// A namespace within a list, a map or a namespace, which could then hold itself.
    NamespaceInside,
}

/// An argument of a filter that can never work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentError {
    Missing {
        filter: String,
        needed: Vec<&'static str>,
    },
    TooMany {
        filter: String,
        names: &'static [&'static str],
    },
    UnknownName {
        filter: String,
        name: String,
        hint: String,
    },
    UnknownWord {
        filter: String,
        word: String,
        known: Vec<&'static str>,
    },
    NotANumber {
        filter: String,
        text: String,
    },
    NotAText {
        filter: String,
    },
    NotACurrency(String),
    /// Another number of words than their language has forms; empty = the file does not say which it is.
    PluralForms {
        language: String,
        given: usize,
        names: Vec<&'static str>,
    },
    /// A kind of private data that does not exist, with its parser's message.
    Mask(UnknownMaskKind),
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = |f: &mut fmt::Formatter<'_>, what: fmt::Arguments<'_>, hint: &Option<String>| match hint {
            Some(hint) => write!(f, "{what}, {hint}"),
            None => f.write_fmt(what),
        };
        match self {
            Self::Syntax(detail) => write!(f, "syntax error: {detail}"),
            Self::Slip(slip) => slip.fmt(f),
            Self::TooLong { bytes, most } => {
                write!(f, "this text has {bytes} bytes, but {most} are the most that are read")
            }
            Self::TooDeep => f.write_str("this is nested too deeply: split it, with `{% set … %}` or `[vars]`"),
            Self::UnknownFilter { name, hint } => unknown(f, format_args!("unknown filter `{name}`"), hint),
            Self::UnknownTest { name, hint } => unknown(f, format_args!("unknown test `{name}`"), hint),
            Self::UnknownName { name, hint } => unknown(f, format_args!("unknown name `{name}`"), hint),
            Self::UnknownKey { of, key, hint } => unknown(f, format_args!("`{of}` has no `{key}`"), hint),
            Self::Method { name, filter: true } => write!(f, "`.{name}()` is no method here: write `| {name}`"),
            Self::Method { name, filter: false } => match slip::method_meant(name) {
                Some(meant) => write!(f, "`.{name}()` is no method here: {meant}"),
                None => write!(f, "`.{name}()` is no method here: use a filter, or `['{name}']`"),
            },
            Self::NumberWithText { number, text, meant } => {
                match number {
                    Some(number) => write!(f, "`{number}` is a number, `{text}` a text")?,
                    None => write!(f, "`{text}` is a text, which is compared letter by letter")?,
                }
                match meant {
                    Some(meant) => write!(f, ": write `{meant}`"),
                    None => f.write_str(": the two are never alike"),
                }
            }
            Self::Argument(error) => error.fmt(f),
            Self::StatementInCode => f.write_str("a `{% … %}` between back quotes: write `{{ value | code }}` instead"),
            Self::StatementInTarget => {
                f.write_str("a `{% … %}` in the target of a link: write `{{ label | link(url) }}` instead")
            }
            Self::Url(why) => write!(f, "this URL cannot be used: {why}"),
            Self::HostFromData => {
                f.write_str("a value right behind the host could change the host: write a `/` before it")
            }
            Self::Evaluation { kind, detail: Some(detail) } => write!(f, "{kind}: {detail}"),
            Self::Evaluation { kind, detail: None } => kind.fmt(f),
            Self::OutOfFuel => f.write_str("takes too much work: an endless loop?"),
            Self::OutOfTime => f.write_str("takes too much time"),
            Self::ValueTooDeep => f.write_str("lists are nested too deeply"),
            Self::NamespaceInside => f.write_str("a `namespace()` cannot be put into a list, a map or a namespace"),
            Self::OutOfMemory(None) => f.write_str("it takes more than 16 MiB of memory"),
            Self::OutOfMemory(Some(operation)) => write!(f, "{operation} would make more than 1 MiB of text"),
        }
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted =
            |words: &[&str], between| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between);
        match self {
            Self::Missing { filter, needed } => {
                write!(f, "`{filter}` needs {}: write `{filter}(…)`", quoted(needed, " and "))
            }
            Self::TooMany { filter, names: [] } => write!(f, "`{filter}` takes no arguments"),
            Self::TooMany { filter, names } => {
                write!(f, "`{filter}` takes {} at most: {}", names.len(), names.join(", "))
            }
            Self::UnknownName { filter, name, hint } => write!(f, "`{filter}` has no argument `{name}`, {hint}"),
            Self::UnknownWord { filter, word, known } => {
                write!(f, "`{filter}` does not accept `{word}`: it takes {}", quoted(known, ", "))
            }
            Self::NotANumber { filter, text } => write!(f, "`{filter}` takes a number, not `{text}`"),
            Self::NotAText { filter } => write!(f, "`{filter}` takes a text in quotes there"),
            Self::NotACurrency(code) => write!(f, "`{code}` is no currency: it has three letters, as `usd`"),
            Self::PluralForms { language, given, names } => {
                let of = if language.is_empty() { String::new() } else { format!(" in `{language}`") };
                write!(f, "`plural` takes {} words{of}, not {given}: {}", names.len(), names.join(", "))
            }
            Self::Mask(unknown) => unknown.fmt(f),
        }
    }
}
