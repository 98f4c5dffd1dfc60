//! The arguments of a filter, as the engine passes them.

use minijinja::value::{Kwargs, Rest, ValueOrKwargs};

use minijinja::{Error, Value};

use crate::expression::value::{is_absent, text};

pub(super) type FilterResult = Result<Value, Error>;

/// The arguments of a filter, by position or by name.
pub(super) struct Args {
    pub(super) list: Vec<Value>,
    named: Option<Kwargs>,
}

impl Args {
    pub(super) fn of(rest: Rest<ValueOrKwargs>) -> Self {
        let mut list = rest.into_values();
        let named = list.last().cloned().and_then(|last| Kwargs::try_from(last).ok());
        if named.is_some() {
            list.pop();
        }
        Self { list, named }
    }

    /// The argument, unless it is missing or none.
    pub(super) fn get(&self, at: usize, name: &str) -> Option<Value> {
        let named = || self.named.as_ref().and_then(|named| named.get::<Value>(name).ok());
        self.list.get(at).cloned().or_else(named).filter(|value| !is_absent(value))
    }

    pub(super) fn text(&self, at: usize, name: &str) -> Option<String> {
        self.get(at, name).map(|value| text(&value).into_owned())
    }

    pub(super) fn count(&self, at: usize, name: &str) -> Option<usize> {
        usize::try_from(self.get(at, name)?).ok()
    }
}
