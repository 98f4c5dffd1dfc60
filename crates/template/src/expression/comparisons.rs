//! Comparisons of a number with a text, which never hold as they were meant: found where both sides are known when the text
//! is read. For `check` also the comparisons of a path, whose value only events show.

use std::ops::Range;

use minijinja::machinery::ast::{BinOpKind, CompareOpKind, Expr};

use super::error::{ErrorKind, ExpressionError};
use super::limits::range;
use super::syntax::Syntax;
use hookbell_model::money::decimal::Decimal;

/// What a value is, whatever the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Number,
    Text,
}

/// What of `event` is a number; everything else of it is a text, but for `facts`, `test`, `labels` and `bot`.
const NUMBERS: [&str; 4] = ["amount", "amount_major", "time", "received"];
/// Filters that always give a number.
const COUNTS: [&str; 5] = ["int", "float", "length", "count", "abs"];
/// Filters that always give a text, where they are given a value at all.
const TEXTS: [&str; 22] = [
    "money",
    "number",
    "percent",
    "bytes",
    "plural",
    "duration",
    "ago",
    "date",
    "truncate",
    "first_line",
    "replace",
    "short",
    "slug",
    "string",
    "upper",
    "lower",
    "trim",
    "join",
    "json",
    "title",
    "capitalize",
    "mask",
];

/// Two sides of a comparison.
struct Pair<'e, 's> {
    left: &'e Expr<'s>,
    right: &'e Expr<'s>,
    /// `<`, `<=`, `>`, `>=`.
    is_order: bool,
}

/// # Errors
/// Shows the first comparison of a number with a text.
pub(super) fn check(syntax: &Syntax<'_>) -> Result<(), ExpressionError> {
    let mut wrong = None;
    pairs(syntax, &mut |pair| {
        if wrong.is_none() {
            wrong = mistake(pair, syntax.source);
        }
    });
    wrong.map_or(Ok(()), Err)
}

/// The comparisons of a path with what is known to be a number or a text: where the path is written, and what it is
/// compared with.
pub(super) fn known_sides(syntax: &Syntax<'_>) -> Vec<(Range<usize>, Known)> {
    let mut found = Vec::new();
    pairs(syntax, &mut |pair| {
        for (path, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            let is_path = matches!(path, Expr::GetAttr(_) | Expr::GetItem(_));
            if let (true, None, Some(other)) = (is_path, known(path), known(other)) {
                found.push((whole(path), other));
            }
        }
    });
    found
}

fn pairs<'e, 's>(syntax: &'e Syntax<'s>, visit: &mut dyn FnMut(&Pair<'e, 's>)) {
    syntax.each_expression(&mut |expression| match expression {
        Expr::BinOp(node) => {
            let is_order = match node.op {
                BinOpKind::Lt | BinOpKind::Lte | BinOpKind::Gt | BinOpKind::Gte => true,
                BinOpKind::Eq | BinOpKind::Ne => false,
                BinOpKind::In => return each_in(&node.left, &node.right, visit),
                _ => return,
            };
            visit(&Pair { left: &node.left, right: &node.right, is_order });
        }
        Expr::Compare(node) => {
            let mut left = &node.expr;
            for next in &node.ops {
                match next.op {
                    CompareOpKind::In | CompareOpKind::NotIn => each_in(left, &next.expr, visit),
                    CompareOpKind::Eq | CompareOpKind::Ne => visit(&Pair { left, right: &next.expr, is_order: false }),
                    _ => visit(&Pair { left, right: &next.expr, is_order: true }),
                }
                left = &next.expr;
            }
        }
        _ => {}
    });
}

/// `left in [a, b]`
fn each_in<'e, 's>(left: &'e Expr<'s>, right: &'e Expr<'s>, visit: &mut dyn FnMut(&Pair<'e, 's>)) {
    let items = match right {
        Expr::List(node) => &node.items,
        Expr::Tuple(node) => &node.items,
        _ => return,
    };
    for right in items {
        visit(&Pair { left, right, is_order: false });
    }
}

fn mistake(pair: &Pair<'_, '_>, source: &str) -> Option<ExpressionError> {
    let (left, right) = (known(pair.left), known(pair.right));
    let (number, text) = match (left, right) {
        (Some(Known::Number), Some(Known::Text)) => (Some(pair.left), pair.right),
        (Some(Known::Text), Some(Known::Number)) => (Some(pair.right), pair.left),
        // Of two texts `'9'` is more than `'1000'`.
        (None, Some(Known::Text)) if pair.is_order && digits(pair.right).is_some() => (None, pair.right),
        (Some(Known::Text), None) if pair.is_order && digits(pair.left).is_some() => (None, pair.left),
        _ => return None,
    };
    let shown = |expression: &Expr<'_>| source.get(whole(expression)).unwrap_or_default().to_owned();
    let kind = ErrorKind::NumberWithText { number: number.map(shown), text: shown(text), meant: digits(text) };
    Some(ExpressionError::new(kind, whole(text)))
}

/// The number that a literal text holds.
fn digits(expression: &Expr<'_>) -> Option<String> {
    let Expr::Const(node) = expression else { return None };
    let text = node.value.as_str()?.trim();
    Decimal::parse(text).map(|_| text.to_owned())
}

/// From where the first name or literal of an expression begins.
fn whole(expression: &Expr<'_>) -> Range<usize> {
    let (mut first, end) = (expression, range(expression.span()).end);
    loop {
        first = match first {
            Expr::GetAttr(node) => &node.expr,
            Expr::GetItem(node) => &node.expr,
            Expr::Filter(node) if node.expr.is_some() => match &node.expr {
                Some(inner) => inner,
                None => break,
            },
            _ => break,
        };
    }
    range(first.span()).start..end
}

fn known(expression: &Expr<'_>) -> Option<Known> {
    match expression {
        Expr::Const(node) if node.value.is_number() => Some(Known::Number),
        Expr::Const(node) => node.value.as_str().map(|_| Known::Text),
        Expr::GetAttr(node) => {
            let of_event = match &node.expr {
                Expr::Var(var) => var.id == "event",
                Expr::GetAttr(inner) => {
                    inner.name == "facts" && matches!(&inner.expr, Expr::Var(var) if var.id == "event")
                }
                _ => false,
            };
            match node.name {
                _ if !of_event => None,
                "facts" | "test" | "labels" | "bot" => None,
                name => Some(if NUMBERS.contains(&name) { Known::Number } else { Known::Text }),
            }
        }
        Expr::Filter(node) if COUNTS.contains(&node.name) => Some(Known::Number),
        Expr::Filter(node) if TEXTS.contains(&node.name) => Some(Known::Text),
        Expr::BinOp(node) => match node.op {
            BinOpKind::Concat => Some(Known::Text),
            BinOpKind::Sub | BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem | BinOpKind::Pow => {
                Some(Known::Number)
            }
            BinOpKind::Add => known(&node.left).filter(|left| known(&node.right) == Some(*left)),
            BinOpKind::Mul => {
                let left = known(&node.left).filter(|left| *left == Known::Number);
                left.filter(|left| known(&node.right) == Some(*left))
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_text_are_not_compared() {
        for (expression, wrong, words) in [
            ("event.amount > '1000'", "'1000'", "`event.amount` is a number, `'1000'` a text: write `1000`"),
            ("'5' == event.amount_major", "'5'", "write `5`"),
            ("event.time != event.currency", "event.currency", "`event.time` is a number, `event.currency` a text"),
            ("event.facts.amount in [5, '7']", "'7'", "write `7`"),
            ("payload.a | length < '3'", "'3'", "write `3`"),
            ("event.amount | money('eur') > 1000", "event.amount | money('eur')", "`1000` is a number"),
            (
                "payload.total >= '1000'",
                "'1000'",
                "`'1000'` is a text, which is compared letter by letter: write `1000`",
            ),
            ("1 < payload.a and not (payload.b - 1 == 'x')", "'x'", "is a number, `'x'` a text"),
            ("0 < event.amount <= '9.5'", "'9.5'", "write `9.5`"),
        ] {
            let syntax = Syntax::expression(expression).expect(expression);
            let error = check(&syntax).expect_err(expression);
            assert_eq!(expression.get(error.span.clone()), Some(wrong), "{expression}");
            assert!(error.to_string().contains(words), "{expression}: {error}");
        }
        for fine in [
            "event.amount > 1000 and event.currency == 'EUR' and event.type in ['a', 'b']",
            "payload.id == '1000' or payload.size > 5 or payload.name > 'M' or payload.a == payload.b",
            "payload.total | float > 1000 and event.test == true and event.actor",
            "event.amount | default('') == ''",
        ] {
            assert_eq!(check(&Syntax::expression(fine).expect(fine)), Ok(()), "{fine}");
        }
    }
}
