//! What the rewriting of an expression has to know of its parts.

use minijinja::machinery::ast::{BinOpKind, Expr};
use minijinja::machinery::{Token, Tokenizer};
use minijinja::syntax::SyntaxConfig;

use super::limits::range;
use super::syntax::operands;

/// Whether it becomes a filter, behind which another one needs no brackets.
pub(super) fn is_rewritten(op: BinOpKind) -> bool {
    matches!(op, BinOpKind::Add | BinOpKind::Mul | BinOpKind::Concat)
}

/// Whether it is `event.currency` or `event.facts.currency`.
pub(super) fn is_currency(expression: &Expr<'_>) -> bool {
    let Expr::GetAttr(node) = expression else { return false };
    let is_event = |expression: &Expr<'_>| matches!(expression, Expr::Var(var) if var.id == "event");
    let of_facts = matches!(&node.expr, Expr::GetAttr(inner) if inner.name == "facts" && is_event(&inner.expr));
    node.name == "currency" && (of_facts || is_event(&node.expr))
}

/// Whether it is the same for every event, and no larger than it is written.
pub(super) fn is_fixed(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(_) => true,
        Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => operands(expression).into_iter().all(is_fixed),
        Expr::UnaryOp(node) => is_fixed(&node.expr),
        _ => false,
    }
}

/// Where the body of each loop begins, in the order of the text.
pub(super) fn loop_bodies(source: &str) -> Vec<usize> {
    let mut tokenizer = Tokenizer::new(source, "", false, SyntaxConfig::default());
    let (mut bodies, mut before, mut within) = (Vec::new(), None, false);
    while let Ok(Some((token, span))) = tokenizer.next_token() {
        match (&before, &token) {
            (Some(Token::BlockStart), Token::Ident("for")) => within = true,
            (_, Token::BlockEnd) if std::mem::take(&mut within) => bodies.push(range(span).end),
            _ => {}
        }
        before = Some(token);
    }
    bodies
}
