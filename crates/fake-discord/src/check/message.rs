//! Message bodies: what a webhook may post and edit, and what an interaction may be answered with.

use serde_json::{Map, Value};

use super::component::{self, ComponentSender};
use super::embed;
use super::name;
use super::validator::{FieldPath, Validator};
use crate::flags;
use crate::limits;
use crate::message::UploadedFile;
use crate::response::{ApiResponse, empty_message};
use crate::snowflake::is_snowflake;

/// Which of Discord's request schemas a body must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageSchema {
    /// A webhook's POST.
    WebhookPost(WebhookComponents),
    /// A webhook's PATCH.
    WebhookEdit(WebhookComponents),
    /// A response to an interaction, or a follow-up.
    Response,
    /// The edit of such a message; `v2` when it has the flag IS_COMPONENTS_V2, which cannot be taken off.
    ResponseEdit { v2: bool },
    /// The bot's POST to a channel.
    BotPost,
    /// The bot's PATCH of its message there.
    BotEdit { v2: bool },
}

/// What becomes of the `components` of a webhook's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WebhookComponents {
    /// No application owns the webhook, and the request does not say `with_components`.
    Ignored,
    /// No application owns the webhook: buttons with links, and layout.
    NotInteractive,
    /// The webhook is an application's.
    All,
}

/// Validates a body and returns the keys that Discord ignores.
///
/// # Errors
/// Discord's response: the tree of errors, or that there is nothing to send.
pub(crate) fn check(
    body: &Map<String, Value>,
    schema: MessageSchema,
    files: &[UploadedFile],
) -> Result<Vec<String>, ApiResponse> {
    let mut validator = Validator::default();
    let root = FieldPath::root();
    validator.known(&root, body, keys(schema));
    let content = validator.text(&root, body, "content", limits::CONTENT).unwrap_or_default();
    let embeds = embed::check_all(&mut validator, body);
    mentions(&mut validator, body);
    let flags = flags(&mut validator, body, schema);
    let kept = matches!(schema, MessageSchema::ResponseEdit { v2: true } | MessageSchema::BotEdit { v2: true });
    let v2 = kept || flags & flags::COMPONENTS_V2 != 0;
    let components = match sender(schema) {
        Some(sender) => component::check_all(&mut validator, body, sender, v2)?,
        None => 0,
    };
    let poll = poll(&mut validator, body);
    let attachments = validator.list(&root, body, "attachments", limits::ATTACHMENTS).len().max(files.len());
    described(&mut validator, body, files, creates(schema));
    if matches!(schema, MessageSchema::WebhookPost(_)) {
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
    let bare = content.is_empty() && embeds + components + attachments == 0 && !poll;
    if creates(schema) && bare { Err(empty_message()) } else { Ok(validator.ignored) }
}

fn creates(schema: MessageSchema) -> bool {
    matches!(schema, MessageSchema::WebhookPost(_) | MessageSchema::Response | MessageSchema::BotPost)
}

/// Each of the `attachments` of a new message describes a file that comes with it; an edit names those to keep, too.
fn described(validator: &mut Validator, body: &Map<String, Value>, files: &[UploadedFile], new: bool) {
    let root = FieldPath::root();
    for (index, attachment) in validator.list(&root, body, "attachments", usize::MAX).iter().enumerate() {
        let path = root.at("attachments").at(index);
        let Some(attachment) = validator.object(&path, attachment) else { continue };
        validator.text(&path, attachment, "filename", limits::FILENAME);
        validator.text(&path, attachment, "description", limits::MEDIA_DESCRIPTION);
        let id = attachment.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        match id {
            None => validator.required(&path.at("id")),
            Some(id) if new && !files.iter().any(|file| file.id == id) => {
                let message = format!("There is no file with the id {id}");
                validator.error(&path.at("id"), "ATTACHMENT_NOT_FOUND", message);
            }
            Some(_) => {}
        }
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Who sends the components; `None` when they are not read.
fn sender(schema: MessageSchema) -> Option<ComponentSender> {
    match schema {
        MessageSchema::WebhookPost(components) | MessageSchema::WebhookEdit(components) => match components {
            WebhookComponents::Ignored => None,
            WebhookComponents::NotInteractive => Some(ComponentSender::Webhook),
            WebhookComponents::All => Some(ComponentSender::Application),
        },
        _ => Some(ComponentSender::Application),
    }
}

fn keys(schema: MessageSchema) -> &'static [&'static str] {
    match schema {
        MessageSchema::WebhookPost(_) => &[
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
        MessageSchema::BotPost => &[
            "content",
            "nonce",
            "tts",
            "embeds",
            "allowed_mentions",
            "message_reference",
            "components",
            "sticker_ids",
            "attachments",
            "flags",
            "enforce_nonce",
            "poll",
            "payload_json",
        ],
        MessageSchema::WebhookEdit(_) | MessageSchema::ResponseEdit { .. } | MessageSchema::BotEdit { .. } => {
            &["content", "embeds", "flags", "allowed_mentions", "components", "attachments", "poll", "payload_json"]
        }
    }
}

fn flags(validator: &mut Validator, body: &Map<String, Value>, schema: MessageSchema) -> i64 {
    let flags = validator.integer(&FieldPath::root(), body, "flags", (0, i64::from(i32::MAX))).unwrap_or(0);
    let mut allowed = flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::COMPONENTS_V2;
    if matches!(schema, MessageSchema::Response | MessageSchema::ResponseEdit { .. }) {
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
        name::check(validator, &root.at("username"), &name);
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
