//! Message bodies: what a webhook may post and edit, and what an interaction may be answered with.

use serde_json::{Map, Value};

use super::component::{self, ComponentSender};
use super::embed;
use super::validator::{FieldPath, Validator};
use crate::flags;
use crate::limits;
use crate::response::{ApiResponse, empty_message};
use crate::snowflake::is_snowflake;

/// Which of Discord's request schemas a body must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageSchema {
    /// A webhook's POST. `components` are read only with `with_components`.
    WebhookPost { with_components: bool },
    /// A webhook's PATCH.
    WebhookEdit { with_components: bool },
    /// A response to an interaction, or a follow-up.
    Response,
    /// The edit of such a message.
    ResponseEdit,
}

/// Validates a body and returns the keys that Discord ignores.
///
/// # Errors
/// Discord's response: the tree of errors, or that there is nothing to send.
pub(crate) fn check(
    body: &Map<String, Value>,
    schema: MessageSchema,
    files: usize,
) -> Result<Vec<String>, ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root();
    validator.known(&root, body, keys(schema));
    let content = validator.text(&root, body, "content", limits::CONTENT).unwrap_or_default();
    let embeds = embed::check_all(&mut validator, body);
    mentions(&mut validator, body);
    let flags = flags(&mut validator, body, schema);
    let v2 = flags & flags::COMPONENTS_V2 != 0;
    let components =
        if reads_components(schema) { component::check_all(&mut validator, body, sender(schema), v2)? } else { 0 };
    let poll = poll(&mut validator, body);
    let attachments = validator.list(&root, body, "attachments", limits::ATTACHMENTS).len().max(files);
    if matches!(schema, MessageSchema::WebhookPost { .. }) {
        webhook_post_fields(&mut validator, body);
    }
    if v2 {
        for key in ["content", "embeds", "poll"] {
            if body.get(key).is_some_and(|value| !is_blank(value)) {
                let message =
                    "The `content`, `embeds` and `poll` fields cannot be used when using MessageFlags.IS_COMPONENTS_V2";
                validator.error(&root.at(key), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
            }
        }
    }
    validator.result()?;
    let creates = matches!(schema, MessageSchema::WebhookPost { .. } | MessageSchema::Response);
    if creates && content.is_empty() && embeds + components + attachments == 0 && !poll {
        return Err(empty_message());
    }
    Ok(validator.ignored)
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn reads_components(schema: MessageSchema) -> bool {
    match schema {
        MessageSchema::WebhookPost { with_components } | MessageSchema::WebhookEdit { with_components } => {
            with_components
        }
        MessageSchema::Response | MessageSchema::ResponseEdit => true,
    }
}

fn sender(schema: MessageSchema) -> ComponentSender {
    match schema {
        MessageSchema::WebhookPost { .. } | MessageSchema::WebhookEdit { .. } => ComponentSender::Webhook,
        MessageSchema::Response | MessageSchema::ResponseEdit => ComponentSender::Application,
    }
}

fn keys(schema: MessageSchema) -> &'static [&'static str] {
    match schema {
        MessageSchema::WebhookPost { .. } => &[
            "content",
            "username",
            "avatar_url",
            "tts",
            "embeds",
            "allowed_mentions",
            "components",
            "attachments",
            "flags",
            "thread_name",
            "applied_tags",
            "poll",
            "payload_json",
        ],
        MessageSchema::Response => {
            &["content", "tts", "embeds", "allowed_mentions", "components", "attachments", "flags", "poll"]
        }
        MessageSchema::WebhookEdit { .. } | MessageSchema::ResponseEdit => {
            &["content", "embeds", "flags", "allowed_mentions", "components", "attachments", "poll", "payload_json"]
        }
    }
}

fn flags(validator: &mut Validator, body: &Map<String, Value>, schema: MessageSchema) -> i64 {
    let flags = validator.integer(&FieldPath::root(), body, "flags", (0, i64::from(i32::MAX))).unwrap_or(0);
    let mut allowed = flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::COMPONENTS_V2;
    if matches!(schema, MessageSchema::Response | MessageSchema::ResponseEdit) {
        allowed |= flags::EPHEMERAL;
    }
    if flags & !allowed != 0 {
        validator.error(&FieldPath::root().at("flags"), "BITFIELD_TYPE_INVALID", "These flags cannot be set here.");
    }
    flags
}

fn webhook_post_fields(validator: &mut Validator, body: &Map<String, Value>) {
    let root = FieldPath::root();
    validator.boolean(&root, body, "tts");
    validator.url(&root, body, "avatar_url", (limits::AVATAR_URL, &["http", "https"]));
    validator.text(&root, body, "thread_name", limits::THREAD_NAME);
    for (index, tag) in validator.list(&root, body, "applied_tags", limits::APPLIED_TAGS).iter().enumerate() {
        snowflake(validator, &root.at("applied_tags").at(index), tag);
    }
    if let Some(name) = validator.between(&root, body, "username", (1, limits::USERNAME)) {
        username(validator, &name);
    }
}

/// Names that a webhook must not have. [D resources/webhook "Create Webhook", resources/user; observed on the override]
fn username(validator: &mut Validator, name: &str) {
    let path = FieldPath::root().at("username");
    let lower = name.to_lowercase();
    for word in ["clyde", "discord", "@", "#", ":", "```"] {
        if lower.contains(word) {
            validator.error(&path, "USERNAME_INVALID_CONTAINS", format!("Username cannot contain \"{word}\""));
        }
    }
    if ["everyone", "here"].contains(&lower.as_str()) {
        validator.error(&path, "USERNAME_INVALID_EXACT", format!("Username cannot be \"{lower}\""));
    }
}

fn snowflake(validator: &mut Validator, path: &FieldPath, value: &Value) {
    if !is_snowflake(value) {
        validator.error(path, "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not snowflake."));
    }
}

fn mentions(validator: &mut Validator, body: &Map<String, Value>) {
    let root = FieldPath::root();
    let Some(allowed) = validator.inner(&root, body, "allowed_mentions") else { return };
    let path = root.at("allowed_mentions");
    validator.known(&path, allowed, &["parse", "roles", "users", "replied_user"]);
    validator.boolean(&path, allowed, "replied_user");
    let parse = validator.list(&path, allowed, "parse", usize::MAX);
    for (index, kind) in parse.iter().enumerate() {
        if !["users", "roles", "everyone"].contains(&kind.as_str().unwrap_or_default()) {
            let message = "Value must be one of ('users', 'roles', 'everyone').";
            validator.error(&path.at("parse").at(index), "BASE_TYPE_CHOICES", message);
        }
    }
    for key in ["roles", "users"] {
        let ids = validator.list(&path, allowed, key, limits::MENTION_IDS);
        for (index, id) in ids.iter().enumerate() {
            snowflake(validator, &path.at(key).at(index), id);
        }
        if !ids.is_empty() && parse.iter().any(|kind| kind == key) {
            let message = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
            validator.error(&path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
}

fn poll(validator: &mut Validator, body: &Map<String, Value>) -> bool {
    let root = FieldPath::root();
    let Some(poll) = validator.inner(&root, body, "poll") else { return false };
    let path = root.at("poll");
    validator.known(&path, poll, &["question", "answers", "duration", "allow_multiselect", "layout_type"]);
    match validator.inner(&path, poll, "question") {
        Some(question) => {
            validator.needed(&path.at("question"), question, "text", limits::POLL_QUESTION);
        }
        None => validator.required(&path.at("question")),
    }
    validator.integer(&path, poll, "duration", (1, limits::POLL_HOURS));
    validator.integer(&path, poll, "layout_type", (1, 1));
    validator.boolean(&path, poll, "allow_multiselect");
    let answers = validator.list(&path, poll, "answers", limits::POLL_ANSWERS);
    let path = path.at("answers");
    if answers.is_empty() {
        validator.required(&path);
    }
    for (index, answer) in answers.iter().enumerate() {
        let path = path.at(index);
        let Some(answer) = validator.object(&path, answer) else { continue };
        match validator.inner(&path, answer, "poll_media") {
            Some(media) => drop(validator.needed(&path.at("poll_media"), media, "text", limits::POLL_ANSWER)),
            None => validator.required(&path.at("poll_media")),
        }
    }
    true
}
