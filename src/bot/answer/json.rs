//! Answers as Discord reads them.

use serde_json::{Value, json};

use super::{
    ActionButton, Answer, AnswerKind, ButtonStyle, FORM_TEXT, Form, LONGEST_FORM_TEXT, OptionChoice, Reply, Row,
    SelectMenu, SelectOption,
};
use crate::bot::text::cut;
use hookbell_model::message::{Attachment, limit};
use hookbell_template::fit;

/// Message flag: only the person who asked sees it.
const EPHEMERAL: u32 = 1 << 6;
/// Types of interaction responses, by Discord's numbers.
const NEW_MESSAGE: u8 = 4;
const DEFERRED_NEW_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const UPDATE_MESSAGE: u8 = 7;
const AUTOCOMPLETE_RESULT: u8 = 8;
const MODAL: u8 = 9;
/// Types of components.
const ACTION_ROW: u8 = 1;
const BUTTON: u8 = 2;
const SELECT: u8 = 3;
const TEXT_INPUT: u8 = 4;
/// The style of a text input with several lines.
const PARAGRAPH: u8 = 2;
/// Of a form's title and of a label.
const FORM_TITLE: usize = 45;
/// Parts of a message that are sent empty to clear them.
const CLEARABLE: [&str; 3] = ["content", "embeds", "components"];
const SELECT_TEXT: usize = 100;
const PLACEHOLDER: usize = 150;
const MOST_CHOICES: usize = 25;

impl Answer {
    /// The first response to the interaction.
    pub(in crate::bot) fn callback(&self) -> Value {
        match self {
            Self::Private(reply) => new_message(reply, true),
            Self::Public(reply) => new_message(reply, false),
            Self::Update(reply) => json!({ "type": UPDATE_MESSAGE, "data": reply.body() }),
            Self::Choices(found) => choices(found),
            Self::Form(form) => form.callback(),
        }
    }

    /// The files that go with it.
    pub(in crate::bot) fn files(&self) -> &[Attachment] {
        self.reply().map_or(&[], |reply| &reply.message.files)
    }
}

/// "Thinking…" instead of an answer, which follows as an edit. `None` where there can be none.
pub(in crate::bot) fn deferred(kind: AnswerKind) -> Option<Value> {
    match kind {
        AnswerKind::Private => Some(json!({ "type": DEFERRED_NEW_MESSAGE, "data": { "flags": EPHEMERAL } })),
        AnswerKind::Public => Some(json!({ "type": DEFERRED_NEW_MESSAGE })),
        AnswerKind::Update => Some(json!({ "type": DEFERRED_UPDATE })),
        AnswerKind::Choices | AnswerKind::Form => None,
    }
}

/// The response to a request for suggestions.
pub(in crate::bot) fn choices(choices: &[OptionChoice]) -> Value {
    let choices: Vec<Value> = choices
        .iter()
        .take(MOST_CHOICES)
        .map(|choice| json!({ "name": cut(&choice.name, SELECT_TEXT), "value": choice.value }))
        .collect();
    json!({ "type": AUTOCOMPLETE_RESULT, "data": { "choices": choices } })
}

fn new_message(reply: &Reply, is_private: bool) -> Value {
    json!({ "type": NEW_MESSAGE, "data": reply.new_body(is_private) })
}

impl Form {
    /// Rows of one text input, which serenity can read when they come back: it loses the values of labels.
    fn callback(&self) -> Value {
        let input = json!({
            "type": TEXT_INPUT, "custom_id": FORM_TEXT, "style": PARAGRAPH, "label": cut(&self.label, FORM_TITLE),
            "value": cut(&self.text, LONGEST_FORM_TEXT), "max_length": LONGEST_FORM_TEXT, "required": true,
        });
        let rows = json!([{ "type": ACTION_ROW, "components": [input] }]);
        let title = cut(&self.title, FORM_TITLE);
        json!({ "type": MODAL, "data": { "custom_id": self.custom_id, "title": title, "components": rows } })
    }
}

impl Reply {
    /// As a message of its own.
    pub(in crate::bot) fn new_body(&self, is_private: bool) -> Value {
        let mut data = self.body();
        // Empty parts clear those of an earlier message; a new one has nothing to clear.
        if let Some(data) = data.as_object_mut() {
            data.retain(|key, value| {
                !CLEARABLE.contains(&key.as_str()) || (*value != json!("") && *value != json!([]))
            });
        }
        if is_private {
            data["flags"] = json!(EPHEMERAL);
        }
        data
    }

    /// The message itself, cut to every limit. In an edit it replaces the earlier message as a whole.
    pub(in crate::bot) fn body(&self) -> Value {
        let mut message = self.message.clone();
        for cut in fit::fit_message(&mut message) {
            tracing::debug!(%cut, "a bot reply was cut to fit");
        }
        // What is fitted may come from outside, and names no files; a reply shows its own.
        for (embed, own) in message.embeds.iter_mut().zip(&self.message.embeds) {
            let is_own = |file: &Attachment| own.image == format!("attachment://{}", file.filename);
            if self.message.files.iter().any(is_own) {
                embed.image.clone_from(&own.image);
            }
        }
        let mut body = message.to_patch();
        if let Some(rows) = body["components"].as_array_mut() {
            let own: Vec<Value> = self.rows.iter().map(Row::to_json).collect();
            rows.splice(0..0, own);
            rows.truncate(limit::ROWS);
        }
        if !self.message.files.is_empty() {
            let list = self.message.files.iter().enumerate();
            body["attachments"] = list
                .map(|(id, file)| {
                    let description = cut(&file.description, limit::ALT_TEXT);
                    json!({ "id": id.to_string(), "filename": file.filename, "description": description })
                })
                .collect();
        }
        body
    }
}

impl Row {
    fn to_json(&self) -> Value {
        let components: Vec<Value> = match self {
            Self::Buttons(buttons) => buttons.iter().take(limit::BUTTONS_A_ROW).map(ActionButton::to_json).collect(),
            Self::Select(menu) => vec![menu.to_json()],
        };
        json!({ "type": ACTION_ROW, "components": components })
    }
}

impl ActionButton {
    fn to_json(&self) -> Value {
        let style = match self.style {
            ButtonStyle::Primary => 1,
            ButtonStyle::Secondary => 2,
        };
        let label = cut(&self.label, limit::BUTTON_LABEL);
        let mut button = json!({ "type": BUTTON, "style": style, "label": label, "custom_id": self.custom_id });
        if !self.enabled {
            button["disabled"] = json!(true);
        }
        button
    }
}

impl SelectMenu {
    fn to_json(&self) -> Value {
        let options: Vec<Value> = self.options.iter().take(MOST_CHOICES).map(SelectOption::to_json).collect();
        json!({
            "type": SELECT, "custom_id": self.custom_id, "placeholder": cut(&self.placeholder, PLACEHOLDER),
            "options": options,
        })
    }
}

impl SelectOption {
    fn to_json(&self) -> Value {
        let mut option = json!({ "label": cut(&self.label, SELECT_TEXT), "value": self.value });
        if !self.description.is_empty() {
            option["description"] = json!(cut(&self.description, SELECT_TEXT));
        }
        if !self.emoji.is_empty() {
            option["emoji"] = json!({ "name": self.emoji });
        }
        option
    }
}
