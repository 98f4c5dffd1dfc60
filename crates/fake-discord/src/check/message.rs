//! Message bodies: what a webhook may post and edit, and what an interaction may be answered with.

use serde_json::{Map, Value};

use super::component::{self, Maker};
use super::{Form, Path, embed, is_snowflake};
use crate::answer::{Answer, empty_message};
use crate::numbers as n;

/// What kind of message is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A webhook's POST. `components` are read only with `with_components`.
    WebhookPost { with_components: bool },
    /// A webhook's PATCH.
    WebhookEdit { with_components: bool },
    /// An interaction's answer or follow-up.
    Reply,
    /// The edit of such an answer.
    ReplyEdit,
}

/// Judges a body.
///
/// # Errors
/// Discord's answer: the tree of faults, or that there is nothing to send.
pub(crate) fn check(body: &Map<String, Value>, kind: Kind, files: usize) -> Result<Vec<String>, Answer> {
    let mut form = Form::default();
    let root = Path::root();
    form.known(&root, body, keys(kind));
    let content = form.text(&root, body, "content", n::CONTENT).unwrap_or_default();
    let embeds = embed::check_all(&mut form, body);
    mentions(&mut form, body);
    let flags = flags(&mut form, body, kind);
    let v2 = flags & n::COMPONENTS_V2 != 0;
    let components = if reads_components(kind) { component::check_all(&mut form, body, maker(kind), v2)? } else { 0 };
    let poll = poll(&mut form, body);
    let attachments = form.list(&root, body, "attachments", n::ATTACHMENTS).len().max(files);
    if matches!(kind, Kind::WebhookPost { .. }) {
        post_only(&mut form, body);
    }
    if v2 {
        for key in ["content", "embeds", "poll"] {
            if body.get(key).is_some_and(|value| !is_blank(value)) {
                let message =
                    "The `content`, `embeds` and `poll` fields cannot be used when using MessageFlags.IS_COMPONENTS_V2";
                form.fault(&root.at(key), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
            }
        }
    }
    form.verdict()?;
    let creates = matches!(kind, Kind::WebhookPost { .. } | Kind::Reply);
    if creates && content.is_empty() && embeds + components + attachments == 0 && !poll {
        return Err(empty_message());
    }
    Ok(form.ignored)
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn reads_components(kind: Kind) -> bool {
    match kind {
        Kind::WebhookPost { with_components } | Kind::WebhookEdit { with_components } => with_components,
        Kind::Reply | Kind::ReplyEdit => true,
    }
}

fn maker(kind: Kind) -> Maker {
    match kind {
        Kind::WebhookPost { .. } | Kind::WebhookEdit { .. } => Maker::Webhook,
        Kind::Reply | Kind::ReplyEdit => Maker::Application,
    }
}

fn keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::WebhookPost { .. } => &[
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
        Kind::Reply => &["content", "tts", "embeds", "allowed_mentions", "components", "attachments", "flags", "poll"],
        Kind::WebhookEdit { .. } | Kind::ReplyEdit => {
            &["content", "embeds", "flags", "allowed_mentions", "components", "attachments", "poll", "payload_json"]
        }
    }
}

fn flags(form: &mut Form, body: &Map<String, Value>, kind: Kind) -> i64 {
    let flags = form.integer(&Path::root(), body, "flags", (0, i64::from(i32::MAX))).unwrap_or(0);
    let mut allowed = n::SUPPRESS_EMBEDS | n::SUPPRESS_NOTIFICATIONS | n::COMPONENTS_V2;
    if matches!(kind, Kind::Reply | Kind::ReplyEdit) {
        allowed |= n::EPHEMERAL;
    }
    if flags & !allowed != 0 {
        form.fault(&Path::root().at("flags"), "BITFIELD_TYPE_INVALID", "These flags cannot be set here.");
    }
    flags
}

fn post_only(form: &mut Form, body: &Map<String, Value>) {
    let root = Path::root();
    form.boolean(&root, body, "tts");
    form.url(&root, body, "avatar_url", (n::AVATAR_URL, &["http", "https"]));
    form.text(&root, body, "thread_name", n::THREAD_NAME);
    for (index, tag) in form.list(&root, body, "applied_tags", n::APPLIED_TAGS).iter().enumerate() {
        snowflake(form, &root.at("applied_tags").at(index), tag);
    }
    if let Some(name) = form.between(&root, body, "username", (1, n::USERNAME)) {
        username(form, &name);
    }
}

/// Names no webhook may bear. [D resources/webhook "Create Webhook", resources/user; seen on the override]
fn username(form: &mut Form, name: &str) {
    let path = Path::root().at("username");
    let lower = name.to_lowercase();
    for word in ["clyde", "discord", "@", "#", ":", "```"] {
        if lower.contains(word) {
            form.fault(&path, "USERNAME_INVALID_CONTAINS", format!("Username cannot contain \"{word}\""));
        }
    }
    if ["everyone", "here"].contains(&lower.as_str()) {
        form.fault(&path, "USERNAME_INVALID_EXACT", format!("Username cannot be \"{lower}\""));
    }
}

fn snowflake(form: &mut Form, path: &Path, value: &Value) {
    if !is_snowflake(value) {
        form.fault(path, "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not snowflake."));
    }
}

fn mentions(form: &mut Form, body: &Map<String, Value>) {
    let root = Path::root();
    let Some(allowed) = form.inner(&root, body, "allowed_mentions") else { return };
    let path = root.at("allowed_mentions");
    form.known(&path, allowed, &["parse", "roles", "users", "replied_user"]);
    form.boolean(&path, allowed, "replied_user");
    let parse = form.list(&path, allowed, "parse", usize::MAX);
    for (index, kind) in parse.iter().enumerate() {
        if !["users", "roles", "everyone"].contains(&kind.as_str().unwrap_or_default()) {
            let message = "Value must be one of ('users', 'roles', 'everyone').";
            form.fault(&path.at("parse").at(index), "BASE_TYPE_CHOICES", message);
        }
    }
    for key in ["roles", "users"] {
        let ids = form.list(&path, allowed, key, n::MENTION_IDS);
        for (index, id) in ids.iter().enumerate() {
            snowflake(form, &path.at(key).at(index), id);
        }
        if !ids.is_empty() && parse.iter().any(|kind| kind == key) {
            let message = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
            form.fault(&path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
}

fn poll(form: &mut Form, body: &Map<String, Value>) -> bool {
    let root = Path::root();
    let Some(poll) = form.inner(&root, body, "poll") else { return false };
    let path = root.at("poll");
    form.known(&path, poll, &["question", "answers", "duration", "allow_multiselect", "layout_type"]);
    match form.inner(&path, poll, "question") {
        Some(question) => {
            form.needed(&path.at("question"), question, "text", n::POLL_QUESTION);
        }
        None => form.required(&path.at("question")),
    }
    form.integer(&path, poll, "duration", (1, n::POLL_HOURS));
    form.integer(&path, poll, "layout_type", (1, 1));
    form.boolean(&path, poll, "allow_multiselect");
    let answers = form.list(&path, poll, "answers", n::POLL_ANSWERS);
    let path = path.at("answers");
    if answers.is_empty() {
        form.required(&path);
    }
    for (index, answer) in answers.iter().enumerate() {
        let path = path.at(index);
        let Some(answer) = form.object(&path, answer) else { continue };
        match form.inner(&path, answer, "poll_media") {
            Some(media) => drop(form.needed(&path.at("poll_media"), media, "text", n::POLL_ANSWER)),
            None => form.required(&path.at("poll_media")),
        }
    }
    true
}
