//! Finds at load what the engine would find at the first event only: filters, tests and names that do not
//! exist. Reads words, not grammar; the grammar has been checked before.

use std::collections::HashSet;

use super::engine::ENGINE;
use super::scope::{EVENT, FACTS, ROOTS};
use super::segments::{Segment, segments};
use hookbell_model::suggest::{did_you_mean, suggestion};

/// A word whose meaning depends on where it stands.
#[derive(Debug, PartialEq)]
pub(super) enum Word {
    Filter(String),
    Test(String),
    /// `.name(`, as in Python; the engine has none.
    Method(String),
}

/// The filters and tests of one expression.
pub(super) fn expression_words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut lexer = Lexer { rest: text };
    let mut before = Token::Sign("");
    let mut before_that = Token::Sign("");
    while let Some(token) = lexer.next() {
        if let Token::Ident(name) = token {
            match (before_that, before) {
                (_, Token::Pipe) => words.push(Word::Filter(name.to_owned())),
                (_, Token::Ident("is")) if name != "not" => words.push(Word::Test(name.to_owned())),
                (Token::Ident("is"), Token::Ident("not")) => words.push(Word::Test(name.to_owned())),
                (before, Token::Dot) if before != Token::Ident("loop") && lexer.rest.starts_with('(') => {
                    words.push(Word::Method(name.to_owned()));
                }
                (_, Token::Statement) if name == "filter" => {
                    before = Token::Pipe;
                    continue;
                }
                _ => {}
            }
        }
        (before_that, before) = (before, token);
    }
    words
}

/// The filters and tests of a template: those of all its tags.
pub(super) fn template_words(source: &str) -> Vec<Word> {
    let words = |segment: &Segment<'_>| match segment {
        Segment::Print(_, inside, _) => expression_words(inside),
        // The sign tells that a statement begins.
        Segment::Statement(_, inside, _) => expression_words(&format!("%{inside}")),
        Segment::Literal(_) | Segment::Other(_) => Vec::new(),
    };
    segments(source).iter().flat_map(words).collect()
}

/// The words of one expression that may be names of its scope: all but filters and what is looked up in something.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut lexer = Lexer { rest: text };
    let mut before = Token::Sign("");
    let next = move || {
        let token = lexer.next()?;
        let last = std::mem::replace(&mut before, token);
        Some(match token {
            Token::Ident(name) if !matches!(last, Token::Pipe | Token::Dot) => Some(name),
            _ => None,
        })
    };
    std::iter::from_fn(next).flatten()
}

/// What stands within the tags.
pub(super) fn template_insides(source: &str) -> Vec<&str> {
    let inside = |segment| match segment {
        Segment::Print(_, inside, _) | Segment::Statement(_, inside, _) => Some(inside),
        Segment::Literal(_) | Segment::Other(_) => None,
    };
    segments(source).into_iter().filter_map(inside).collect()
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'t> {
    Ident(&'t str),
    /// A text in quotes.
    Text,
    Number,
    Pipe,
    Dot,
    /// The `%` that opens a statement, or divides.
    Statement,
    /// Any other sign, `**` and `//` as one.
    Sign(&'t str),
}

pub(super) struct Lexer<'t> {
    pub(super) rest: &'t str,
}

impl<'t> Lexer<'t> {
    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// The next token, blanks skipped; strings are one token.
    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        Some(match first {
            '"' | '\'' => {
                let length = quoted(self.rest, first);
                self.take(length);
                Token::Text
            }
            '0'..='9' => {
                let length = digits(self.rest);
                self.take(length);
                Token::Number
            }
            '*' | '/' => {
                let double = self.rest.starts_with("**") || self.rest.starts_with("//");
                Token::Sign(self.take(1 + usize::from(double)))
            }
            '|' => {
                self.take(1);
                Token::Pipe
            }
            '.' => {
                self.take(1);
                Token::Dot
            }
            '%' => {
                self.take(1);
                self.rest = self.rest.trim_start_matches(['-', '+']);
                Token::Statement
            }
            _ if first.is_alphabetic() || first == '_' => {
                let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
                Token::Ident(self.take(end))
            }
            _ => Token::Sign(self.take(first.len_utf8())),
        })
    }
}

/// Each token with the blanks before it.
pub(super) fn tokens(text: &str) -> Vec<(Token<'_>, &str)> {
    let mut lexer = Lexer { rest: text };
    let mut tokens = Vec::new();
    loop {
        let before = lexer.rest;
        let Some(token) = lexer.next() else { return tokens };
        tokens.push((token, before.get(..before.len() - lexer.rest.len()).unwrap_or_default()));
    }
}

/// The bytes of a number: `1_000`, `0xff`, `1.5`, `1e-5`.
fn digits(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.chars().peekable();
    let power = !text.starts_with("0x");
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        length += 1;
        let goes_on = next.is_ascii_alphanumeric()
            || next == '_'
            || (next == '.' && chars.clone().nth(1).is_some_and(|c| c.is_ascii_digit()))
            || (power && matches!(c, 'e' | 'E') && matches!(next, '+' | '-'));
        if !goes_on {
            break;
        }
    }
    length
}

/// The bytes of a quoted text, its quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// # Errors
/// Names the first filter or test that does not exist, and the nearest that does.
pub(super) fn check_words(words: &[Word]) -> Result<(), String> {
    for word in words {
        let (kind, name, names) = match word {
            Word::Filter(name) => ("filter", name, FILTERS),
            Word::Test(name) => ("test", name, TESTS),
            Word::Method(name) if FILTERS.contains(&name.as_str()) => {
                return Err(format!("`.{name}()` is no method here: write `| {name}`"));
            }
            Word::Method(name) => return Err(format!("`.{name}()` is no method here: use a filter, or `['{name}']`")),
        };
        // The engine's own behind ours, and the operators, are nobody else's.
        if !names.contains(&name.as_str()) && (name.starts_with("builtin_") || !exists(kind, name)) {
            let hint = did_you_mean(name, names.iter().copied());
            let hint = hint.map_or_else(String::new, |word| format!(", did you mean `{word}`?"));
            return Err(format!("unknown {kind} `{name}`{hint}"));
        }
    }
    Ok(())
}

/// Asks the engine itself, which may know more than is listed here.
fn exists(kind: &str, name: &str) -> bool {
    let question = format!("'{name}' is {kind}");
    let asked = ENGINE.compile_expression_owned(question).and_then(|asked| asked.eval(()));
    asked.is_ok_and(|known| known.is_true())
}

/// # Errors
/// Names the first variable that nothing defines, or the first key that `event` has not.
pub(super) fn check_names(found: &HashSet<String>, names: &[&str]) -> Result<(), String> {
    let globals: Vec<&str> = ENGINE.globals().map(|(name, _)| name).collect();
    let known: Vec<&str> = ROOTS.iter().chain(names).chain(&globals).copied().collect();
    let mut found: Vec<&String> = found.iter().collect();
    found.sort();
    for path in found {
        let mut parts = path.split('.');
        let root = parts.next().unwrap_or_default();
        if !known.contains(&root) {
            let shown = ROOTS.iter().chain(names).copied();
            return Err(unknown(&format!("unknown name `{root}`"), root, shown));
        }
        if root != "event" || names.contains(&"event") {
            continue;
        }
        match (parts.next(), parts.next()) {
            (Some(key), _) if !EVENT.contains(&key) => {
                return Err(unknown(&format!("`event` has no `{key}`"), key, EVENT.iter().copied()));
            }
            (Some("facts"), Some(key)) if !FACTS.contains(&key) => {
                return Err(unknown(&format!("`event.facts` has no `{key}`"), key, FACTS.iter().copied()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn unknown<'a>(what: &str, written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    suggestion(written, known).map_or_else(|| what.to_owned(), |hint| format!("{what}, {hint}"))
}

/// The usual words, for did-you-mean.
#[rustfmt::skip]
const FILTERS: &[&str] = &[
    "money", "number", "percent", "bytes", "duration", "ago", "date", "plural", "truncate", "first_line", "lines",
    "code", "block", "quote", "link", "mrkdwn", "markdown", "plain", "mask", "short", "lookup", "diff", "sum", "join", "group", "slug", "json",
    "tojson", "path", "default", "d", "raw", "safe", "abs", "attr", "batch", "bool", "capitalize", "chain", "count",
    "dictsort", "first", "float", "format", "groupby", "indent", "int", "items", "last", "length", "list", "lower",
    "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice",
    "sort", "split", "string", "title", "trim", "unique", "upper", "zip",
];
const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_word_exists() {
        assert_eq!(FILTERS.iter().find(|name| !exists("filter", name)), None);
        assert_eq!(TESTS.iter().find(|name| !exists("test", name)), None);
    }

    #[test]
    fn words_are_found_where_they_have_a_meaning() {
        let source = "a | x {{ p | upper|join('| no') ~ \"}} | no\" }}{# | no #}{% raw %}{{ a | no }}{% endraw %}\
                      {%- filter lower %}x{% endfilter %}{% if a is not defined and b is odd %}{% endif %}";
        let filter = |name: &str| Word::Filter(name.to_owned());
        let test = |name: &str| Word::Test(name.to_owned());
        assert_eq!(
            template_words(source),
            [filter("upper"), filter("join"), filter("lower"), test("defined"), test("odd")]
        );
    }
}
