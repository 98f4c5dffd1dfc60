//! Independent validation of what is sent to Discord: the crates of twilight, Discord's own OpenAPI file, and checks
//! that both are known to lack. Our own limits are not used here.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};
use twilight_model::channel::message::{Component, Embed};
use twilight_validate::{channel, message, request};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/discord-openapi.json");

/// Panics, saying why, when Discord would refuse this as the body of an Execute Webhook request.
pub(crate) fn judge_post(body: &Value) {
    if let Err(why) = post(body) {
        panic!("Discord would refuse to post this: {why}\n{}", excerpt(body));
    }
}

/// The same for an Edit Webhook Message request.
pub(crate) fn judge_patch(body: &Value) {
    if let Err(why) = patch(body) {
        panic!("Discord would refuse this edit: {why}\n{}", excerpt(body));
    }
}

/// As [`judge_post`], for tests of refusals.
pub(crate) fn post(body: &Value) -> Result<(), String> {
    let only_posted = ["username", "avatar_url", "tts", "thread_name", "applied_tags", "poll"];
    ours(body, &[&EVERYWHERE, only_posted.as_slice()].concat())?;
    twilight(body)?;
    official(&POST, body)
}

/// As [`judge_patch`], for tests of refusals.
pub(crate) fn patch(body: &Value) -> Result<(), String> {
    ours(body, &EVERYWHERE)?;
    twilight(body)?;
    official(&PATCH, body)
}

const EVERYWHERE: [&str; 6] = ["content", "embeds", "allowed_mentions", "components", "flags", "attachments"];

fn excerpt(body: &Value) -> String {
    serde_json::to_string_pretty(body).unwrap_or_default().chars().take(4000).collect()
}

/// Embeds one by one and together, components, content, username.
fn twilight(body: &Value) -> Result<(), String> {
    let printed = |what: &str, error: &dyn std::fmt::Display| format!("twilight on {what}: {error}");
    if let Some(content) = body["content"].as_str() {
        message::content(content).map_err(|error| printed("content", &error))?;
    }
    if let Some(name) = body["username"].as_str() {
        request::webhook_username(name).map_err(|error| printed("username", &error))?;
    }
    if let Some(name) = body["thread_name"].as_str() {
        channel::name(name).map_err(|error| printed("thread_name", &error))?;
    }
    if !body["embeds"].is_null() {
        let embeds: Vec<Embed> =
            serde_json::from_value(for_twilight(&body["embeds"])).map_err(|error| printed("embeds", &error))?;
        for embed in &embeds {
            twilight_validate::embed::embed(embed).map_err(|error| printed("an embed", &error))?;
        }
        message::embeds(&embeds).map_err(|error| printed("embeds", &error))?;
    }
    if !body["components"].is_null() {
        let components: Vec<Component> =
            serde_json::from_value(body["components"].clone()).map_err(|error| printed("components", &error))?;
        message::components(&components, false).map_err(|error| printed("components", &error))?;
    }
    Ok(())
}

/// twilight reads what Discord sends, not what it accepts: its embeds have a kind, its fields all their keys,
/// its timestamps `+00:00` for `Z`.
fn for_twilight(embeds: &Value) -> Value {
    let mut embeds = embeds.clone();
    for embed in embeds.as_array_mut().into_iter().flatten() {
        embed["type"] = json!("rich");
        if let Some(bare) = embed["timestamp"].as_str().and_then(|at| at.strip_suffix('Z')) {
            embed["timestamp"] = json!(format!("{bare}+00:00"));
        }
    }
    embeds
}

static POST: LazyLock<Option<Validator>> = LazyLock::new(|| schema("IncomingWebhookRequestPartial"));
static PATCH: LazyLock<Option<Validator>> = LazyLock::new(|| schema("IncomingWebhookUpdateRequestPartial"));

/// One schema of the official file, with all the others at hand for its references.
fn schema(name: &str) -> Option<Validator> {
    let Ok(text) = std::fs::read_to_string(SCHEMA) else {
        assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "{SCHEMA} is needed and absent");
        eprintln!("skipped: Discord's schema does not judge, {SCHEMA} is absent");
        return None;
    };
    let file: Value = serde_json::from_str(&text).expect("the schema file is JSON");
    let root = json!({
        "$ref": format!("#/components/schemas/{name}"),
        "components": { "schemas": file["components"]["schemas"] },
    });
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    Some(options.build(&root).expect("the schema compiles"))
}

fn official(schema: &Option<Validator>, body: &Value) -> Result<(), String> {
    let Some(schema) = schema else { return Ok(()) };
    let printed: Vec<String> = schema
        .iter_errors(body)
        .map(|error| {
            let what: String = error.to_string().chars().take(200).collect();
            format!("{}: {what}", error.instance_path())
        })
        .collect();
    if printed.is_empty() { Ok(()) } else { Err(format!("Discord's schema: {}", printed.join("; "))) }
}

/// Checks that the other two lack.
fn ours(body: &Value, known: &[&str]) -> Result<(), String> {
    let object = body.as_object().ok_or("the body is not an object")?;
    known_keys("the body", body, known)?;
    if !object.get("allowed_mentions").is_some_and(Value::is_object) {
        return Err("allowed_mentions is missing: Discord would parse users".to_owned());
    }
    if object.contains_key("username") {
        name(body["username"].as_str().unwrap_or_default())?;
    }
    let list = |key: &str| body[key].as_array().map_or(0, Vec::len);
    let is_silent = body["content"].as_str().unwrap_or_default().trim().is_empty();
    if is_silent && list("embeds") + list("components") == 0 && body["poll"].is_null() {
        return Err("50006: the message is empty".to_owned());
    }
    if list("components") > 5 {
        return Err("more than 5 action rows".to_owned());
    }
    let embeds = body["embeds"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (at, one) in embeds.iter().enumerate() {
        embed(&with_files(one, &body["attachments"])).map_err(|why| format!("embed {at}: {why}"))?;
        if one["url"].is_string() && embeds[..at].iter().any(|other| other["url"] == one["url"]) {
            return Err(format!("embed {at}: an earlier one has the same url and would swallow it"));
        }
    }
    mentions(&body["allowed_mentions"])?;
    forum(&body["thread_name"], &body["applied_tags"])?;
    poll(&body["poll"])?;
    if body["flags"].as_u64().unwrap_or_default() & !(4 | 4096) != 0 {
        return Err("50035: flags that a webhook may not set".to_owned());
    }
    no_controls(body)?;
    urls("the body", &body["avatar_url"])?;
    for button in body["components"].as_array().into_iter().flatten().flat_map(|row| row["components"].as_array()) {
        for button in button {
            if button["type"] == 3 {
                for option in button["options"].as_array().into_iter().flatten() {
                    not_blank("a menu's label", &option["label"])?;
                    not_blank("a menu's value", &option["value"])?;
                }
                continue;
            }
            urls("a button", &button["url"])?;
            not_blank("a button's label", &button["label"])?;
        }
    }
    Ok(())
}

/// What begins a post in a forum.
fn forum(title: &Value, tags: &Value) -> Result<(), String> {
    if title.is_null() {
        return if tags.is_null() { Ok(()) } else { Err("tags without a post to tag".to_owned()) };
    }
    not_blank("thread_name", title)
}

/// Discord's schema gives an answer the 300 characters of the question, its documentation 55.
fn poll(poll: &Value) -> Result<(), String> {
    if poll.is_null() {
        return Ok(());
    }
    known_keys("a poll", poll, &["question", "answers", "duration", "allow_multiselect", "layout_type"])?;
    not_blank("a poll's question", &poll["question"]["text"])?;
    for answer in poll["answers"].as_array().into_iter().flatten() {
        let text = &answer["poll_media"]["text"];
        not_blank("a poll's answer", text)?;
        if text.as_str().unwrap_or_default().chars().count() > 55 {
            return Err("a poll's answer is longer than 55 characters".to_owned());
        }
    }
    Ok(())
}

/// The filter that Discord applies to webhook names and to the override.
fn name(name: &str) -> Result<(), String> {
    let lower = name.to_lowercase();
    let banned = ["discord", "clyde", "@", "#", ":", "```"].into_iter().find(|word| lower.contains(word));
    if let Some(word) = banned {
        return Err(format!("50035: username contains `{word}`"));
    }
    if lower == "everyone" || lower == "here" {
        return Err(format!("50035: username is `{lower}`"));
    }
    if name.trim().is_empty() || name.trim().chars().count() > 80 {
        return Err("50035: username must be 1 to 80 characters".to_owned());
    }
    if name.split_whitespace().collect::<Vec<_>>().join(" ") != name {
        return Err("username has white space that Discord would squeeze".to_owned());
    }
    Ok(())
}

/// A picture may be a file of the same request.
fn with_files(embed: &Value, attachments: &Value) -> Value {
    let mut embed = embed.clone();
    let picture = embed["image"]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
    let mut files = attachments.as_array().into_iter().flatten();
    if picture.is_some_and(|name| files.any(|file| file["filename"] == name)) {
        embed["image"]["url"] = json!("https://cdn.discordapp.com/attachments/1/2/file.png");
    }
    embed
}

fn embed(embed: &Value) -> Result<(), String> {
    let known =
        ["title", "url", "description", "color", "timestamp", "author", "footer", "image", "thumbnail", "fields"];
    known_keys("an embed", embed, &known)?;
    for (key, part) in [("author", "name"), ("footer", "text")] {
        if !embed[key].is_null() {
            not_blank(&format!("{key}.{part}"), &embed[key][part])?;
        }
    }
    for field in embed["fields"].as_array().into_iter().flatten() {
        known_keys("a field", field, &["name", "value", "inline"])?;
        not_blank("a field's name", &field["name"])?;
        not_blank("a field's value", &field["value"])?;
    }
    let texts = ["title", "description"].iter().any(|key| !embed[*key].as_str().unwrap_or_default().trim().is_empty());
    let parts = ["author", "footer", "image", "thumbnail"].iter().any(|key| embed[*key].is_object());
    if !texts && !parts && embed["fields"].as_array().is_none_or(Vec::is_empty) {
        return Err("nothing in it that is shown".to_owned());
    }
    for (part, url) in [
        ("url", &embed["url"]),
        ("author.url", &embed["author"]["url"]),
        ("author.icon_url", &embed["author"]["icon_url"]),
        ("footer.icon_url", &embed["footer"]["icon_url"]),
        ("image.url", &embed["image"]["url"]),
        ("thumbnail.url", &embed["thumbnail"]["url"]),
    ] {
        urls(part, url)?;
    }
    Ok(())
}

/// Absent, or http(s) with a host that has a domain, without white space.
fn urls(part: &str, url: &Value) -> Result<(), String> {
    let Some(text) = url.as_str() else { return Ok(()) };
    let parsed = url::Url::parse(text).map_err(|error| format!("{part}: {error}"))?;
    let host = parsed.host_str().unwrap_or_default();
    let fine = matches!(parsed.scheme(), "http" | "https") && host.contains('.') && !text.contains(char::is_whitespace);
    if fine { Ok(()) } else { Err(format!("{part}: not a URL that Discord takes: {text}")) }
}

fn mentions(allowed: &Value) -> Result<(), String> {
    known_keys("allowed_mentions", allowed, &["parse", "users", "roles", "replied_user"])?;
    for kind in ["users", "roles"] {
        let listed = allowed[kind].as_array().is_some_and(|list| !list.is_empty());
        if listed && allowed["parse"].as_array().is_some_and(|parse| parse.contains(&json!(kind))) {
            return Err(format!("allowed_mentions: `{kind}` both in parse and as a list"));
        }
    }
    Ok(())
}

fn no_controls(value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) if text.contains('\0') => Err("a NUL in a text".to_owned()),
        Value::Array(items) => items.iter().try_for_each(no_controls),
        Value::Object(map) => map.values().try_for_each(no_controls),
        _ => Ok(()),
    }
}

fn not_blank(what: &str, text: &Value) -> Result<(), String> {
    let blank = text.as_str().is_none_or(|text| text.trim().is_empty());
    if blank { Err(format!("BASE_TYPE_REQUIRED: {what} is empty")) } else { Ok(()) }
}

fn known_keys(what: &str, value: &Value, known: &[&str]) -> Result<(), String> {
    let stranger = value.as_object().into_iter().flatten().find(|(key, _)| !known.contains(&key.as_str()));
    stranger.map_or(Ok(()), |(key, _)| Err(format!("{what} has the unknown key `{key}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(part: &Value) -> Value {
        let mut body = json!({ "content": "x", "allowed_mentions": { "parse": [] } });
        for (key, value) in part.as_object().expect("an object") {
            body[key] = value.clone();
        }
        body
    }

    #[test]
    fn the_judges_refuse_what_discord_refuses() {
        let embed = |embed: Value| json!({ "embeds": [embed] });
        let long = |count: usize| "é".repeat(count);
        let fields = |count: usize| vec![json!({ "name": "a", "value": "b", "inline": true }); count];
        let button = |url: &str| json!({ "type": 2, "style": 5, "label": "a", "url": url });
        let rows = |rows: usize, buttons: usize| {
            let row = json!({ "type": 1, "components": vec![button("https://example.com/"); buttons] });
            json!({ "components": vec![row; rows] })
        };
        let poll = |question: String, answers: Vec<String>, hours: u32| {
            let answers: Vec<_> = answers.iter().map(|text| json!({ "poll_media": { "text": text } })).collect();
            json!({ "poll": { "question": { "text": question }, "answers": answers, "duration": hours } })
        };
        let refused = [
            json!({ "content": long(2001) }),
            json!({ "content": "" }),
            json!({ "unknown": 1 }),
            json!({ "allowed_mentions": null }),
            json!({ "allowed_mentions": { "parse": ["roles"], "roles": ["1"] } }),
            json!({ "allowed_mentions": { "roles": vec!["1"; 101] } }),
            json!({ "username": long(81) }),
            json!({ "username": "My Discord bot" }),
            json!({ "username": "a:b" }),
            json!({ "username": "Everyone" }),
            embed(json!({ "title": long(257) })),
            embed(json!({ "description": long(4097) })),
            embed(json!({ "author": { "name": long(257) } })),
            embed(json!({ "footer": { "text": long(2049) } })),
            embed(json!({ "fields": fields(26) })),
            embed(json!({ "fields": [{ "name": "", "value": "b", "inline": true }] })),
            embed(json!({ "fields": [{ "name": "a", "value": long(1025), "inline": true }] })),
            embed(json!({ "title": "a", "color": 0x100_0000 })),
            embed(json!({ "title": "a", "timestamp": "yesterday" })),
            embed(json!({ "title": "a", "url": "ftp://example.com/" })),
            embed(json!({ "title": "a", "url": "https://example.com/ü" })),
            embed(json!({ "color": 1 })),
            json!({ "embeds": vec![json!({ "title": "a" }); 11] }),
            json!({ "embeds": [{ "title": "a", "url": "https://a.example/" }, { "title": "b", "url": "https://a.example/" }] }),
            json!({ "embeds": [{ "description": long(3001) }, { "description": long(3000) }] }),
            rows(6, 5),
            rows(1, 6),
            json!({ "flags": 64 }),
            json!({ "thread_name": "" }),
            json!({ "thread_name": long(101) }),
            json!({ "applied_tags": ["1"] }),
            json!({ "thread_name": "a", "applied_tags": vec!["1"; 6] }),
            json!({ "thread_name": "a", "applied_tags": ["bug"] }),
            poll(long(301), vec![long(1)], 24),
            poll(long(1), vec![], 24),
            poll(long(1), vec![long(1); 11], 24),
            poll(long(1), vec![long(56)], 24),
            poll(long(1), vec![long(1)], 769),
            poll(String::new(), vec![long(1)], 24),
            json!({ "components": [{ "type": 1, "components": [button(&format!("https://example.com/{}", "a".repeat(500)))] }] }),
        ];
        for part in refused {
            assert!(post(&body(&part)).is_err(), "not refused: {}", excerpt(&part));
        }
        let fine = [
            json!({ "content": long(2000), "username": long(80) }),
            embed(json!({ "title": long(256), "timestamp": "2026-01-02T03:04:05Z", "fields": fields(25) })),
            json!({ "embeds": [{ "description": long(3000) }, { "description": long(3000) }] }),
            rows(5, 5),
            poll(long(300), vec![long(55); 10], 768),
            json!({ "thread_name": long(100), "applied_tags": vec!["1"; 5], "tts": true, "flags": 4 | 4096 }),
        ];
        for part in fine {
            judge_post(&body(&part));
        }
        judge_patch(&body(&json!({ "embeds": [], "components": [] })));
        for part in [json!({ "username": "an edit has none" }), json!({ "tts": true }), json!({ "thread_name": "a" })] {
            assert!(patch(&body(&part)).is_err(), "not refused: {}", excerpt(&part));
        }
    }
}
