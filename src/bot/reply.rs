//! What a command replies: plain values, and the JSON of an interaction response made from them.

use serde_json::{Value, json};

use hookbell_model::message::{Embed, Message};
use hookbell_template::fit;

/// Message flag: only the person who asked sees it.
const EPHEMERAL: u32 = 1 << 6;
/// Types of interaction responses, by Discord's numbers.
const NEW_MESSAGE: u8 = 4;
const DEFERRED_NEW_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const UPDATE_MESSAGE: u8 = 7;
const AUTOCOMPLETE_RESULT: u8 = 8;
/// Parts of a message that are sent empty to clear them.
const CLEARABLE: [&str; 3] = ["content", "embeds", "components"];

/// A reply that only the person who asked sees.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct CommandReply {
    pub(super) message: Message,
    /// In one row before the message's own components; at most five.
    pub(super) actions: Vec<ActionButton>,
}

/// A button that sends its custom id back when it is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ActionButton {
    pub(super) label: String,
    /// 1 to 100 characters, unique in the message.
    pub(super) custom_id: String,
    pub(super) enabled: bool,
}

/// A suggestion for an option; both at most 100 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OptionChoice {
    pub(super) name: String,
    pub(super) value: String,
}

impl CommandReply {
    /// Markdown alone. `text` is trusted: escape what comes from outside.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let message = Message { content: text.into(), ..Message::default() };
        Self { message, actions: Vec::new() }
    }

    pub(super) fn embed(embed: Embed) -> Self {
        let message = Message { embeds: vec![embed], ..Message::default() };
        Self { message, actions: Vec::new() }
    }

    /// The response that posts this as a message of its own.
    pub(super) fn to_new_message(&self) -> Value {
        let mut data = self.body();
        // Empty parts clear those of an earlier message; a new one has nothing to clear.
        if let Some(data) = data.as_object_mut() {
            data.retain(|key, value| {
                !CLEARABLE.contains(&key.as_str()) || (*value != json!("") && *value != json!([]))
            });
        }
        data["flags"] = json!(EPHEMERAL);
        json!({ "type": NEW_MESSAGE, "data": data })
    }

    /// The response that replaces the message whose button was pressed.
    pub(super) fn to_update(&self) -> Value {
        json!({ "type": UPDATE_MESSAGE, "data": self.body() })
    }

    /// The message itself, cut to every limit. In an edit it replaces the earlier message as a whole.
    pub(super) fn body(&self) -> Value {
        let mut message = self.message.clone();
        for cut in fit::fit_message(&mut message) {
            tracing::debug!(%cut, "a bot reply was cut to fit");
        }
        let mut body = message.to_patch();
        if !self.actions.is_empty() {
            let actions: Vec<Value> = self.actions.iter().map(ActionButton::to_json).collect();
            let row = json!({ "type": 1, "components": actions });
            if let Some(rows) = body["components"].as_array_mut() {
                rows.insert(0, row);
            }
        }
        body
    }
}

impl ActionButton {
    fn to_json(&self) -> Value {
        let mut button = json!({ "type": 2, "style": 2, "label": self.label, "custom_id": self.custom_id });
        if !self.enabled {
            button["disabled"] = json!(true);
        }
        button
    }
}

/// "Thinking…" instead of a reply, which follows as an edit.
pub(super) fn deferred(is_button: bool) -> Value {
    if is_button {
        json!({ "type": DEFERRED_UPDATE })
    } else {
        json!({ "type": DEFERRED_NEW_MESSAGE, "data": { "flags": EPHEMERAL } })
    }
}

/// The response to a request for suggestions.
pub(super) fn choices(choices: &[OptionChoice]) -> Value {
    let choices: Vec<Value> =
        choices.iter().map(|choice| json!({ "name": choice.name, "value": choice.value })).collect();
    json!({ "type": AUTOCOMPLETE_RESULT, "data": { "choices": choices } })
}
