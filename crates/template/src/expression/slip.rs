//! What was most likely meant where an expression cannot be read: the operators, words and quotes of other languages.

use std::fmt;
use std::ops::Range;

use hookbell_model::odd_character::OddCharacter;

/// A mistake that people make who know another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionSlip {
    /// `{{ … }}` around what is an expression anyway.
    Braces,
    /// An operator of another language.
    Operator { written: &'static str, meant: &'static str },
    /// A quote, a blank or a dash that only looks like one.
    Odd(OddCharacter),
    /// `a ? b : c`
    Ternary,
    /// `$name`
    Dollar,
    /// `1,000`
    Thousands,
    /// `if` before a condition.
    If,
    /// A quote that is not closed.
    OpenQuote(char),
}

/// A slip, where it is, and what to write in its place where that is all that is wrong.
pub(super) struct FoundSlip {
    pub(super) slip: ExpressionSlip,
    pub(super) span: Range<usize>,
    pub(super) replacement: Option<&'static str>,
}

/// Operators by how they are written: what the parser stumbles over, and what is meant.
const OPERATORS: [(&str, &str); 16] = [
    ("&&", "and"),
    ("&", "and"),
    ("||", "or"),
    ("!==", "!="),
    ("===", "=="),
    ("<>", "!="),
    ("=~", "in"),
    ("=", "=="),
    ("!", "not "),
    ("AND", "and"),
    ("And", "and"),
    ("OR", "or"),
    ("NOT", "not"),
    ("IN", "in"),
    ("LIKE", "in"),
    ("`", "'"),
];

/// The whole of an expression in the braces of a text.
pub(super) fn braces(source: &str) -> Option<FoundSlip> {
    let inner = source.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let one = !inner.contains("{{") && !inner.contains("}}");
    one.then_some(FoundSlip { slip: ExpressionSlip::Braces, span: 0..source.len(), replacement: None })
}

/// The slip behind the parser's error at these bytes.
pub(super) fn find(source: &str, error: &Range<usize>, unclosed: bool) -> Option<FoundSlip> {
    if unclosed {
        let (at, quote) = open_quote(source, error.end)?;
        return Some(FoundSlip {
            slip: ExpressionSlip::OpenQuote(quote),
            span: at..at + quote.len_utf8(),
            replacement: None,
        });
    }
    let (before, rest) = source.split_at_checked(error.start)?;
    let first = rest.chars().next();
    if let Some((c, odd)) = first.and_then(|c| Some((c, OddCharacter::of(c)?))) {
        let slip = ExpressionSlip::Odd(odd);
        return Some(FoundSlip { slip, span: error.start..error.start + c.len_utf8(), replacement: None });
    }
    let plain =
        |slip, length: usize| Some(FoundSlip { slip, span: error.start..error.start + length, replacement: None });
    match first {
        Some('?') => return plain(ExpressionSlip::Ternary, 1),
        Some('$') => {
            return Some(FoundSlip {
                slip: ExpressionSlip::Dollar,
                span: error.start..error.start + 1,
                replacement: Some(""),
            });
        }
        Some(',') => {
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            if digit(before.chars().next_back()) && digit(rest.chars().nth(1)) {
                let span = error.start..error.start + 1;
                return Some(FoundSlip { slip: ExpressionSlip::Thousands, span, replacement: Some("") });
            }
        }
        _ => {}
    }
    if ["if", "IF", "when"].contains(&before.trim()) {
        let start = before.len() - before.trim_start().len();
        return Some(FoundSlip { slip: ExpressionSlip::If, span: start..error.start, replacement: Some("") });
    }
    operator(source, error.start)
}

/// The operator of another language that is here, begins before this byte, or is the word before it.
fn operator(source: &str, at: usize) -> Option<FoundSlip> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    OPERATORS.iter().find_map(|(written, meant)| {
        let word = written.starts_with(is_word);
        let blanks = source.get(..at)?.len() - source.get(..at)?.trim_end().len();
        let starts = (0..=written.len()).filter_map(|back| at.checked_sub(back));
        let starts = starts.chain(word.then(|| at.checked_sub(written.len() + blanks)).flatten());
        let start = starts.into_iter().find(|start| {
            let here = source.get(*start..).is_some_and(|rest| rest.starts_with(written));
            let alone = || {
                let after = source.get(start + written.len()..).and_then(|rest| rest.chars().next());
                let before = source.get(..*start).and_then(|text| text.chars().next_back());
                ![before, after].into_iter().flatten().any(is_word)
            };
            // A part of an operator that there is, such as the second half of `==`, is none of another language.
            let part = || {
                let after = source.get(start + written.len()..).and_then(|rest| rest.chars().next());
                let before = source.get(..*start).and_then(|text| text.chars().next_back());
                [before, after].into_iter().flatten().any(|c| "=!<>&|".contains(c))
            };
            here && if word { alone() } else { !part() }
        })?;
        let span = start..start + written.len();
        // `in` has its sides the other way round.
        let replacement = (*meant != "in" || *written == "IN").then_some(*meant);
        Some(FoundSlip { slip: ExpressionSlip::Operator { written, meant }, span, replacement })
    })
}

/// The quote that is open at this byte, in the last tag before it.
fn open_quote(source: &str, end: usize) -> Option<(usize, char)> {
    let text = source.get(..end)?;
    let start = ["{{", "{%"].iter().filter_map(|tag| text.rfind(tag)).max().map_or(0, |at| at + 2);
    let (mut open, mut escaped) = (None, false);
    for (at, c) in text.get(start..)?.char_indices() {
        match (open, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some((_, quote)), c) if c == quote => open = None,
            (None, '"' | '\'') => open = Some((start + at, c)),
            _ => {}
        }
    }
    open
}

/// What a name of another language is here.
pub(super) fn name_meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "null" | "nil" | "NULL" | "Null" | "undefined" | "NONE" => {
            "nothing is `none`: write `is none`, or `is not none`"
        }
        "TRUE" => "write `true`",
        "FALSE" => "write `false`",
        "len" | "size" | "count" => "write `value | length`",
        "contains" | "includes" => "write `'part' in value`",
        "lower" | "upper" => "it is a filter: write `value | lower` or `value | upper`",
        "amount" | "currency" | "severity" | "topic" | "test" => "write `event.` before it",
        "body" | "data" | "json" => "write `payload`, which is the body",
        _ => return None,
    })
}

/// What a method of another language is here.
pub(super) fn method_meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "contains" | "includes" | "has" | "indexOf" | "find" => "write `'part' in value`",
        "startswith" | "startsWith" | "starts_with" => "write `value is startingwith('part')`",
        "endswith" | "endsWith" | "ends_with" => "write `value is endingwith('part')`",
        "toLowerCase" => "write `value | lower`",
        "toUpperCase" => "write `value | upper`",
        "toString" => "write `value | string`",
        "size" | "len" => "write `value | length`",
        "strip" => "write `value | trim`",
        "get" => "write `value['key']`, and `| default('…')` for what may be missing",
        _ => return None,
    })
}

impl fmt::Display for ExpressionSlip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Braces => f.write_str("an expression is written without `{{ }}` around it"),
            Self::Operator { written: "`", .. } => f.write_str("a text is in `'` or `\"`, not in back quotes"),
            Self::Operator { written, meant: "in" } if *written != "IN" => {
                write!(
                    f,
                    "`{written}` is no operator here: write `'part' in value`, or `value is startingwith('part')`"
                )
            }
            Self::Operator { written, meant } => write!(f, "`{written}` is no operator here: write `{}`", meant.trim()),
            Self::Odd(odd) => odd.fmt(f),
            Self::Ternary => f.write_str("`? :` is no operator here: write `this if condition else that`"),
            Self::Dollar => f.write_str("a name is written without `$` here"),
            Self::Thousands => f.write_str("a number is written without `,`"),
            Self::If => f.write_str("a condition is written without `if`"),
            Self::OpenQuote(quote) => write!(f, "the text that begins with this `{quote}` is not closed"),
        }
    }
}
