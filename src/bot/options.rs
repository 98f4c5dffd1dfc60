//! The options of a command as plain values.

use std::collections::BTreeMap;

use serenity::all::{CommandDataOption, CommandDataOptionValue};

#[derive(Debug, Clone, PartialEq, Eq)]
enum OptionValue {
    Text(String),
    Number(i64),
}

/// What the user filled in. Options of types that no command has are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CommandOptions {
    values: BTreeMap<String, OptionValue>,
    /// The option that is being typed, in a request for suggestions.
    pub(super) focused: Option<FocusedOption>,
}

/// An option that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FocusedOption {
    pub(super) name: String,
    pub(super) typed: String,
}

impl CommandOptions {
    pub(super) fn new(options: &[CommandDataOption]) -> Self {
        let mut read = Self::default();
        for CommandDataOption { name, value, .. } in options {
            match value {
                CommandDataOptionValue::String(text) => {
                    read.values.insert(name.clone(), OptionValue::Text(text.clone()));
                }
                CommandDataOptionValue::Integer(number) => {
                    read.values.insert(name.clone(), OptionValue::Number(*number));
                }
                CommandDataOptionValue::Autocomplete { value, .. } => {
                    read.focused = Some(FocusedOption { name: name.clone(), typed: value.clone() });
                }
                _ => {}
            }
        }
        read
    }

    /// Trimmed; an empty text counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name)? {
            OptionValue::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            OptionValue::Number(_) => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        match self.values.get(name)? {
            OptionValue::Number(number) => Some(*number),
            OptionValue::Text(_) => None,
        }
    }
}
