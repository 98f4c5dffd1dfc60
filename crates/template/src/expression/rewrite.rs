//! Replaces the engine's own operators by bounded ones before it compiles a text: `a ~ b` becomes
//! `a|builtin_concat(b)`. Edits the text by the spans of its syntax tree, so that the rest stays as it is written, and
//! keeps a map from the bytes of the new text to those of the old one.

use std::borrow::Cow;
use std::ops::Range;

use minijinja::machinery::ast::{BinOpKind, Expr, ForLoop, Stmt, Test};

use super::error::ExpressionError;
use super::escape::EscapeContext;
use super::limits::range;
use super::recognize::{is_currency, is_fixed, is_rewritten, loop_bodies};
use super::surroundings::surroundings;
use super::syntax::{Segment, Syntax, argument, bodies, each_statement, expressions, operands};

/// A text as the engine compiles it.
pub(super) struct Rewritten<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) map: SpanMap,
}

impl Rewritten<'_> {
    /// An error in the new text, at the place in the old one.
    pub(super) fn at_original(&self, error: ExpressionError) -> ExpressionError {
        let span = self.map.original(&error.span);
        error.at(span)
    }
}

/// From the new text's bytes to the old ones.
#[derive(Debug, Clone, Default)]
pub(super) struct SpanMap(Vec<Edited>);

/// The bytes of one edit, in the new text and in the old one.
#[derive(Debug, Clone)]
struct Edited {
    new: Range<usize>,
    old: Range<usize>,
}

impl SpanMap {
    /// The bytes of the text that was written, for some of the one that was compiled.
    pub(super) fn original(&self, span: &Range<usize>) -> Range<usize> {
        let (start, _) = self.bytes(span.start);
        let (_, end) = self.bytes(span.end);
        start..end.max(start)
    }

    /// The old byte for a new one; for a byte of a replacement, the whole range that was replaced.
    fn bytes(&self, byte: usize) -> (usize, usize) {
        let behind = self.0.partition_point(|edit| edit.new.end <= byte);
        match (behind.checked_sub(1).and_then(|at| self.0.get(at)), self.0.get(behind)) {
            (_, Some(edit)) if edit.new.start < byte => (edit.old.start, edit.old.end),
            (Some(edit), _) => (edit.old.end + (byte - edit.new.end), edit.old.end + (byte - edit.new.end)),
            (None, _) => (byte, byte),
        }
    }
}

/// A whole template, with the filters that its own markdown needs.
///
/// # Errors
/// When a value is where it cannot be made harmless.
pub(super) fn template<'s>(syntax: &Syntax<'s>, context: EscapeContext) -> Result<Rewritten<'s>, ExpressionError> {
    let is_url = matches!(context, EscapeContext::Url | EscapeContext::Href);
    let mut edits = Edits { source: syntax.source, edits: Vec::new(), filters: Vec::new(), is_url };
    if context.is_markdown() && (syntax.source.contains('`') || syntax.source.contains("](")) {
        let segments = syntax.segments();
        let filters = surroundings(&segments)?.into_iter().zip(segments);
        edits.filters = filters.filter_map(|(filter, segment)| filter.map(|filter| (segment, filter))).collect();
    }
    edits.loops(syntax);
    edits.statements(syntax.statements());
    Ok(edits.apply())
}

pub(super) fn expression<'s>(syntax: &Syntax<'s>) -> Rewritten<'s> {
    let mut edits = Edits { source: syntax.source, edits: Vec::new(), filters: Vec::new(), is_url: false };
    edits.statements(syntax.statements());
    edits.apply()
}

struct Edits<'s> {
    source: &'s str,
    /// Which bytes are replaced by what; edits at the same byte apply in this order.
    edits: Vec<(Range<usize>, Cow<'static, str>)>,
    /// The filters that the template's own markdown needs.
    filters: Vec<(Segment<'s>, &'static str)>,
    /// Whether what is printed makes a URL.
    is_url: bool,
}

impl<'s> Edits<'s> {
    fn insert(&mut self, at: usize, text: impl Into<Cow<'static, str>>) {
        self.edits.push((at..at, text.into()));
    }

    fn apply(mut self) -> Rewritten<'s> {
        if self.edits.is_empty() {
            return Rewritten { text: Cow::Borrowed(self.source), map: SpanMap::default() };
        }
        self.edits.sort_by_key(|(place, _)| place.start);
        let (mut text, mut map, mut end) = (String::with_capacity(self.source.len() + 64), Vec::new(), 0);
        for (place, new) in &self.edits {
            text.push_str(self.source.get(end..place.start).unwrap_or_default());
            let start = text.len();
            text.push_str(new);
            map.push(Edited { new: start..text.len(), old: place.clone() });
            end = place.end;
        }
        text.push_str(self.source.get(end..).unwrap_or_default());
        Rewritten { text: Cow::Owned(text), map: SpanMap(map) }
    }

    /// Counts the rounds of loops that no printed value counts. What is caught in a variable is not bounded by what is
    /// kept of a text: there a round costs as much as the whole text.
    fn loops(&mut self, syntax: &Syntax<'_>) {
        let mut captures = false;
        let mut loops: Vec<&ForLoop<'_>> = Vec::new();
        each_statement(syntax.statements(), &mut |statement| match statement {
            Stmt::SetBlock(_) | Stmt::FilterBlock(_) => captures = true,
            Stmt::ForLoop(node) => {
                captures |= node.recursive;
                loops.push(node);
            }
            _ => {}
        });
        let cost = if captures { syntax.source.len() } else { 0 };
        for (node, end) in loops.into_iter().zip(loop_bodies(self.source)) {
            let prints = |statement: &Stmt<'_>| matches!(statement, Stmt::EmitExpr(print) if !matches!(print.expr, Expr::Const(_) | Expr::Call(_)));
            if captures || !node.body.iter().any(prints) {
                let trims = if self.source.get(..end).is_some_and(|tag| tag.ends_with("-%}")) { "-" } else { "" };
                self.insert(end, format!("{{{{ {cost}|builtin_tick {trims}}}}}"));
            }
        }
    }

    fn statements(&mut self, statements: &[Stmt<'_>]) {
        for statement in statements {
            match statement {
                Stmt::EmitExpr(node) => {
                    let print = range(node.span());
                    let is_here = |(segment, _): &&(Segment<'_>, _)| *segment == Segment::Print(print.clone());
                    match self.filters.iter().find(is_here).map(|(_, filter)| *filter) {
                        Some(filter) => self.filtered(&node.expr, filter),
                        None if self.is_url => self.url(&node.expr),
                        None => self.expression(&node.expr),
                    }
                }
                // `{% set names.key = … %}`
                Stmt::Set(node) if !matches!(node.target, Expr::Var(_)) => self.filtered(&node.expr, "builtin_stored"),
                statement => {
                    for expression in expressions(statement) {
                        self.expression(expression);
                    }
                }
            }
            for body in bodies(statement) {
                self.statements(body);
            }
        }
    }

    /// `(expression)|filter`
    fn filtered(&mut self, expression: &Expr<'_>, filter: &str) {
        self.insert(self.start(expression), "(");
        self.expression(expression);
        self.insert(range(expression.span()).end, format!(")|{filter}"));
    }

    /// A list, a map or a slice, which charges everything that it holds.
    fn kept(&mut self, expression: &Expr<'_>) {
        let start = self.start(expression);
        // `{% set a = b, c %}`
        let bare =
            matches!(expression, Expr::Tuple(_)) && !self.source.get(start..).unwrap_or_default().starts_with('(');
        if bare {
            self.insert(start, "(");
        }
        self.operands(expression);
        self.insert(range(expression.span()).end, if bare { ")|builtin_kept" } else { "|builtin_kept" });
    }

    /// What something is looked up in is not kept, and a filter behind it would need brackets.
    fn looked_up(&mut self, base: &Expr<'_>) {
        match base {
            Expr::Slice(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => self.operands(base),
            base => self.expression(base),
        }
    }

    fn operands(&mut self, expression: &Expr<'_>) {
        let looks_up = matches!(expression, Expr::GetAttr(_) | Expr::GetItem(_) | Expr::Slice(_) | Expr::Call(_));
        for (at, operand) in operands(expression).into_iter().enumerate() {
            if at == 0 && looks_up { self.looked_up(operand) } else { self.expression(operand) }
        }
    }

    fn expression(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::BinOp(node) => match node.op {
                BinOpKind::Add => self.operator(&node.left, &node.right, "builtin_add"),
                BinOpKind::Mul => self.operator(&node.left, &node.right, "builtin_times"),
                BinOpKind::Concat => self.operator(&node.left, &node.right, "builtin_concat"),
                BinOpKind::Eq
                | BinOpKind::Ne
                | BinOpKind::Lt
                | BinOpKind::Lte
                | BinOpKind::Gt
                | BinOpKind::Gte
                | BinOpKind::In => self.compared(&node.left, &[&node.right]),
                BinOpKind::ScAnd
                | BinOpKind::ScOr
                | BinOpKind::Sub
                | BinOpKind::Div
                | BinOpKind::FloorDiv
                | BinOpKind::Rem
                | BinOpKind::Pow => self.operands(expression),
            },
            Expr::Compare(node) => {
                let rest: Vec<&Expr<'_>> = node.ops.iter().map(|op| &op.expr).collect();
                self.compared(&node.expr, &rest);
            }
            Expr::Filter(node) if node.name == "link" => {
                if let Some(label) = &node.expr {
                    self.expression(label);
                }
                node.args.iter().for_each(|url| self.url(argument(url)));
            }
            Expr::Test(node) => self.test(node, range(node.span()).start + node.name.len()),
            Expr::Slice(_) => self.kept(expression),
            Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) if !is_fixed(expression) => self.kept(expression),
            Expr::Var(_)
            | Expr::Const(_)
            | Expr::UnaryOp(_)
            | Expr::IfExpr(_)
            | Expr::Filter(_)
            | Expr::GetAttr(_)
            | Expr::GetItem(_)
            | Expr::Call(_)
            | Expr::List(_)
            | Expr::Tuple(_)
            | Expr::Map(_) => self.operands(expression),
        }
    }

    /// `left ~ right` as `left|filter(right)`: a filter binds closer than the operator did.
    fn operator(&mut self, left: &Expr<'_>, right: &Expr<'_>, filter: &str) {
        let simple = !matches!(left, Expr::BinOp(node) if !is_rewritten(node.op));
        if !simple {
            self.insert(self.start(left), "(");
        }
        self.expression(left);
        let operator = self.operator_behind(left);
        let close = if simple { "" } else { ")" };
        self.edits.push((operator..operator + 1, format!("{close}|{filter}(").into()));
        self.expression(right);
        self.insert(range(right.span()).end, ")");
    }

    /// A URL: where it is joined of several parts, each value among them is encoded.
    fn url(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::BinOp(node) if matches!(node.op, BinOpKind::Concat) => self.url_part(expression, true),
            Expr::IfExpr(node) => {
                self.expression(&node.test_expr);
                self.url(&node.true_expr);
                if let Some(otherwise) = &node.false_expr {
                    self.url(otherwise);
                }
            }
            Expr::Filter(node) if matches!(node.name, "default" | "d") => {
                if let Some(value) = &node.expr {
                    self.url(value);
                }
                node.args.iter().for_each(|fallback| self.url(argument(fallback)));
            }
            expression => self.expression(expression),
        }
    }

    /// A part of a URL. The `first` may be a whole URL; what the template says itself stays as it is.
    fn url_part(&mut self, part: &Expr<'_>, first: bool) {
        match part {
            Expr::BinOp(node) if matches!(node.op, BinOpKind::Concat) => {
                self.url_part(&node.left, first);
                let operator = self.operator_behind(&node.left);
                self.edits.push((operator..operator + 1, "|builtin_url_concat(".into()));
                self.url_part(&node.right, false);
                self.insert(range(node.right.span()).end, ")");
            }
            Expr::IfExpr(node) => {
                self.expression(&node.test_expr);
                self.url_part(&node.true_expr, first);
                if let Some(otherwise) = &node.false_expr {
                    self.url_part(otherwise, first);
                }
            }
            Expr::Const(_) => self.expression(part),
            value => self.filtered(value, if first { "builtin_url_first" } else { "builtin_in_target" }),
        }
    }

    /// A comparison may take as long as its operands are large, so the clock is read where neither is constant.
    /// With the event's currency, which is in upper case, everything is compared in upper case.
    fn compared(&mut self, left: &Expr<'_>, rest: &[&Expr<'_>]) {
        let has_currency = is_currency(left) || rest.iter().any(|right| is_currency(right));
        self.timed(left, rest, has_currency);
        for right in rest {
            self.operand(right, has_currency);
        }
    }

    /// One side of a comparison.
    fn operand(&mut self, operand: &Expr<'_>, has_currency: bool) {
        if has_currency && !is_currency(operand) {
            self.filtered(operand, "builtin_upper");
        } else {
            self.expression(operand);
        }
    }

    fn timed(&mut self, left: &Expr<'_>, rest: &[&Expr<'_>], has_currency: bool) {
        self.operand(left, has_currency);
        if !is_fixed(left) && rest.iter().any(|right| !is_fixed(right)) {
            self.insert(self.operator_behind(left), "|builtin_timed ");
        }
    }

    /// `name` is where the test's name ends.
    fn test(&mut self, test: &Test<'_>, name: usize) {
        let arguments: Vec<&Expr<'_>> = test.args.iter().map(argument).collect();
        let behind = self.source.get(name..).unwrap_or_default().trim_start();
        match arguments.as_slice() {
            // `is divisibleby 3`: what is put around it would become the brackets of the test.
            [bare] if !behind.starts_with('(') => {
                self.timed(&test.expr, &arguments, false);
                self.insert(self.start(bare), "(");
                self.expression(bare);
                self.insert(range(bare.span()).end, ")");
            }
            all => self.compared(&test.expr, all),
        }
    }

    /// Where the operator begins behind an operand: brackets around an operand are no part of its span.
    fn operator_behind(&self, operand: &Expr<'_>) -> usize {
        let end = range(operand.span()).end;
        let rest = self.source.get(end..).unwrap_or_default();
        self.source.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ')').len()
    }

    /// Where an expression begins; the spans of look-ups, filters and tests begin later.
    fn start(&self, expression: &Expr<'_>) -> usize {
        let start = range(expression.span()).start;
        match expression {
            Expr::Var(_) | Expr::Const(_) | Expr::List(_) | Expr::Map(_) => start,
            // Without brackets, in `{% set a = b, c %}`.
            Expr::Tuple(node) => match node.items.first() {
                Some(first) if !self.source.get(start..).unwrap_or_default().starts_with('(') => self.start(first),
                _ => start,
            },
            Expr::UnaryOp(node) => {
                let rest = self.source.get(start..).unwrap_or_default();
                // `is not` and `not in` are behind their operand.
                let leads = rest.starts_with('-') || rest.starts_with("not");
                if leads { start.min(self.start(&node.expr)) } else { self.start(&node.expr) }
            }
            expression => operands(expression).first().map_or(start, |first| self.start(first)),
        }
    }
}
