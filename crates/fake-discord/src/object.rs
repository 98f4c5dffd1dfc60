//! Makes the message object that Discord answers with, from a body that was found in order.

use serde_json::{Map, Value, json};

use super::numbers as n;
use super::state::Mentions;
use hookbell_model::timestamp::Timestamp;

/// What a message object needs beside its body.
pub(crate) struct Frame<'a> {
    pub(crate) id: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) author: Value,
    pub(crate) at: Timestamp,
    pub(crate) components: bool,
}

/// A new message object, and whom it pings.
pub(crate) fn create(body: &Map<String, Value>, frame: &Frame<'_>) -> (Value, Mentions) {
    let mut object = json!({
        "id": frame.id, "channel_id": frame.channel, "type": 0, "author": frame.author,
        "content": "", "embeds": [], "components": [], "attachments": [],
        "mentions": [], "mention_roles": [], "mention_everyone": false,
        "timestamp": discord_time(frame.at), "edited_timestamp": null,
        "pinned": false, "tts": body.get("tts").and_then(Value::as_bool).unwrap_or(false), "flags": 0,
    });
    let pinged = fill(&mut object, body, frame.components);
    (object, pinged)
}

/// Brings the fields of an edit into an object. What is absent stays, what is null is emptied.
pub(crate) fn edit(object: &mut Value, body: &Map<String, Value>, at: Timestamp, components: bool) -> Mentions {
    object["edited_timestamp"] = json!(discord_time(at));
    fill(object, body, components)
}

fn fill(object: &mut Value, body: &Map<String, Value>, components: bool) -> Mentions {
    if let Some(content) = body.get("content") {
        object["content"] = json!(trimmed(content));
    }
    if let Some(embeds) = body.get("embeds") {
        object["embeds"] = embeds.as_array().map(|list| list.iter().map(embed).collect()).unwrap_or(json!([]));
    }
    if let Some(list) = body.get("components").filter(|_| components) {
        let mut next_id = 0;
        object["components"] = numbered(list, &mut next_id);
    }
    if let Some(flags) = body.get("flags").and_then(Value::as_i64) {
        object["flags"] = json!(flags);
    }
    if object["flags"].as_i64().unwrap_or(0) & n::SUPPRESS_EMBEDS != 0 {
        object["embeds"] = json!([]);
    }
    let pinged = pinged(object["content"].as_str().unwrap_or_default(), body.get("allowed_mentions"));
    object["mention_everyone"] = json!(pinged.everyone);
    object["mention_roles"] = json!(pinged.roles);
    object["mentions"] = pinged.users.iter().map(|id| user(id, &format!("user{id}"), false)).collect();
    pinged
}

/// A user object.
pub(crate) fn user(id: &str, name: &str, bot: bool) -> Value {
    json!({
        "id": id, "username": name, "avatar": null, "discriminator": if bot { "0000" } else { "0" },
        "public_flags": 0, "flags": 0, "bot": bot, "global_name": null, "primary_guild": null,
    })
}

/// `2026-11-21T10:00:00.123000+00:00`, as Discord writes time.
pub(crate) fn discord_time(at: Timestamp) -> String {
    let whole = Timestamp::from_secs(at.secs()).to_rfc3339();
    format!("{}.{:03}000+00:00", whole.trim_end_matches('Z'), at.0.rem_euclid(1000))
}

fn trimmed(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

/// An embed as it comes back: of type `rich`, trimmed, without what is empty.
fn embed(given: &Value) -> Value {
    let mut embed = json!({ "type": "rich" });
    for key in ["title", "description", "url", "timestamp"] {
        let text = trimmed(&given[key]);
        if !text.is_empty() {
            embed[key] = json!(text);
        }
    }
    if let Some(color) = given["color"].as_i64() {
        embed["color"] = json!(color);
    }
    for (key, parts) in [
        ("footer", ["text", "icon_url", "url"]),
        ("author", ["name", "url", "icon_url"]),
        ("image", ["url", "description", "placeholder"]),
        ("thumbnail", ["url", "description", "placeholder"]),
    ] {
        let inner: Map<String, Value> = parts
            .iter()
            .map(|part| ((*part).to_owned(), trimmed(&given[key][part])))
            .filter(|(part, text)| !text.is_empty() && (key != "footer" || part != "url"))
            .map(|(part, text)| (part, json!(text)))
            .collect();
        if !inner.is_empty() {
            embed[key] = Value::Object(inner);
        }
    }
    if let Some(fields) = given["fields"].as_array().filter(|fields| !fields.is_empty()) {
        embed["fields"] = fields.iter().map(field).collect();
    }
    embed
}

fn field(given: &Value) -> Value {
    let inline = given["inline"].as_bool().unwrap_or(false);
    json!({ "name": trimmed(&given["name"]), "value": trimmed(&given["value"]), "inline": inline })
}

/// Components as they come back: each with an id of its own.
fn numbered(list: &Value, next_id: &mut i64) -> Value {
    let Some(list) = list.as_array() else { return json!([]) };
    let number = |component: &Value| {
        let mut component = component.clone();
        if component.get("id").is_none() {
            *next_id += 1;
            component["id"] = json!(*next_id);
        }
        if let Some(inner) = component.get("components") {
            component["components"] = numbered(inner, next_id);
        }
        component
    };
    list.iter().map(number).collect()
}

/// Whom a content notifies. Without `allowed_mentions` a webhook and an interaction ping users only.
fn pinged(content: &str, allowed: Option<&Value>) -> Mentions {
    let default = json!({ "parse": ["users"] });
    let allowed = allowed.filter(|allowed| !allowed.is_null()).unwrap_or(&default);
    let parses = |kind: &str| allowed["parse"].as_array().is_some_and(|list| list.iter().any(|item| item == kind));
    let listed = |kind: &str, id: &str| {
        let same = |item: &Value| item.as_str() == Some(id) || item.as_u64().is_some_and(|item| item.to_string() == id);
        allowed[kind].as_array().is_some_and(|list| list.iter().any(same))
    };
    let mut pinged = Mentions {
        everyone: parses("everyone") && (content.contains("@everyone") || content.contains("@here")),
        ..Mentions::default()
    };
    for piece in content.split('<').skip(1) {
        let Some((inside, _)) = piece.split_once('>') else { continue };
        let (kind, id) = match inside.strip_prefix("@&") {
            Some(id) => ("roles", id),
            None => ("users", inside.strip_prefix("@!").or(inside.strip_prefix('@')).unwrap_or_default()),
        };
        let list = if kind == "roles" { &mut pinged.roles } else { &mut pinged.users };
        if id.parse::<u64>().is_ok() && (parses(kind) || listed(kind, id)) && !list.iter().any(|known| known == id) {
            list.push(id.to_owned());
        }
    }
    pinged
}
