//! A checked message template: its conditions and its contents.

use std::sync::Arc;

use minijinja::Value;

use super::each::Each;
use super::live::LiveTemplate;
use super::raw_body::RawBody;
use super::summary::Outline;
use super::text_template::TextTemplate;
use super::theme::Theme;
use super::vars::{RequiredVars, Vars};
use crate::expression::Condition;
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
    /// Those of its texts, and those that it remembers.
    pub(super) needs: RequiredVars,
    /// Those of its keys.
    pub(super) key_needs: RequiredVars,
    /// The places of the vars that keep their last known value.
    pub(super) remember: Vec<usize>,
    pub(super) theme: Arc<Theme>,
    /// One for each language of the file; never empty.
    pub(super) localized: Vec<LocalizedTemplate>,
    /// The message it extends, which is used when nothing of this one can be shown.
    pub(super) base: Option<usize>,
    pub(super) location: Location,
    pub(super) outline: Outline,
}

/// A message in one language.
#[derive(Debug)]
pub(super) struct LocalizedTemplate {
    /// Empty where the file has no `[text]` tables.
    pub(super) language: String,
    /// What `text` is in expressions.
    pub(super) texts: Option<Value>,
    pub(super) message: MessageTemplate,
}

#[derive(Debug, Default)]
pub(super) struct MessageTemplate {
    /// Those of the message itself, by key.
    pub(super) texts: Vec<TextTemplate>,
    pub(super) live: LiveTemplate,
    pub(super) silent: bool,
    pub(super) tags: Vec<TextTemplate>,
    /// The first is made of the message's own keys.
    pub(super) embeds: Vec<EmbedTemplate>,
    pub(super) buttons: Vec<ButtonTemplate>,
    /// Replaces content, embeds and buttons.
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
    /// With it there is a field for each item.
    pub(super) each: Option<Each>,
    pub(super) condition: Option<Condition>,
    pub(super) name: TextTemplate,
    pub(super) content: FieldContent,
    pub(super) inline: bool,
    pub(super) fit: Fit,
}

#[derive(Debug)]
pub(super) enum FieldContent {
    Value(TextTemplate),
    /// A line per item of a list, then `more` with `rest`.
    Lines {
        each: Each,
        line: TextTemplate,
        more: TextTemplate,
    },
}

#[derive(Debug)]
pub(super) struct ButtonTemplate {
    pub(super) condition: Option<Condition>,
    pub(super) label: TextTemplate,
    pub(super) url: TextTemplate,
}

impl Template {
    pub(super) fn takes(&self, event: &Event) -> bool {
        self.on.is_empty() || self.on.matches(&event.event_type)
    }

    /// In the reader's language, else in the first of the file.
    pub(super) fn localized_for(&self, locale: Locale) -> Option<&LocalizedTemplate> {
        let in_language =
            |tag: &str| self.localized.iter().find(|localized| localized.language.eq_ignore_ascii_case(tag));
        in_language(locale.tag()).or_else(|| in_language(locale.language())).or_else(|| self.localized.first())
    }
}
