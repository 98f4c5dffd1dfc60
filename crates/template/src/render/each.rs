//! `each`: the list that a part of a message is repeated for.

use crate::expression::Expression;

/// A list, and how many of its items are shown at most.
#[derive(Debug)]
pub(super) struct Each {
    pub(super) list: Expression,
    pub(super) max: usize,
}
