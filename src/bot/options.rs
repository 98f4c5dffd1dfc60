//! The options of a command as plain values.

use std::collections::BTreeMap;

use serenity::all::{CommandDataOption, CommandDataOptionValue};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Given {
    Text(String),
    Number(i64),
}

/// What the user filled in. Options of kinds that no command has are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    given: BTreeMap<String, Given>,
    /// The option being typed in.
    pub typing: Option<(String, String)>,
}

impl Options {
    pub(super) fn new(options: &[CommandDataOption]) -> Self {
        let mut read = Self::default();
        for option in options {
            match &option.value {
                CommandDataOptionValue::String(text) => {
                    read.given.insert(option.name.clone(), Given::Text(text.clone()));
                }
                CommandDataOptionValue::Integer(number) => {
                    read.given.insert(option.name.clone(), Given::Number(*number));
                }
                CommandDataOptionValue::Autocomplete { value, .. } => {
                    read.typing = Some((option.name.clone(), value.clone()));
                }
                _ => {}
            }
        }
        read
    }

    /// Trimmed; an empty text counts as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.given.get(name)? {
            Given::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Given::Number(_) => None,
        }
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        match self.given.get(name)? {
            Given::Number(number) => Some(*number),
            Given::Text(_) => None,
        }
    }
}
