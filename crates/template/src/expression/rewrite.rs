//! Puts bounded operators in the place of the engine's own, before it compiles a text: `a ~ b` becomes
//! `a|builtin_concat(b)`. Follows the engine's grammar, and refuses what it cannot follow.

use std::borrow::Cow;

use super::escape::EscapeContext;
use super::scan::{Token, tokens};
use super::segments::{Segment, segments};
use super::surroundings::surroundings;

/// Brackets within brackets.
const DEPTH: usize = 60;
/// Words that stand between operands of an expression.
const BETWEEN: [&str; 7] = ["and", "or", "not", "in", "is", "if", "else"];

/// A whole template, with the filters that its own markdown asks for.
///
/// # Errors
/// When it cannot be followed, or a value stands where it cannot be made harmless.
pub(super) fn template(source: &str, place: EscapeContext) -> Result<Cow<'_, str>, String> {
    let marks = place.is_markdown() && (source.contains('`') || source.contains("]("));
    // What is caught in a variable is not bounded by what is kept of a text.
    let caught = ["endset", "endfilter", "recursive"].iter().any(|word| source.contains(word));
    if !is_needed(source) && !marks && !caught {
        return Ok(Cow::Borrowed(source));
    }
    let segments = segments(source);
    let needed = if marks { surroundings(&segments)? } else { Vec::new() };
    let mut out = String::with_capacity(source.len() + 64);
    for (at, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Literal(text) | Segment::Other(text) => out.push_str(text),
            Segment::Print(open, inside, close) => {
                let inside = expression(inside)?;
                let inside = match needed.get(at).copied().flatten() {
                    Some(filter) => Cow::Owned(format!(" ({inside})|{filter} ")),
                    None => inside,
                };
                out.extend([*open, &*inside, *close]);
            }
            Segment::Statement(open, inside, close) => {
                out.extend([*open, &*statement(inside)?, *close]);
                if caught && inside.split_whitespace().next() == Some("for") {
                    let trims = if close.starts_with('-') { "-" } else { "" };
                    out.push_str(&format!("{{{{ {}|builtin_tick {trims}}}}}", source.len()));
                }
            }
        }
    }
    Ok(Cow::Owned(out))
}

/// # Errors
/// When the text cannot be followed.
pub(super) fn expression(text: &str) -> Result<Cow<'_, str>, String> {
    if !is_needed(text) {
        return Ok(Cow::Borrowed(text));
    }
    let mut parser = Parser::new(text);
    parser.rest(None).map(Cow::Owned)
}

/// The inside of `{% … %}`, without its delimiters.
fn statement(text: &str) -> Result<Cow<'_, str>, String> {
    if !is_needed(text) {
        return Ok(Cow::Borrowed(text));
    }
    let mut parser = Parser::new(text);
    let mut out = String::new();
    // `set`, `for`, `if`: the first word is no operand.
    if matches!(parser.peek(), Some(Token::Ident(_))) {
        parser.copy(&mut out);
    }
    out.push_str(&parser.rest(None)?);
    Ok(Cow::Owned(out))
}

/// Whether anything is to be replaced; most texts have nothing.
fn is_needed(text: &str) -> bool {
    text.contains(['~', '*', '+']) || (text.contains('[') && text.contains(':'))
}

struct Parser<'t> {
    /// Each token with the blanks before it.
    tokens: Vec<(Token<'t>, &'t str)>,
    at: usize,
    depth: usize,
}

/// A part of an expression, and whether a filter can be put behind it without brackets.
struct Part {
    text: String,
    simple: bool,
}

impl Part {
    fn through(self, filter: &str, argument: &str) -> Self {
        let Self { text, simple } = self;
        let left = if simple { text } else { format!("({text})") };
        Self { text: format!("{left}|{filter}({argument})"), simple: true }
    }

    fn beside(mut self, operator: &str, right: &str) -> Self {
        self.text.push_str(operator);
        self.text.push_str(right);
        Self { text: self.text, simple: false }
    }
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self { tokens: tokens(text), at: 0, depth: 0 }
    }

    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).map(|(token, _)| *token)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.peek() == Some(Token::Sign(sign))
    }

    fn take(&mut self) -> &'t str {
        let raw = self.tokens.get(self.at).map_or("", |(_, raw)| *raw);
        self.at += 1;
        raw
    }

    fn copy(&mut self, out: &mut String) {
        let raw = self.take();
        out.push_str(raw);
    }

    /// Operands and what stands between them, up to the closing bracket or the end.
    fn rest(&mut self, close: Option<&str>) -> Result<String, String> {
        let mut out = String::new();
        while let Some(token) = self.peek() {
            match token {
                Token::Sign(sign) if Some(sign) == close => return Ok(out),
                Token::Ident(name) if BETWEEN.contains(&name) => self.copy(&mut out),
                Token::Ident(_) | Token::Text | Token::Number => out.push_str(&self.sum()?.text),
                Token::Sign("(" | "[" | "{" | "-") => out.push_str(&self.sum()?.text),
                Token::Sign(")" | "]" | "}" | "~" | "*" | "+" | "**") | Token::Pipe => return Err(self.lost()),
                _ => self.copy(&mut out),
            }
        }
        if close.is_some() { Err(self.lost()) } else { Ok(out) }
    }

    fn lost(&self) -> String {
        let near = self.tokens.get(self.at).map_or("the end", |(_, raw)| raw.trim());
        format!("this expression cannot be read at `{near}`")
    }

    fn sum(&mut self) -> Result<Part, String> {
        let mut left = self.concat()?;
        loop {
            if self.is_sign("+") {
                self.take();
                let right = self.concat()?;
                left = left.through("builtin_add", &right.text);
            } else if self.is_sign("-") {
                let operator = self.take();
                let right = self.concat()?;
                left = left.beside(operator, &right.text);
            } else {
                return Ok(left);
            }
        }
    }

    fn concat(&mut self) -> Result<Part, String> {
        let mut left = self.product()?;
        while self.is_sign("~") {
            self.take();
            let right = self.product()?;
            left = left.through("builtin_concat", &right.text);
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Part, String> {
        let mut left = self.power()?;
        loop {
            match self.peek() {
                Some(Token::Sign("*")) => {
                    self.take();
                    let right = self.power()?;
                    left = left.through("builtin_times", &right.text);
                }
                Some(Token::Sign("/" | "//" | "%") | Token::Statement) => {
                    let operator = self.take();
                    let right = self.power()?;
                    left = left.beside(operator, &right.text);
                }
                _ => return Ok(left),
            }
        }
    }

    fn power(&mut self) -> Result<Part, String> {
        let mut left = self.filtered()?;
        while self.is_sign("**") {
            let operator = self.take();
            let right = self.filtered()?;
            left = left.beside(operator, &right.text);
        }
        Ok(left)
    }

    /// An operand with its filters and tests.
    fn filtered(&mut self) -> Result<Part, String> {
        let mut text = self.operand()?;
        loop {
            match self.peek() {
                Some(Token::Pipe) => {
                    self.copy(&mut text);
                    self.name(&mut text)?;
                }
                Some(Token::Ident("is")) => {
                    self.copy(&mut text);
                    if self.peek() == Some(Token::Ident("not")) {
                        self.copy(&mut text);
                    }
                    self.name(&mut text)?;
                    if self.has_bare_argument() {
                        text.push_str(&self.operand()?);
                    }
                }
                _ => return Ok(Part { text, simple: true }),
            }
        }
    }

    /// `is divisibleby 3`
    fn has_bare_argument(&self) -> bool {
        match self.peek() {
            Some(Token::Ident(name)) => !["and", "or", "else", "is"].contains(&name),
            Some(Token::Text | Token::Number | Token::Sign("-" | "[" | "{")) => {
                // `is sameas(x)[0]`: the brackets have been read, so that this begins something else.
                !self.tokens.get(self.at.wrapping_sub(1)).is_some_and(|(token, _)| *token == Token::Sign(")"))
            }
            _ => false,
        }
    }

    /// The name of a filter or test, and what stands in its brackets.
    fn name(&mut self, out: &mut String) -> Result<(), String> {
        loop {
            if !matches!(self.peek(), Some(Token::Ident(_))) {
                return Err(self.lost());
            }
            self.copy(out);
            if self.peek() != Some(Token::Dot) {
                break;
            }
            self.copy(out);
        }
        if self.is_sign("(") { self.brackets(out).map(|_| ()) } else { Ok(()) }
    }

    /// A name, a literal or something in brackets, with what is looked up in it.
    fn operand(&mut self) -> Result<String, String> {
        let mut out = String::new();
        while self.is_sign("-") {
            self.copy(&mut out);
        }
        match self.peek() {
            Some(Token::Ident(_) | Token::Text | Token::Number) => self.copy(&mut out),
            Some(Token::Sign("(" | "[" | "{")) => {
                self.brackets(&mut out)?;
            }
            _ => return Err(self.lost()),
        }
        loop {
            match self.peek() {
                Some(Token::Dot) => {
                    self.copy(&mut out);
                    self.copy(&mut out);
                }
                Some(Token::Sign("(")) => {
                    self.brackets(&mut out)?;
                }
                Some(Token::Sign("[")) if self.brackets(&mut out)? => {
                    // A slice is a copy.
                    out = format!("(({out})|builtin_kept)");
                }
                Some(Token::Sign("[")) => {}
                _ => return Ok(out),
            }
        }
    }

    /// What stands in brackets; tells whether there is a colon in it.
    fn brackets(&mut self, out: &mut String) -> Result<bool, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("too many brackets within brackets".to_owned());
        }
        let open = self.peek();
        let close = match open {
            Some(Token::Sign("(")) => ")",
            Some(Token::Sign("[")) => "]",
            _ => "}",
        };
        self.copy(out);
        let inside = self.rest(Some(close))?;
        out.push_str(&inside);
        self.copy(out);
        self.depth -= 1;
        Ok(open == Some(Token::Sign("[")) && inside.contains(':'))
    }
}
