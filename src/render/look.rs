//! A message template as it is kept once checked: when it is taken, and what it says.

use std::sync::Arc;

use minijinja::Value;

use crate::event::Globs;
use crate::expression::{Condition, Expression, Place, Scope, Text};

/// A checked `[[message]]`.
#[derive(Debug)]
pub(super) struct Template {
    /// `stripe.payment`.
    pub(super) name: String,
    pub(super) provider: String,
    /// Event types; empty = every one of the provider.
    pub(super) on: Globs,
    pub(super) when: Option<Condition>,
    /// Of its file, shared with the file's other messages.
    pub(super) vars: Arc<Vars>,
    pub(super) look: Look,
}

/// The `[vars]` of a file, in its order.
#[derive(Debug, Default)]
pub(super) struct Vars(pub(super) Vec<(String, Expression)>);

/// The keys that hold a text, and where that text stands in the message.
pub(super) const TEXTS: [(&str, Place); 17] = [
    ("content", Place::Block),
    ("username", Place::Plain),
    ("avatar_url", Place::Url),
    ("title", Place::Title),
    ("url", Place::Url),
    ("description", Place::Block),
    ("author", Place::Plain),
    ("author_url", Place::Url),
    ("author_icon", Place::Url),
    ("thumbnail", Place::Url),
    ("image", Place::Url),
    ("footer", Place::Plain),
    ("footer_icon", Place::Url),
    ("timestamp", Place::Bare),
    ("severity", Place::Bare),
    ("color", Place::Bare),
    ("key", Place::Bare),
];

/// What a message says, or what `[defaults]` say for all.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// In the order of [`TEXTS`].
    pub(super) texts: Vec<(&'static str, Place, Text)>,
    pub(super) silent: Option<bool>,
    pub(super) fields: Vec<Field>,
    pub(super) buttons: Vec<Button>,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: Text,
    pub(super) body: Body,
    pub(super) inline: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    Value(Text),
    /// A line per item of a list, at most `max`, then `more` with `rest`.
    Lines {
        each: Expression,
        line: Text,
        max: usize,
        more: Text,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Button {
    pub(super) label: Text,
    pub(super) url: Text,
}

impl Look {
    pub(super) fn text(&self, key: &str) -> Option<&Text> {
        self.texts.iter().find(|(known, _, _)| *known == key).map(|(_, _, text)| text)
    }

    /// Takes from `defaults` what is not said here.
    pub(super) fn complete(&mut self, defaults: &Self) {
        for (key, place, text) in &defaults.texts {
            if self.text(key).is_none() {
                self.texts.push((key, *place, text.clone()));
            }
        }
        self.silent = self.silent.or(defaults.silent);
        if self.fields.is_empty() {
            self.fields.clone_from(&defaults.fields);
        }
        if self.buttons.is_empty() {
            self.buttons.clone_from(&defaults.buttons);
        }
    }

    /// Whether there is anything to be seen.
    pub(super) fn says_something(&self) -> bool {
        let seen = ["content", "title", "description", "author", "thumbnail", "image"];
        !self.fields.is_empty() || seen.iter().any(|key| self.text(key).is_some())
    }
}

impl Vars {
    /// The scope with every var; one that fails is undefined, with a note.
    pub(super) fn apply(&self, scope: &Scope) -> (Scope, Vec<String>) {
        let mut scope = scope.clone();
        let mut notes = Vec::new();
        for (name, expression) in &self.0 {
            let value = expression.value(&scope).unwrap_or_else(|why| {
                notes.push(format!("var `{name}` {why}"));
                Value::UNDEFINED
            });
            scope = scope.with(name.clone(), value);
        }
        (scope, notes)
    }
}
