//! A message template as it is kept once checked: when it is taken, and what it says.

use std::sync::Arc;

use minijinja::Value;

use super::raw_body::RawBody;
use super::theme::Theme;
use super::vars::{RequiredVars, Vars};
use crate::expression::{Condition, EscapeContext, Expression, Text};
use hookbell_config_file::Location;
use hookbell_model::event::{Event, Globs};
use hookbell_model::locale::Locale;
use hookbell_model::message::Fit;

/// A checked `[[message]]`.
#[derive(Debug)]
pub(super) struct Template {
    /// `stripe.payment`.
    pub(super) name: String,
    pub(super) provider: String,
    /// The user's, not a shipped one.
    pub(super) own: bool,
    /// Event types; empty = every one of the provider.
    pub(super) on: Globs,
    pub(super) when: Option<Condition>,
    /// Shared by the messages of a file.
    pub(super) vars: Arc<Vars>,
    /// Those of `when`.
    pub(super) when_needs: RequiredVars,
    /// Those of its looks.
    pub(super) needs: RequiredVars,
    pub(super) theme: Arc<Theme>,
    /// One for each language of the file; never empty.
    pub(super) looks: Vec<LocalizedTemplate>,
    /// The message it extends, which stands in when nothing of this one can be shown.
    pub(super) base: Option<usize>,
    pub(super) location: Location,
}

/// What a message says in one language.
#[derive(Debug)]
pub(super) struct LocalizedTemplate {
    /// Empty where the file has no `[text]` tables.
    pub(super) language: String,
    /// What `text` is in expressions.
    pub(super) words: Option<Value>,
    pub(super) look: MessageTemplate,
}

#[derive(Debug, Default)]
pub(super) struct MessageTemplate {
    /// Those of the message itself, by key.
    pub(super) texts: Vec<TextTemplate>,
    pub(super) silent: bool,
    pub(super) tags: Vec<TextTemplate>,
    /// The first is made of the message's own keys.
    pub(super) embeds: Vec<EmbedTemplate>,
    pub(super) buttons: Vec<ButtonTemplate>,
    /// Stands instead of content, embeds and buttons.
    pub(super) raw: Option<RawBody>,
}

#[derive(Debug, Default)]
pub(super) struct EmbedTemplate {
    pub(super) condition: Option<Condition>,
    pub(super) each: Option<Each>,
    pub(super) texts: Vec<TextTemplate>,
    pub(super) fields: Vec<FieldTemplate>,
    /// Of the description.
    pub(super) fit: Fit,
}

#[derive(Debug)]
pub(super) struct FieldTemplate {
    pub(super) condition: Option<Condition>,
    pub(super) name: TextTemplate,
    pub(super) body: Body,
    pub(super) inline: bool,
    pub(super) fit: Fit,
}

#[derive(Debug)]
pub(super) enum Body {
    Value(TextTemplate),
    /// A line per item of a list, then `more` with `rest`.
    Lines {
        each: Each,
        line: TextTemplate,
        more: TextTemplate,
    },
}

/// A list, and how many of its items are shown at most.
#[derive(Debug)]
pub(super) struct Each {
    pub(super) list: Expression,
    pub(super) max: usize,
}

#[derive(Debug)]
pub(super) struct ButtonTemplate {
    pub(super) condition: Option<Condition>,
    pub(super) label: TextTemplate,
    pub(super) url: TextTemplate,
}

/// The text of a key: one, or lines that each may have a condition.
#[derive(Debug)]
pub(super) struct TextTemplate {
    /// As notes name it: `title`, `field.value`.
    pub(super) key: &'static str,
    pub(super) place: EscapeContext,
    pub(super) lines: Vec<Line>,
    pub(super) location: Location,
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) condition: Option<Condition>,
    pub(super) text: Text,
}

impl Template {
    pub(super) fn takes(&self, event: &Event) -> bool {
        self.on.is_empty() || self.on.matches(&event.event_type)
    }

    /// In the reader's language, else in the first of the file.
    pub(super) fn worded(&self, locale: Locale) -> Option<&LocalizedTemplate> {
        let speaks = |wanted: &str| self.looks.iter().find(|worded| worded.language.eq_ignore_ascii_case(wanted));
        speaks(locale.tag()).or_else(|| speaks(locale.language())).or_else(|| self.looks.first())
    }
}

impl TextTemplate {
    /// The text itself, where it holds no expression.
    pub(super) fn fixed(&self) -> Option<&str> {
        match self.lines.as_slice() {
            [Line { condition: None, text }] => text.fixed(),
            _ => None,
        }
    }
}

impl TextTemplate {
    /// The characters that it has whatever the data is: lines with a condition may be left out.
    pub(super) fn least(&self) -> usize {
        let sure = || self.lines.iter().filter(|line| line.condition.is_none()).map(|line| line.text.least());
        sure().sum::<usize>() + sure().count().saturating_sub(1)
    }
}
