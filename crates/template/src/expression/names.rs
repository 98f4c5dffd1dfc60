//! Finds at load what the engine would find only when it evaluates an event: filters, tests, methods and names that do
//! not exist.

use std::collections::HashSet;
use std::ops::Range;

use minijinja::machinery::ast::{Call, Expr, Stmt};

use super::engine::ENGINE;
use super::error::{ErrorKind, ExpressionError};
use super::limits::range;
use super::scope::{EVENT, FACTS, ROOTS};
use super::slip;
use super::syntax::{Syntax, bodies, each_statement, expressions, operands};
use super::vocabulary::{FILTERS, TESTS};
use hookbell_model::suggest::{did_you_mean, suggestion};

/// A name that a text looks up in its scope, with the keys behind it: `payload.customer.name`.
#[derive(Debug, PartialEq)]
pub(super) struct Reference {
    pub(super) path: String,
    span: Range<usize>,
}

/// # Errors
/// Names the first filter, test or method that does not exist, and the nearest that does.
pub(super) fn check_words(syntax: &Syntax<'_>) -> Result<(), ExpressionError> {
    let mut wrong = None;
    let mut check = |found: Result<(), ExpressionError>| {
        if let (None, Err(error)) = (&wrong, found) {
            wrong = Some(error);
        }
    };
    each_statement(syntax.statements(), &mut |statement| {
        if let Stmt::Do(node) = statement {
            check(method(&node.call));
        }
    });
    syntax.each_expression(&mut |expression| match expression {
        // Its span begins with its name.
        Expr::Filter(node) => check(known(WordKind::Filter, node.name, range(node.span()))),
        Expr::Test(node) => check(known(WordKind::Test, node.name, range(node.span()))),
        Expr::Call(node) => check(method(node)),
        _ => {}
    });
    wrong.map_or(Ok(()), Err)
}

#[derive(Clone, Copy, PartialEq)]
enum WordKind {
    Filter,
    Test,
}

fn known(kind: WordKind, name: &str, span: Range<usize>) -> Result<(), ExpressionError> {
    let names = if kind == WordKind::Filter { FILTERS } else { TESTS };
    // The filters behind ours, and the operators, are internal.
    if names.contains(&name) || (!name.starts_with("builtin_") && exists(kind, name)) {
        return Ok(());
    }
    let hint = did_you_mean(name, names.iter().copied()).map(|word| format!("did you mean `{word}`?"));
    let (span, name) = (span.start..span.start + name.len(), name.to_owned());
    Err(ExpressionError::new(
        match kind {
            WordKind::Filter => ErrorKind::UnknownFilter { name, hint },
            WordKind::Test => ErrorKind::UnknownTest { name, hint },
        },
        span,
    ))
}

/// Queries the engine itself, which may have more than is listed here.
fn exists(kind: WordKind, name: &str) -> bool {
    let question = if kind == WordKind::Filter { "name is filter" } else { "name is test" };
    let asked = ENGINE.compile_expression(question).and_then(|asked| asked.eval(minijinja::context! { name }));
    asked.is_ok_and(|known| known.is_true())
}

/// `.name(…)`, as in Python; only `loop` has methods.
fn method(call: &Call<'_>) -> Result<(), ExpressionError> {
    let Expr::GetAttr(callee) = &call.expr else { return Ok(()) };
    if matches!(&callee.expr, Expr::Var(var) if var.id == "loop") {
        return Ok(());
    }
    let end = range(callee.span()).end;
    let kind = ErrorKind::Method { name: callee.name.to_owned(), filter: FILTERS.contains(&callee.name) };
    Err(ExpressionError::new(kind, end.saturating_sub(callee.name.len())..end))
}

/// # Errors
/// Names the first variable that nothing defines, or the first key that `event` has not.
pub(super) fn check_names(references: &[Reference], names: &[&str]) -> Result<(), ExpressionError> {
    let is_known =
        |root: &str| ROOTS.contains(&root) || names.contains(&root) || ENGINE.globals().any(|(name, _)| name == root);
    for Reference { path, span } in references {
        let mut parts = path.split('.');
        let root = parts.next().unwrap_or_default();
        // Without what is looked up behind it.
        let first = span.start..span.start + root.len();
        if !is_known(root) {
            let meant = slip::name_meant(root).map(str::to_owned);
            let hint = meant.or_else(|| suggestion(root, ROOTS.iter().chain(names).copied()));
            return Err(ExpressionError::new(ErrorKind::UnknownName { name: root.to_owned(), hint }, first));
        }
        if root != "event" || names.contains(&"event") {
            continue;
        }
        let unknown = |of, key: &str, known: &[&'static str]| {
            let kind = ErrorKind::UnknownKey { of, key: key.to_owned(), hint: suggestion(key, known.iter().copied()) };
            // Written without blanks, the path is as long as its span.
            let start = span.start + of.len() + 1;
            let is_plain = span.len() == path.len();
            Err(ExpressionError::new(kind, if is_plain { start..start + key.len() } else { span.clone() }))
        };
        match (parts.next(), parts.next()) {
            (Some(key), _) if !EVENT.contains(&key) => return unknown("event", key, &EVENT),
            (Some("facts"), Some(key)) if !FACTS.contains(&key) => return unknown("event.facts", key, FACTS),
            _ => {}
        }
    }
    Ok(())
}

/// The names that a text looks up in its scope, in its order: all but those that it defines itself.
pub(super) fn references(syntax: &Syntax<'_>) -> Vec<Reference> {
    let mut tracker = Tracker { defined: vec![HashSet::new()], found: Vec::new() };
    tracker.statements(syntax.statements());
    tracker.found
}

struct Tracker<'s> {
    /// The names that each open loop and `with` defines; other blocks have no names of their own.
    defined: Vec<HashSet<&'s str>>,
    found: Vec<Reference>,
}

impl<'s> Tracker<'s> {
    fn statements(&mut self, statements: &[Stmt<'s>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt<'s>) {
        match statement {
            Stmt::ForLoop(node) => {
                self.expression(&node.iter);
                self.defined.push(HashSet::from(["loop"]));
                self.define(&node.target);
                node.filter_expr.iter().for_each(|condition| self.expression(condition));
                self.statements(&node.body);
                self.defined.pop();
                self.statements(&node.else_body);
            }
            Stmt::WithBlock(node) => {
                self.defined.push(HashSet::new());
                for (target, value) in &node.assignments {
                    self.expression(value);
                    self.define(target);
                }
                self.statements(&node.body);
                self.defined.pop();
            }
            Stmt::Set(node) => {
                self.expression(&node.expr);
                self.define(&node.target);
            }
            Stmt::SetBlock(node) => {
                node.filter.iter().for_each(|filter| self.expression(filter));
                self.statements(&node.body);
                self.define(&node.target);
            }
            statement => {
                expressions(statement).into_iter().for_each(|expression| self.expression(expression));
                bodies(statement).into_iter().for_each(|body| self.statements(body));
            }
        }
    }

    fn define(&mut self, target: &Expr<'s>) {
        match target {
            Expr::Var(var) => drop(self.defined.last_mut().map(|names| names.insert(var.id))),
            // `{% set names.key = … %}` reads `names`.
            Expr::GetAttr(node) => self.expression(&node.expr),
            target => operands(target).into_iter().for_each(|target| self.define(target)),
        }
    }

    fn expression(&mut self, expression: &Expr<'s>) {
        let mut keys = Vec::new();
        let mut base = expression;
        while let Expr::GetAttr(node) = base {
            keys.push(node.name);
            base = &node.expr;
        }
        let Expr::Var(var) = base else {
            return operands(expression).into_iter().for_each(|operand| self.expression(operand));
        };
        if !self.defined.iter().any(|names| names.contains(var.id)) {
            let path = std::iter::once(var.id).chain(keys.into_iter().rev()).collect::<Vec<_>>().join(".");
            let span = range(var.span()).start..range(expression.span()).end;
            if !self.found.iter().any(|known| known.path == path) {
                self.found.push(Reference { path, span });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &str) -> Vec<String> {
        let syntax = Syntax::template(source).expect("a template");
        references(&syntax).into_iter().map(|reference| reference.path).collect()
    }

    #[test]
    fn every_listed_word_exists() {
        assert_eq!(FILTERS.iter().find(|name| !exists(WordKind::Filter, name)), None);
        assert_eq!(TESTS.iter().find(|name| !exists(WordKind::Test, name)), None);
    }

    #[test]
    fn a_name_is_defined_within_its_block_alone() {
        let source = "{% for a, b in list %}{{ a.x ~ b ~ loop.index }}{% endfor %}{{ a.y }}{% if z %}{% set y = z %}{% endif %}{{ y }}\
                      {% set c = c %}{{ c }}{% with d = 1 %}{{ d }}{% endwith %}{{ d }}{% set e %}{{ f[g:h] }}{% endset %}{{ e }}";
        assert_eq!(paths(source), ["list", "a.y", "z", "c", "d", "f", "g", "h"]);
    }

    #[test]
    fn words_are_checked_wherever_they_have_a_meaning() {
        for (source, wrong) in [
            ("{{ a | upper | nope1 }}", "nope1"),
            ("{% filter nope2 %}x{% endfilter %}", "nope2"),
            ("{% set x | nope3 %}y{% endset %}", "nope3"),
            ("{% if a is not nope4 %}{% endif %}", "nope4"),
            ("{% for x in y if x is nope5 %}{% endfor %}", "nope5"),
            ("{{ f(x=[{'a': b | nope6}]) }}", "nope6"),
            ("{% do a.nope7() %}", "nope7"),
        ] {
            let syntax = Syntax::template(source).expect(source);
            let error = check_words(&syntax).expect_err(source);
            assert_eq!(source.get(error.span), Some(wrong), "{source}");
        }
        let fine = "a | x {{ p | upper | join('| no') ~ \"}} | no\" }}{# | no #}{% raw %}{{ a | no }}{% endraw %}{{ a is not defined and b is odd }}";
        assert_eq!(check_words(&Syntax::template(fine).expect("a template")), Ok(()));
    }
}
