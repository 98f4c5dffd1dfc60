//! The little language of `when`, `[vars]` and `{{ … }}`: what an expression may see and how it is judged.
//! One engine for routes and templates.

use crate::event::{Event, Raw};

/// What an expression sees: `payload`, `event` and `headers`. Building one parses the body, once.
#[derive(Debug, Clone)]
pub struct Scope {}

/// A checked `when` expression.
#[derive(Debug, Clone)]
pub struct Condition {}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Scope {
    pub fn new(event: &Event, raw: &Raw) -> Self {
        todo!()
    }
}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Condition {
    /// # Errors
    /// Says what is wrong with the expression.
    pub fn parse(text: &str) -> Result<Self, String> {
        todo!()
    }

    /// # Errors
    /// When the expression cannot be evaluated on this event (wrong types, too much work).
    pub fn holds(&self, scope: &Scope) -> Result<bool, String> {
        todo!()
    }
}
