//! The little language of `when`, `[vars]` and `{{ … }}`: what an expression may see and how it is judged.
//! One engine for routes and templates; which message is made of it is `render`'s trade.

mod arguments;
mod bounded;
mod engine;
pub mod escape;
mod filters;
mod markdown;
mod marked;
mod moment;
mod paths;
mod rewrite;
mod rich;
mod scan;
mod scope;
mod segments;
mod surroundings;
mod text;
mod view;

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::ValueKind;

use self::engine::ENGINE;
pub use self::engine::is_global;
pub use self::escape::EscapeContext;
pub use self::moment::to_rfc3339;
pub use self::paths::{Path, Reach, expression_paths, paths};
pub use self::scope::Scope;
pub use self::text::{Output, Text, Texts};
pub use self::view::View;

/// A checked `when` expression.
#[derive(Debug, Clone)]
pub struct Condition(Expression);

impl Condition {
    /// # Errors
    /// Says what is wrong with the expression.
    pub fn parse(text: &str) -> Result<Self, String> {
        Expression::parse(text, &[]).map(Self)
    }

    /// As [`Condition::parse`], where more names than the scope's own are known (a template's `[vars]`).
    ///
    /// # Errors
    /// Says what is wrong with the expression.
    pub fn parse_with(text: &str, names: &[&str]) -> Result<Self, String> {
        Expression::parse(text, names).map(Self)
    }

    /// As [`Expression::names`].
    pub fn names(&self) -> Vec<String> {
        self.0.names()
    }

    /// # Errors
    /// When the expression cannot be evaluated on this event (wrong types, too much work).
    pub fn holds(&self, scope: &Scope) -> Result<bool, String> {
        self.0.value(scope).map(|value| value.is_true())
    }
}

/// A checked expression that gives a value: `payload.data.object`.
#[derive(Clone)]
pub struct Expression {
    text: String,
    compiled: Arc<minijinja::Expression<'static, 'static>>,
}

impl Expression {
    /// Compiles the text. Unknown filters, tests and names are found here, not at the first event.
    ///
    /// # Errors
    /// Says what is wrong with the expression.
    pub fn parse(text: &str, names: &[&str]) -> Result<Self, String> {
        let rewritten = rewrite::expression(text);
        let bounded = rewritten.as_deref().unwrap_or(text).to_owned();
        let Ok(compiled) = ENGINE.compile_expression_owned(bounded) else {
            // Told in the words that were written.
            let told = ENGINE.compile_expression_owned(text.to_owned()).map(|_| ());
            let why = told.err().map(|error| engine::explain(&error, text));
            return Err(why.unwrap_or_else(|| "this expression cannot be read".to_owned()));
        };
        rewritten?;
        scan::check_words(&scan::expression_words(text))?;
        arguments::check(text)?;
        scan::check_names(&compiled.undeclared_variables(true), names)?;
        Ok(Self { text: text.to_owned(), compiled: Arc::new(compiled) })
    }

    /// Every name that it may ask its scope for; perhaps some that it does not.
    pub fn names(&self) -> Vec<String> {
        scan::names(&self.text).map(str::to_owned).collect()
    }

    /// The items of the list that it gives, `most` of them; none where it gives no list.
    pub fn items(&self, scope: &Scope, most: usize) -> Vec<Value> {
        let items = self.value(scope).ok().filter(|value| value.kind() == ValueKind::Seq);
        items.and_then(|items| Some(items.try_iter().ok()?.take(most).collect())).unwrap_or_default()
    }

    /// # Errors
    /// When the expression cannot be evaluated on this event (wrong types, too much work).
    pub fn value(&self, scope: &Scope) -> Result<Value, String> {
        self.compiled.eval(scope.value()).map_err(|error| engine::explain(&error, &self.text))
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests;
