//! Expressions that give a value, and conditions: `each`, `[vars]`, `if`, `when`.

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::ValueKind;

use super::arguments;
use super::comparisons;
use super::engine::{ENGINE, evaluation_error, without_panic};
use super::error::{ErrorKind, ExpressionError};
use super::limits;
use super::names;
use super::rewrite::{self, SpanMap};
use super::scope::Scope;
use super::syntax::Syntax;

/// A checked `when` expression.
#[derive(Debug, Clone)]
pub struct Condition(Expression);

impl Condition {
    /// # Errors
    /// Says what is wrong with the expression.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        Expression::parse(text, &[]).map(Self)
    }

    /// As [`Condition::parse`], where more names than the scope's own are known (a template's `[vars]`).
    ///
    /// # Errors
    /// Says what is wrong with the expression.
    pub fn parse_with(text: &str, names: &[&str]) -> Result<Self, ExpressionError> {
        Expression::parse(text, names).map(Self)
    }

    /// As [`Expression::names`].
    pub fn names(&self) -> Vec<String> {
        self.0.names()
    }

    /// # Errors
    /// When the expression cannot be evaluated on this event (wrong types, too much work, too much time).
    pub fn holds(&self, scope: &Scope) -> Result<bool, ExpressionError> {
        self.0.value(scope).map(|value| value.is_true())
    }
}

/// A checked expression that gives a value: `payload.data.object`.
#[derive(Clone)]
pub struct Expression(Arc<CompiledExpression>);

struct CompiledExpression {
    text: String,
    map: SpanMap,
    names: Vec<String>,
    expression: minijinja::Expression<'static, 'static>,
}

impl Expression {
    /// Compiles the text. Unknown filters, tests and names are found here, not at the first event.
    ///
    /// # Errors
    /// Says what is wrong with the expression: length and depth, syntax, unknown filters, tests and names, arguments
    /// that can never work, a number compared with a text.
    pub fn parse(text: &str, names: &[&str]) -> Result<Self, ExpressionError> {
        let syntax =
            Syntax::expression(text).map_err(|error| error.with_help(|text| Syntax::expression(text).err()))?;
        names::check_words(&syntax)?;
        arguments::check(&syntax, "")?;
        comparisons::check(&syntax)?;
        names::check_names(&names::references(&syntax), names)?;
        let rewritten = rewrite::expression(&syntax);
        limits::check_compiled(&rewritten.text, true).map_err(|error| rewritten.at_original(error))?;
        // The text itself was parsed: only the depth can still be wrong.
        let expression = ENGINE
            .compile_expression_owned(rewritten.text.into_owned())
            .map_err(|_| ExpressionError::new(ErrorKind::TooDeep, 0..text.len()))?;
        let (text, map, names) = (text.to_owned(), rewritten.map, syntax.names());
        Ok(Self(Arc::new(CompiledExpression { text, map, names, expression })))
    }

    /// Every name that it may look up in its scope; an over-approximation.
    pub fn names(&self) -> Vec<String> {
        self.0.names.clone()
    }

    /// The items of the list that it gives, `most` of them; none where it gives no list.
    pub fn items(&self, scope: &Scope, most: usize) -> Vec<Value> {
        let items = self.value(scope).ok().filter(|value| value.kind() == ValueKind::Seq);
        items.and_then(|items| Some(items.try_iter().ok()?.take(most).collect())).unwrap_or_default()
    }

    /// # Errors
    /// When the expression cannot be evaluated on this event (wrong types, too much work, too much time).
    pub fn value(&self, scope: &Scope) -> Result<Value, ExpressionError> {
        let CompiledExpression { text, map, expression, .. } = &*self.0;
        let value = without_panic(|| expression.eval(scope.value()));
        value.map_err(|error| evaluation_error(&error, text, map))
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.0.text).finish()
    }
}
