//! What a command answers: plain values, made into the JSON of an interaction response here and nowhere else.

use serde_json::{Value, json};

use hookbell_model::message::{Embed, Message};
use hookbell_template::fit;

const EPHEMERAL: u32 = 1 << 6;

/// An answer for the one who asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reply {
    pub message: Message,
    /// At most five.
    pub pages: Vec<PageButton>,
}

/// A button that asks for another page. Its id holds all that is needed, since nothing is remembered here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageButton {
    pub label: String,
    /// 1 to 100 characters, unique in the message.
    pub custom_id: String,
    pub enabled: bool,
}

/// A suggestion while typing; both at most 100 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub value: String,
}

impl Reply {
    /// Words only. `text` is trusted: escape what comes from outside.
    pub fn text(text: impl Into<String>) -> Self {
        let message = Message { content: text.into(), ..Message::default() };
        Self { message, pages: Vec::new() }
    }

    pub fn embed(embed: Embed) -> Self {
        let message = Message { embeds: vec![embed], ..Message::default() };
        Self { message, pages: Vec::new() }
    }

    /// The response that posts this, seen by the asker alone.
    pub fn to_post(&self) -> Value {
        let mut data = self.body();
        data["flags"] = json!(EPHEMERAL);
        json!({ "type": 4, "data": data })
    }

    /// The response that replaces the message whose button was pressed.
    pub fn to_update(&self) -> Value {
        json!({ "type": 7, "data": self.body() })
    }

    /// The message itself, fitted into every limit: what was there before is replaced as a whole.
    pub fn body(&self) -> Value {
        let mut message = self.message.clone();
        for cut in fit::fit_message(&mut message) {
            tracing::debug!(%cut, "a bot reply was cut to fit");
        }
        let mut body = message.to_patch();
        if !self.pages.is_empty() {
            let pages: Vec<Value> = self.pages.iter().map(PageButton::to_json).collect();
            let row = json!({ "type": 1, "components": pages });
            if let Some(rows) = body["components"].as_array_mut() {
                rows.insert(0, row);
            }
        }
        body
    }
}

impl PageButton {
    fn to_json(&self) -> Value {
        let mut button = json!({ "type": 2, "style": 2, "label": self.label, "custom_id": self.custom_id });
        if !self.enabled {
            button["disabled"] = json!(true);
        }
        button
    }
}

/// "Thinking…", for a command (seen by the asker alone) or for a button.
pub fn deferral(is_button: bool) -> Value {
    if is_button { json!({ "type": 6 }) } else { json!({ "type": 5, "data": { "flags": EPHEMERAL } }) }
}

/// The response to typing.
pub fn choices(choices: &[Choice]) -> Value {
    let choices: Vec<Value> =
        choices.iter().map(|choice| json!({ "name": choice.name, "value": choice.value })).collect();
    json!({ "type": 8, "data": { "choices": choices } })
}
