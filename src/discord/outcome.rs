//! What each answer means for the delivery: one table over every status and error code that Discord
//! documents, and over answers of servers in between. When to send again is decided elsewhere.

use std::time::Duration;

use http::{HeaderMap, Method};
use serde_json::Value;

use super::limits;
use super::response::{Outcome, RateLimitScope, ReceivedBody};
use hookbell_model::delivery::{MessageRef, Misplacement};
use hookbell_model::webhook_error::{Remark, WebhookError};

/// For a 429 that does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);
/// For a ban that does not say how long.
const DEFAULT_BAN: Duration = Duration::from_secs(3600);
const LONGEST_MESSAGE: usize = 200;
const MOST_LEAVES: usize = 5;

/// The body of an answer that is no success, as far as it is JSON.
#[derive(Debug, Default)]
struct ErrorBody {
    /// Discord's error code; its absence means that another server answered.
    code: Option<i64>,
    message: String,
    /// The leaves of `errors`, as `embeds[0].title: Must be 256 or fewer in length`.
    leaves: Vec<String>,
    retry_after: Option<f64>,
    global: bool,
}

/// The table. The method matters where an answer may hide a message that was posted all the same; whether a thread
/// was named that the webhook's URL does not, where that one may be gone alone.
pub(super) fn read(how: (&Method, bool), status: u16, headers: &HeaderMap, body: ReceivedBody<'_>) -> Outcome {
    let (method, in_thread) = how;
    let answer = ErrorBody::read(body.bytes);
    let error = answer.error(status);
    let (edit, post) = (*method == Method::PATCH, *method == Method::POST);
    let misplaced = |misplacement| Outcome::Misplaced { misplacement, error: error.clone() };
    match (status, answer.code) {
        (204, _) => Outcome::Done(None),
        (200..=299, _) => done(method, status, body),
        (300..=399, _) => Outcome::Retry { error: error.with(Remark::Redirect) },

        (429, _) => limited(headers, body, &answer, error),
        (403, None) => banned(headers, &answer, error.with(Remark::AddressBlocked)),
        (403, Some(0)) if answer.mentions_a_block() => banned(headers, &answer, error),

        // Overloaded; then all of Discord's own faults. A POST may have gone through: the risk is taken, since
        // almost none of them has.
        (_, Some(130_000)) => Outcome::Retry { error },
        (_, Some(50_027)) => Outcome::WebhookDead { error },
        (500..=599, _) => Outcome::Retry { error },

        // The message to edit is gone, or was another webhook's, or its thread is archived or locked.
        (_, Some(10_008 | 50_005 | 50_083 | 160_005)) if edit => Outcome::MessageGone { error },
        (404, Some(10_003)) if edit => Outcome::MessageGone { error },

        // The thread is gone, or locked: an archived one opens by itself.
        (404, Some(10_003 | 10_008)) if post && in_thread => misplaced(Misplacement::ThreadGone),
        (_, Some(50_083 | 160_005)) if post && in_thread => misplaced(Misplacement::ThreadGone),
        // Forums require a title, other channels refuse one; tags.
        (400, Some(220_001)) if post => misplaced(Misplacement::NeedsTitle),
        (400, Some(220_003)) if post => misplaced(Misplacement::NoForum),
        (400, Some(40_067)) if post => misplaced(Misplacement::NeedsTag),
        (_, Some(10_087)) if post => misplaced(Misplacement::UnknownTag),
        (400, Some(50_035)) if post && answer.blames_tags() => misplaced(Misplacement::UnknownTag),

        // AutoMod and the link filter; an archived or locked thread; too large.
        (_, Some(200_000 | 200_001 | 240_000)) => Outcome::Refused { error },
        (_, Some(50_083 | 160_005)) => Outcome::Refused { error },
        (413, _) | (_, Some(40_005 | 50_045)) => Outcome::Refused { error },

        // Unknown webhook, bad token, no access: whatever the code, this webhook is of no more use.
        (401 | 403 | 404, Some(_)) => Outcome::WebhookDead { error },

        // The wrong kind of channel, thread or tag.
        (400, Some(220_001..=220_004 | 40_067 | 50_024 | 50_008 | 40_058)) => {
            Outcome::Refused { error: error.with(Remark::WrongChannel) }
        }
        // An empty message, an invalid form body, and whatever else is wrong with the message.
        (400..=499, Some(_)) => Outcome::Refused { error },

        // A server between us and Discord answered.
        _ => Outcome::Retry { error: error.with(Remark::NotFromDiscord) },
    }
}

/// No answer came. Before the request was written nothing can have been posted; afterwards it is unknown.
pub(super) fn no_answer(method: &Method, before_sending: bool, cause: &str) -> Outcome {
    if before_sending {
        return Outcome::Retry { error: WebhookError::without_answer(format!("cannot connect: {cause}")) };
    }
    let cause = format!("the connection failed after the request was sent: {cause}");
    lost(method, WebhookError::without_answer(cause))
}

fn lost(method: &Method, error: WebhookError) -> Outcome {
    // Edits and look-ups may be repeated without harm.
    if *method == Method::POST { Outcome::Lost { error } } else { Outcome::Retry { error } }
}

fn done(method: &Method, status: u16, body: ReceivedBody<'_>) -> Outcome {
    let begins_with = |mark: u8| body.bytes.trim_ascii_start().first() == Some(&mark);
    // Too long to be read, yet a success: a repetition would have the same result. An HTML page is no success, though.
    if body.cut && !begins_with(b'<') {
        return Outcome::Done(None);
    }
    let answer: Value = serde_json::from_slice(body.bytes).unwrap_or_default();
    match id(&answer, "id") {
        Some(found) => {
            Outcome::Done(Some(MessageRef { id: found, channel: id(&answer, "channel_id").unwrap_or_default() }))
        }
        None => {
            let is_empty = body.bytes.trim_ascii().is_empty();
            let remark = if is_empty { Remark::EmptySuccess } else { Remark::OtherSuccess };
            lost(method, WebhookError { status: Some(status), ..WebhookError::default() }.with(remark))
        }
    }
}

/// The id under a key, as text or (from a stand-in) as a number. Ids go into URLs later, so only
/// ASCII letters and digits are accepted.
pub(super) fn id(answer: &Value, key: &str) -> Option<String> {
    let id = match answer.get(key)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    ((1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(id)
}

fn limited(headers: &HeaderMap, body: ReceivedBody<'_>, answer: &ErrorBody, error: WebhookError) -> Outcome {
    let page = answer.code.is_none() && answer.retry_after.is_none() && !body.bytes.trim_ascii().is_empty();
    let bare = matches!(answer.code, Some(0 | 1015)) && answer.retry_after.is_none();
    if !limits::named(headers) && (page || bare || answer.mentions_a_block()) {
        return banned(headers, answer, error);
    }
    let scope = match limits::text(headers, "x-ratelimit-scope").unwrap_or_default() {
        _ if answer.global || limits::text(headers, "x-ratelimit-global") == Some("true") => RateLimitScope::Global,
        "global" => RateLimitScope::Global,
        "shared" => RateLimitScope::Shared,
        _ => RateLimitScope::Webhook,
    };
    Outcome::Wait { after: limits::retry_after(headers, answer.retry_after).unwrap_or(DEFAULT_WAIT), scope, error }
}

fn banned(headers: &HeaderMap, answer: &ErrorBody, error: WebhookError) -> Outcome {
    Outcome::Banned { after: limits::retry_after(headers, answer.retry_after).unwrap_or(DEFAULT_BAN), error }
}

impl ErrorBody {
    fn read(bytes: &[u8]) -> Self {
        let Ok(Value::Object(body)) = serde_json::from_slice(bytes) else { return Self::default() };
        let mut leaves = Vec::new();
        if let Some(errors) = body.get("errors") {
            gather(errors, "", &mut leaves);
        }
        Self {
            code: body.get("code").and_then(Value::as_i64),
            message: short(body.get("message").and_then(Value::as_str).unwrap_or_default()),
            leaves,
            retry_after: body.get("retry_after").and_then(Value::as_f64),
            global: body.get("global").and_then(Value::as_bool).unwrap_or(false),
        }
    }

    fn mentions_a_block(&self) -> bool {
        self.message.to_lowercase().contains("blocked from accessing")
    }

    fn blames_tags(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.starts_with("applied_tags"))
    }

    fn error(&self, status: u16) -> WebhookError {
        let message = if self.leaves.is_empty() { self.message.clone() } else { self.leaves.join("; ") };
        WebhookError { status: Some(status), code: self.code, message, remark: None }
    }
}

/// Collects the leaves of Discord's tree of form errors. Its depth is bounded by the JSON reader's own limit.
fn gather(node: &Value, path: &str, leaves: &mut Vec<String>) {
    let Value::Object(children) = node else { return };
    for (key, child) in children {
        if leaves.len() >= MOST_LEAVES {
            return;
        }
        if key != "_errors" {
            gather(child, &below(path, key), leaves);
            continue;
        }
        let messages = child.as_array().into_iter().flatten().filter_map(|error| error.get("message")?.as_str());
        leaves.extend(messages.take(1).map(|message| short(&format!("{path}: {message}"))));
    }
}

fn below(path: &str, key: &str) -> String {
    match (path.is_empty(), key.bytes().all(|b| b.is_ascii_digit())) {
        (true, _) => key.to_owned(),
        (false, true) => format!("{path}[{key}]"),
        (false, false) => format!("{path}.{key}"),
    }
}

/// One line of bounded length: it goes into logs and reasons.
fn short(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests;
