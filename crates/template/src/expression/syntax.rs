//! Parses a text with the engine's own parser, and visits the syntax tree. Every match over a node is
//! exhaustive: a version of the engine with another grammar does not compile.

use std::ops::Range;

use minijinja::machinery::ast::{Call, CallArg, EmitExpr, Expr, Spanned, Stmt};
use minijinja::machinery::{parse, parse_expr};
use minijinja::syntax::SyntaxConfig;

use super::error::ExpressionError;
use super::limits::{self, range};
use super::slip;

/// A text that was read. An expression is a text of one printed value.
pub(super) struct Syntax<'s> {
    pub(super) source: &'s str,
    root: Stmt<'s>,
}

/// A part of a text as it is written, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Segment<'s> {
    /// Literal text of the template.
    Literal(&'s str),
    /// `{{ … }}`, and the bytes it takes.
    Print(Range<usize>),
    /// The beginning or the end of a `{% … %}`, or one that has no body.
    Statement(Range<usize>),
}

impl<'s> Syntax<'s> {
    /// # Errors
    /// When the text is too long or too deep, or the parser cannot read it.
    pub(super) fn template(source: &'s str) -> Result<Self, ExpressionError> {
        limits::check(source, false)?;
        let root = parse(source, "", SyntaxConfig::default());
        let root = root.map_err(|error| ExpressionError::of_parser(&error, source))?;
        Ok(Self { source, root })
    }

    /// # Errors
    /// When the text is too long or too deep, or the parser cannot read it.
    pub(super) fn expression(source: &'s str) -> Result<Self, ExpressionError> {
        if let Some(found) = slip::braces(source) {
            return Err(ExpressionError::of_slip(found, source));
        }
        limits::check(source, true)?;
        let expr = parse_expr(source).map_err(|error| ExpressionError::of_parser(&error, source))?;
        let span = expr.span();
        Ok(Self { source, root: Stmt::EmitExpr(Spanned::new(EmitExpr { expr }, span)) })
    }

    pub(super) fn statements(&self) -> &[Stmt<'s>] {
        match &self.root {
            Stmt::Template(template) => &template.children,
            root => std::slice::from_ref(root),
        }
    }

    /// Calls `visit` with every expression, each before those within it, in the order of the text.
    pub(super) fn each_expression<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr<'s>)) {
        each_statement(self.statements(), &mut |statement| {
            for expression in expressions(statement) {
                descend(expression, visit);
            }
        });
    }

    /// The names that its expressions look up, those that it defines itself included.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<&str> = Vec::new();
        self.each_expression(&mut |expression| {
            if let Expr::Var(var) = expression
                && !names.contains(&var.id)
            {
                names.push(var.id);
            }
        });
        names.into_iter().map(str::to_owned).collect()
    }

    pub(super) fn segments(&self) -> Vec<Segment<'s>> {
        let mut found = Vec::new();
        segments(self.statements(), &mut found);
        found
    }
}

fn segments<'s>(statements: &[Stmt<'s>], found: &mut Vec<Segment<'s>>) {
    for statement in statements {
        match statement {
            Stmt::EmitRaw(raw) => found.push(Segment::Literal(raw.raw)),
            Stmt::EmitExpr(print) => found.push(Segment::Print(range(print.span()))),
            statement => {
                let mark = Segment::Statement(span(statement));
                found.push(mark.clone());
                for body in bodies(statement) {
                    segments(body, found);
                    found.push(mark.clone());
                }
            }
        }
    }
}

fn span(statement: &Stmt<'_>) -> Range<usize> {
    range(match statement {
        Stmt::Template(node) => node.span(),
        Stmt::EmitExpr(node) => node.span(),
        Stmt::EmitRaw(node) => node.span(),
        Stmt::ForLoop(node) => node.span(),
        Stmt::IfCond(node) => node.span(),
        Stmt::WithBlock(node) => node.span(),
        Stmt::Set(node) => node.span(),
        Stmt::SetBlock(node) => node.span(),
        Stmt::AutoEscape(node) => node.span(),
        Stmt::FilterBlock(node) => node.span(),
        Stmt::Do(node) => node.span(),
    })
}

/// Calls `visit` with every statement, each before those within it.
pub(super) fn each_statement<'e, 's>(statements: &'e [Stmt<'s>], visit: &mut dyn FnMut(&'e Stmt<'s>)) {
    for statement in statements {
        visit(statement);
        for body in bodies(statement) {
            each_statement(body, visit);
        }
    }
}

/// The statements within one.
pub(super) fn bodies<'e, 's>(statement: &'e Stmt<'s>) -> Vec<&'e [Stmt<'s>]> {
    match statement {
        Stmt::Template(node) => vec![&node.children],
        Stmt::ForLoop(node) => vec![&node.body, &node.else_body],
        Stmt::IfCond(node) => vec![&node.true_body, &node.false_body],
        Stmt::WithBlock(node) => vec![&node.body],
        Stmt::SetBlock(node) => vec![&node.body],
        Stmt::AutoEscape(node) => vec![&node.body],
        Stmt::FilterBlock(node) => vec![&node.body],
        Stmt::EmitExpr(_) | Stmt::EmitRaw(_) | Stmt::Set(_) | Stmt::Do(_) => Vec::new(),
    }
}

/// What one statement evaluates, apart from its bodies. What it assigns to is not evaluated.
pub(super) fn expressions<'e, 's>(statement: &'e Stmt<'s>) -> Vec<&'e Expr<'s>> {
    match statement {
        Stmt::EmitExpr(node) => vec![&node.expr],
        Stmt::ForLoop(node) => std::iter::once(&node.iter).chain(&node.filter_expr).collect(),
        Stmt::IfCond(node) => vec![&node.expr],
        Stmt::WithBlock(node) => node.assignments.iter().map(|(_, value)| value).collect(),
        Stmt::Set(node) => vec![&node.expr],
        Stmt::SetBlock(node) => node.filter.iter().collect(),
        Stmt::AutoEscape(node) => vec![&node.enabled],
        Stmt::FilterBlock(node) => vec![&node.filter],
        Stmt::Do(node) => called(&node.call),
        Stmt::Template(_) | Stmt::EmitRaw(_) => Vec::new(),
    }
}

/// Calls `visit` with the expression and with all within it, each before its operands.
pub(super) fn descend<'e, 's>(expression: &'e Expr<'s>, visit: &mut dyn FnMut(&'e Expr<'s>)) {
    visit(expression);
    for operand in operands(expression) {
        descend(operand, visit);
    }
}

/// The expressions directly within one, in the order of the text.
pub(super) fn operands<'e, 's>(expression: &'e Expr<'s>) -> Vec<&'e Expr<'s>> {
    match expression {
        Expr::Var(_) | Expr::Const(_) => Vec::new(),
        Expr::Slice(node) => {
            std::iter::once(&node.expr).chain(&node.start).chain(&node.stop).chain(&node.step).collect()
        }
        Expr::UnaryOp(node) => vec![&node.expr],
        Expr::BinOp(node) => vec![&node.left, &node.right],
        Expr::Compare(node) => std::iter::once(&node.expr).chain(node.ops.iter().map(|op| &op.expr)).collect(),
        Expr::IfExpr(node) => [&node.true_expr, &node.test_expr].into_iter().chain(&node.false_expr).collect(),
        Expr::Filter(node) => node.expr.iter().chain(node.args.iter().map(argument)).collect(),
        Expr::Test(node) => std::iter::once(&node.expr).chain(node.args.iter().map(argument)).collect(),
        Expr::GetAttr(node) => vec![&node.expr],
        Expr::GetItem(node) => vec![&node.expr, &node.subscript_expr],
        Expr::Call(node) => called(node),
        Expr::List(node) => node.items.iter().collect(),
        Expr::Tuple(node) => node.items.iter().collect(),
        Expr::Map(node) => node.keys.iter().zip(&node.values).flat_map(|(key, value)| [key, value]).collect(),
    }
}

/// What is called, and with what.
fn called<'e, 's>(call: &'e Call<'s>) -> Vec<&'e Expr<'s>> {
    std::iter::once(&call.expr).chain(call.args.iter().map(argument)).collect()
}

pub(super) fn argument<'e, 's>(argument: &'e CallArg<'s>) -> &'e Expr<'s> {
    match argument {
        CallArg::Pos(value) | CallArg::Kwarg(_, value) | CallArg::PosSplat(value) | CallArg::KwargSplat(value) => value,
    }
}

/// The literal parts of a text that can be read, and where each begins.
pub(crate) fn literals(source: &str) -> Vec<(usize, &str)> {
    let syntax = Syntax::template(source);
    let segments = syntax.iter().flat_map(Syntax::segments);
    let literal = |segment| if let Segment::Literal(text) = segment { Some(text) } else { None };
    // Each of them is a part of the source.
    let begin = |text: &str| (text.as_ptr() as usize).saturating_sub(source.as_ptr() as usize);
    segments.filter_map(literal).map(|text| (begin(text), text)).collect()
}
