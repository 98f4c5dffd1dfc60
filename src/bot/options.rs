//! The options of a command as plain values.

use std::collections::BTreeMap;

use super::permissions::{Permission, Permissions};
use hookbell_model::handling::Person;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OptionValue {
    Text(String),
    Number(i64),
    Flag(bool),
    Person(Person),
    Channel {
        /// The channel itself, or that of a thread.
        parent: String,
        thread: Option<String>,
        /// Of who asks, in that channel.
        permissions: Option<Permissions>,
    },
}

/// What was filled in. Options of types that no command has are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options(BTreeMap<String, OptionValue>);

/// A channel that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChosenChannel<'a> {
    /// The channel itself, or that of a thread.
    pub(super) parent: &'a str,
    /// The thread itself.
    pub(super) thread: Option<&'a str>,
    pub(super) may_view: bool,
}

impl Options {
    pub(super) fn insert(&mut self, name: String, value: OptionValue) {
        self.0.insert(name, value);
    }

    /// Trimmed; an empty text counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            OptionValue::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        match self.0.get(name)? {
            OptionValue::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn chosen_flag(&self, name: &str) -> Option<bool> {
        match self.0.get(name)? {
            OptionValue::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Absent counts as false.
    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(OptionValue::Flag(true)))
    }

    pub(super) fn person(&self, name: &str) -> Option<&Person> {
        match self.0.get(name)? {
            OptionValue::Person(person) => Some(person),
            _ => None,
        }
    }

    pub(super) fn channel(&self, name: &str) -> Option<ChosenChannel<'_>> {
        match self.0.get(name)? {
            OptionValue::Channel { parent, thread, permissions } => Some(ChosenChannel {
                parent,
                thread: thread.as_deref(),
                may_view: permissions.is_some_and(|permissions| permissions.holds(Permission::ViewChannel)),
            }),
            _ => None,
        }
    }
}

/// The one option of a message command: the message's id.
pub(super) const TARGET: &str = "target";

impl Options {
    /// Of a message command.
    pub(super) fn of_message(target: &str) -> Self {
        Self(BTreeMap::from([(TARGET.to_owned(), OptionValue::Text(target.to_owned()))]))
    }
}
