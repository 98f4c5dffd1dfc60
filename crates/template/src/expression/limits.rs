//! Bounds the length and the depth of a text before a recursive parser reads it. The parser, the compiler and the
//! drop of a syntax tree all recurse, so that a text without bounds could overflow the stack of the thread that reads
//! it. Counts tokens alone, without recursion.

use minijinja::machinery::{Span, Token, Tokenizer};
use minijinja::syntax::SyntaxConfig;

use super::error::{ErrorKind, ExpressionError};

/// Bytes of one template or expression. The longest shipped one has 1,100.
const LONGEST: usize = 32 * 1024;
/// Operators, filters and look-ups of one expression that are applied to one another, brackets included.
const DEPTH: usize = 100;
/// Brackets within brackets, as a text is written and as it is compiled: `rewrite` puts some around what it replaces.
const BRACKETS: usize = 20;
const COMPILED_BRACKETS: usize = 32;
/// Blocks within blocks; each `elif` is a block within the one before.
const BLOCKS: usize = 40;

/// # Errors
/// When the text is too long, or nested more deeply than the stack of a worker thread can take.
pub(super) fn check(source: &str, in_expression: bool) -> Result<(), ExpressionError> {
    if source.len() > LONGEST {
        return Err(ExpressionError::new(ErrorKind::TooLong { bytes: source.len(), most: LONGEST }, 0..source.len()));
    }
    check_depth(source, in_expression, DEPTH, BRACKETS)
}

/// # Errors
/// When a text, as it is compiled, is nested more deeply than the stack of a worker thread can take.
pub(super) fn check_compiled(source: &str, in_expression: bool) -> Result<(), ExpressionError> {
    check_depth(source, in_expression, 3 * DEPTH, COMPILED_BRACKETS)
}

fn check_depth(source: &str, in_expression: bool, depth: usize, brackets: usize) -> Result<(), ExpressionError> {
    let mut tokenizer = Tokenizer::new(source, "", in_expression, SyntaxConfig::default());
    let (mut expression, mut blocks) = (Nesting::default(), Blocks::default());
    // What the tokenizer cannot read is reported here: behind a string the parser takes it for the end of the text.
    while let Some((token, span)) =
        tokenizer.next_token().map_err(|error| ExpressionError::of_parser(&error, source))?
    {
        if matches!(token, Token::VariableStart | Token::BlockStart) {
            expression = Nesting::default();
        }
        blocks.add(&token);
        expression.add(&token);
        if expression.outer.len() > brackets || expression.depth() > depth || blocks.is_too_deep() {
            return Err(ExpressionError::new(ErrorKind::TooDeep, range(span)));
        }
    }
    Ok(())
}

/// The bytes of a span.
pub(super) fn range(span: Span) -> std::ops::Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}

/// How deep the syntax tree of the current expression may be: one level for each open bracket, with the operators
/// before and around it. An upper bound, as operators of equal height are counted too.
#[derive(Default)]
struct Nesting {
    /// Within the innermost bracket.
    level: Level,
    outer: Vec<Level>,
}

#[derive(Default, Clone, Copy)]
struct Level {
    /// `and`, `or`, `if`, `else`: what is between them counts once.
    joins: usize,
    operators: usize,
    most_operators: usize,
}

impl Level {
    fn depth(self) -> usize {
        1 + self.joins + self.most_operators
    }

    fn operator(&mut self) {
        self.operators += 1;
        self.most_operators = self.most_operators.max(self.operators);
    }
}

impl Nesting {
    fn add(&mut self, token: &Token<'_>) {
        match token {
            Token::Ident("and" | "or" | "if" | "else") => {
                self.level.joins += 1;
                self.level.operators = 0;
            }
            Token::Ident("not" | "is" | "in")
            | Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::FloorDiv
            | Token::Pow
            | Token::Mod
            | Token::Dot
            | Token::Tilde
            | Token::Pipe
            | Token::Eq
            | Token::Ne
            | Token::Gt
            | Token::Gte
            | Token::Lt
            | Token::Lte => self.level.operator(),
            Token::BracketOpen | Token::ParenOpen | Token::BraceOpen => {
                self.outer.push(std::mem::take(&mut self.level));
            }
            Token::BracketClose | Token::ParenClose | Token::BraceClose => {
                // A call or a look-up.
                self.level = self.outer.pop().unwrap_or_default();
                self.level.operator();
            }
            Token::Comma | Token::Colon => self.level = Level::default(),
            Token::TemplateData(_)
            | Token::VariableStart
            | Token::VariableEnd
            | Token::BlockStart
            | Token::BlockEnd
            | Token::Ident(_)
            | Token::Str(_)
            | Token::String(_)
            | Token::Int(_)
            | Token::Int128(_)
            | Token::Float(_)
            | Token::Assign => {}
        }
    }

    fn depth(&self) -> usize {
        self.outer.iter().map(|level| level.depth()).sum::<usize>() + self.level.depth()
    }
}

/// The blocks that are open; what closes none is an error that the parser reports before it reads on.
#[derive(Default)]
struct Blocks {
    /// How many levels each of them takes.
    open: Vec<usize>,
    /// Whether the next token is the name of a statement.
    begins: bool,
    /// Whether this is a `set` without an `=`, so far.
    captures: bool,
}

impl Blocks {
    fn add(&mut self, token: &Token<'_>) {
        let begins = std::mem::replace(&mut self.begins, matches!(token, Token::BlockStart));
        match token {
            Token::Ident("for" | "if" | "with" | "filter" | "autoescape") if begins => self.open.push(1),
            Token::Ident("set") if begins => self.captures = true,
            Token::Ident("elif") if begins => self.open.iter_mut().last().into_iter().for_each(|levels| *levels += 1),
            Token::Ident(name) if begins && name.starts_with("end") => drop(self.open.pop()),
            Token::Assign => self.captures = false,
            Token::BlockEnd if std::mem::take(&mut self.captures) => self.open.push(1),
            _ => {}
        }
    }

    fn is_too_deep(&self) -> bool {
        self.open.iter().sum::<usize>() > BLOCKS
    }
}
