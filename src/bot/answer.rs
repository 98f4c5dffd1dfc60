//! What a request is answered with: plain values, which `json` writes as Discord reads them.

pub(super) mod json;

use hookbell_model::message::{Embed, Message};

/// The answer to a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// A message of its own, for who asks alone.
    Private(Reply),
    /// A message of its own, for all in the channel.
    Public(Reply),
    /// In place of the message whose button or menu was used.
    Update(Reply),
    Choices(Vec<OptionChoice>),
    /// A form to fill in. Must be the first answer.
    Form(Form),
}

/// The form of an answer, known before the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerKind {
    Private,
    Public,
    Update,
    Choices,
    Form,
}

/// A form (a modal) with one text to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// Of the action that takes what was written.
    pub(super) custom_id: String,
    /// At most 45 characters; longer ones are cut, as is the label.
    pub(super) title: String,
    pub(super) label: String,
    /// What is there to begin with; at most 4000 characters.
    pub(super) text: String,
}

/// The name of the text of a [`Form`].
pub(super) const FORM_TEXT: &str = "text";
/// Discord's limit of the text of a form, in characters.
pub(super) const LONGEST_FORM_TEXT: usize = 4000;

/// A message with what can be pressed and chosen below it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Reply {
    /// Its link buttons come after the rows.
    pub(super) message: Message,
    /// At most five.
    pub(super) rows: Vec<Row>,
}

/// A row below a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// At most five.
    Buttons(Vec<ActionButton>),
    Select(SelectMenu),
}

/// A button that sends its custom id back when it is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ActionButton {
    /// At most 80 characters; longer ones are cut.
    pub(super) label: String,
    /// 1 to 100 characters, unique in the message.
    pub(super) custom_id: String,
    pub(super) style: ButtonStyle,
    pub(super) enabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ButtonStyle {
    /// The one that most will press.
    Primary,
    Secondary,
}

/// A menu to choose one value of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SelectMenu {
    pub(super) custom_id: String,
    /// What it says while nothing is chosen.
    pub(super) placeholder: String,
    /// 1 to 25, with different values.
    pub(super) options: Vec<SelectOption>,
}

/// Each text at most 100 characters; longer ones are cut, but for the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SelectOption {
    pub(super) label: String,
    pub(super) value: String,
    /// Empty = none.
    pub(super) description: String,
    /// A Unicode emoji; empty = none.
    pub(super) emoji: String,
}

/// A suggestion for an option; both at most 100 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OptionChoice {
    pub(super) name: String,
    pub(super) value: String,
}

impl Reply {
    /// Markdown alone. `text` is trusted: escape what comes from outside.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { message: Message { content: text.into(), ..Message::default() }, rows: Vec::new() }
    }

    pub(super) fn embed(embed: Embed) -> Self {
        Self { message: Message { embeds: vec![embed], ..Message::default() }, rows: Vec::new() }
    }

    /// With a row of buttons below, where there are any.
    #[must_use]
    pub(super) fn with_buttons(mut self, buttons: Vec<ActionButton>) -> Self {
        if !buttons.is_empty() {
            self.rows.push(Row::Buttons(buttons));
        }
        self
    }
}

impl ActionButton {
    pub(super) fn new(label: impl Into<String>, custom_id: String) -> Self {
        Self { label: label.into(), custom_id, style: ButtonStyle::Secondary, enabled: true }
    }

    #[must_use]
    pub(super) fn styled(self, style: ButtonStyle) -> Self {
        Self { style, ..self }
    }

    /// Cannot be pressed unless `enabled`.
    #[must_use]
    pub(super) fn enabled(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }
}

impl Answer {
    /// The message of the answer, if it is one.
    pub(super) fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Private(reply) | Self::Public(reply) | Self::Update(reply) => Some(reply),
            Self::Choices(_) | Self::Form(_) => None,
        }
    }
}
