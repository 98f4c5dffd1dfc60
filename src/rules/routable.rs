//! An event that is being routed, and the conditions that are evaluated on it.

use hookbell_model::event::{Event, Raw};
use hookbell_template::expression::{Condition, Scope};

/// A condition over the payload, and its text.
#[derive(Debug, Clone)]
pub(super) struct When {
    pub(super) expression: String,
    pub(super) condition: Condition,
}

/// An event with its scope, which is built for the first expression that is evaluated: most events meet none, and the
/// scope parses the body.
pub(super) struct Routable<'e> {
    pub(super) event: &'e Event,
    raw: &'e Raw,
    scope: Option<Scope>,
}

impl<'e> Routable<'e> {
    pub(super) fn new(event: &'e Event, raw: &'e Raw) -> Self {
        Self { event, raw, scope: None }
    }

    pub(super) fn scope(&mut self) -> &Scope {
        self.scope.get_or_insert_with(|| Scope::new(self.event, self.raw))
    }
}
