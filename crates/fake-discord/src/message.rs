//! Messages: what was posted, the object that Discord answers with, and whom it notifies.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::flags;
use crate::member::unknown_user;

/// A message with its edits.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    pub id: String,
    /// The id of the channel or thread.
    pub channel: String,
    /// The id of the webhook that posted it; none for the bot's.
    pub webhook: Option<String>,
    /// The body of the POST as it came in.
    pub body: Value,
    /// Discord's message object, edits included.
    pub object: Value,
    pub mentions: Mentions,
    /// The files that it has.
    pub files: Vec<UploadedFile>,
    /// The id of the only person who sees it; `None` when everybody in the channel does.
    pub viewer: Option<String>,
    pub created: OffsetDateTime,
    pub edited: Option<OffsetDateTime>,
    pub edits: u32,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UploadedFile {
    /// The number in `files[0]`, by which the body's `attachments` name it.
    pub id: String,
    pub filename: String,
    pub bytes: Vec<u8>,
}

/// Who is notified by a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions {
    pub everyone: bool,
    pub roles: Vec<String>,
    pub users: Vec<String>,
}

/// What a new message needs beside its body.
pub(crate) struct NewMessage<'a> {
    pub(crate) id: &'a str,
    pub(crate) channel: &'a str,
    /// The id of the webhook that posts it; `None` for the bot.
    pub(crate) webhook: Option<&'a str>,
    /// A user object.
    pub(crate) author: Value,
    /// Whether `components` of the body are read.
    pub(crate) with_components: bool,
}

impl StoredMessage {
    /// Carries out an edit whose body is valid.
    pub(crate) fn edit(&mut self, body: &Map<String, Value>, with_components: bool) {
        let now = OffsetDateTime::now_utc();
        self.object["edited_timestamp"] = json!(discord_time(now));
        self.mentions = apply_fields(&mut self.object, body, with_components);
        self.edited = Some(now);
        self.edits += 1;
    }

    /// Adds files; embeds that show one get its address. Where the address leads, the page finds in `proxy_url`.
    /// `described` are the `attachments` of the body that brings them.
    pub(crate) fn attach(&mut self, files: Vec<UploadedFile>, described: &Value) {
        let mut attachments = self.object["attachments"].as_array().cloned().unwrap_or_default();
        attachments.extend(files.iter().map(|file| self.attachment(file, described)));
        for embed in self.object["embeds"].as_array_mut().into_iter().flatten() {
            for key in ["image", "thumbnail"] {
                let wanted = embed[key]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
                let found = wanted.and_then(|name| attachments.iter().find(|file| file["filename"] == name)).cloned();
                if let Some(file) = found {
                    for part in ["url", "proxy_url", "description"] {
                        embed[key][part] = file[part].clone();
                    }
                }
            }
        }
        self.object["attachments"] = json!(attachments);
        self.files.extend(files);
    }

    /// Takes off the files that an edit does not list among its `attachments`, if it has them. [D reference "Editing Message
    /// Attachments", from v10 on]
    pub(crate) fn keep_attachments(&mut self, body: &Map<String, Value>) {
        let Some(kept) = body.get("attachments") else { return };
        let kept: Vec<String> = kept.as_array().into_iter().flatten().map(|kept| id_text(&kept["id"])).collect();
        let (message, all) = (self.id.clone(), self.object["attachments"].as_array().cloned().unwrap_or_default());
        let left: Vec<Value> = all.into_iter().filter(|file| kept.contains(&id_text(&file["id"]))).collect();
        self.files.retain(|file| left.iter().any(|left| left["id"] == format!("{message}{}", file.id)));
        self.object["attachments"] = json!(left);
    }

    fn attachment(&self, file: &UploadedFile, described: &Value) -> Value {
        let (channel, id, name) = (&self.channel, &self.id, &file.filename);
        let mut named = described.as_array().into_iter().flatten();
        let said = named.find(|named| id_text(&named["id"]) == file.id).cloned().unwrap_or_default();
        let kind = if name.to_lowercase().ends_with(".png") { "image/png" } else { "application/octet-stream" };
        let mut attachment = json!({
            "id": format!("{id}{}", file.id), "filename": name, "size": file.bytes.len(), "content_type": kind,
            "url": format!("https://cdn.discordapp.com/attachments/{channel}/{id}/{name}"),
            "proxy_url": format!("data:{kind};base64,{}", STANDARD.encode(&file.bytes)),
            "description": said["description"],
        });
        if self.is_ephemeral() {
            attachment["ephemeral"] = json!(true);
        }
        if let Some((width, height)) = png_size(&file.bytes) {
            attachment["width"] = json!(width);
            attachment["height"] = json!(height);
        }
        attachment
    }

    /// Whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.object["flags"].as_i64().unwrap_or(0) & flags::EPHEMERAL != 0
    }

    /// All that can be read in it, top to bottom, a line for each part: content, embeds, components.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        readable(&self.object["content"], &mut lines);
        for embed in self.object["embeds"].as_array().into_iter().flatten() {
            for part in [&embed["author"]["name"], &embed["title"], &embed["description"]] {
                readable(part, &mut lines);
            }
            for field in embed["fields"].as_array().into_iter().flatten() {
                readable(&field["name"], &mut lines);
                readable(&field["value"], &mut lines);
            }
            readable(&embed["footer"]["text"], &mut lines);
        }
        readable_components(&self.object["components"], &mut lines);
        lines.join("\n")
    }

    /// Whether it has the flag IS_COMPONENTS_V2.
    pub(crate) fn is_v2(&self) -> bool {
        self.object["flags"].as_i64().unwrap_or(0) & flags::COMPONENTS_V2 != 0
    }

    /// Whether it still shows "thinking".
    pub fn is_loading(&self) -> bool {
        self.object["flags"].as_i64().unwrap_or(0) & flags::LOADING != 0
    }

    /// Whether nothing is left to show.
    pub(crate) fn is_empty(&self) -> bool {
        let bare = |key: &str| self.object[key].as_array().is_none_or(Vec::is_empty);
        self.object["content"] == "" && bare("embeds") && bare("components") && bare("attachments")
    }
}

impl NewMessage<'_> {
    /// The message that a valid body makes.
    pub(crate) fn with_body(self, body: Map<String, Value>) -> StoredMessage {
        let created = OffsetDateTime::now_utc();
        let (object, mentions) = self.object(&body, created);
        StoredMessage {
            id: self.id.to_owned(),
            channel: self.channel.to_owned(),
            webhook: self.webhook.map(str::to_owned),
            body: Value::Object(body),
            object,
            mentions,
            files: Vec::new(),
            viewer: None,
            created,
            edited: None,
            edits: 0,
        }
    }

    fn object(&self, body: &Map<String, Value>, at: OffsetDateTime) -> (Value, Mentions) {
        let mut object = json!({
            "id": self.id, "channel_id": self.channel, "type": 0, "author": self.author,
            "content": "", "embeds": [], "components": [], "attachments": [],
            "mentions": [], "mention_roles": [], "mention_everyone": false,
            "timestamp": discord_time(at), "edited_timestamp": null,
            "pinned": false, "tts": body.get("tts").and_then(Value::as_bool).unwrap_or(false), "flags": 0,
        });
        let mentions = apply_fields(&mut object, body, self.with_components);
        (object, mentions)
    }
}

/// Brings the fields of a body into a message object and returns whom it now notifies. What is absent stays, what is
/// null is emptied.
fn apply_fields(object: &mut Value, body: &Map<String, Value>, with_components: bool) -> Mentions {
    if let Some(content) = body.get("content") {
        object["content"] = json!(trimmed(content));
    }
    if let Some(embeds) = body.get("embeds") {
        object["embeds"] = embeds.as_array().map(|list| list.iter().map(embed_object).collect()).unwrap_or(json!([]));
    }
    if let Some(list) = body.get("components").filter(|_| with_components) {
        let mut next_id = 0;
        object["components"] = with_ids(list, &mut next_id);
    }
    if let Some(flags) = body.get("flags").and_then(Value::as_i64) {
        // IS_COMPONENTS_V2 cannot be taken off again.
        object["flags"] = json!(flags | (object["flags"].as_i64().unwrap_or(0) & flags::COMPONENTS_V2));
    }
    if object["flags"].as_i64().unwrap_or(0) & flags::SUPPRESS_EMBEDS != 0 {
        object["embeds"] = json!([]);
    }
    let mentions = Mentions::of(object["content"].as_str().unwrap_or_default(), body.get("allowed_mentions"));
    object["mention_everyone"] = json!(mentions.everyone);
    object["mention_roles"] = json!(mentions.roles);
    object["mentions"] = mentions.users.iter().map(|id| unknown_user(id)).collect();
    mentions
}

fn readable(text: &Value, lines: &mut Vec<String>) {
    lines.extend(text.as_str().filter(|text| !text.is_empty()).map(str::to_owned));
}

fn readable_components(list: &Value, lines: &mut Vec<String>) {
    for component in list.as_array().into_iter().flatten() {
        for key in ["label", "placeholder", "content"] {
            readable(&component[key], lines);
        }
        for option in component["options"].as_array().into_iter().flatten() {
            readable(&option["label"], lines);
            readable(&option["description"], lines);
        }
        readable_components(&component["components"], lines);
    }
}

/// An id, sent as a number or as a text.
fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Width and height of a PNG, by its header.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..)?;
    let number = |at: usize| rest.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    Some((number(0)?, number(4)?))
}

/// `2026-11-21T10:00:00.123000+00:00`, as Discord writes time.
fn discord_time(at: OffsetDateTime) -> String {
    let (date, time) = (at.date(), at.time());
    format!("{date}T{:02}:{:02}:{:02}.{:03}000+00:00", time.hour(), time.minute(), time.second(), time.millisecond())
}

fn trimmed(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

/// An embed as it comes back: of type `rich`, trimmed, without what is empty.
fn embed_object(sent: &Value) -> Value {
    let mut embed = json!({ "type": "rich" });
    for key in ["title", "description", "url", "timestamp"] {
        let text = trimmed(&sent[key]);
        if !text.is_empty() {
            embed[key] = json!(text);
        }
    }
    if let Some(color) = sent["color"].as_i64() {
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
            .map(|part| ((*part).to_owned(), trimmed(&sent[key][part])))
            .filter(|(part, text)| !text.is_empty() && (key != "footer" || part != "url"))
            .map(|(part, text)| (part, json!(text)))
            .collect();
        if !inner.is_empty() {
            embed[key] = Value::Object(inner);
        }
    }
    if let Some(fields) = sent["fields"].as_array().filter(|fields| !fields.is_empty()) {
        embed["fields"] = fields.iter().map(field_object).collect();
    }
    embed
}

fn field_object(sent: &Value) -> Value {
    let inline = sent["inline"].as_bool().unwrap_or(false);
    json!({ "name": trimmed(&sent["name"]), "value": trimmed(&sent["value"]), "inline": inline })
}

/// Components as they come back: each with an id of its own.
fn with_ids(list: &Value, next_id: &mut i64) -> Value {
    let Some(list) = list.as_array() else { return json!([]) };
    let number = |component: &Value| {
        let mut component = component.clone();
        if component.get("id").is_none() {
            *next_id += 1;
            component["id"] = json!(*next_id);
        }
        if let Some(inner) = component.get("components") {
            component["components"] = with_ids(inner, next_id);
        }
        component
    };
    list.iter().map(number).collect()
}

impl Mentions {
    /// Whom a content notifies. Without `allowed_mentions` a webhook and an interaction notify users only.
    fn of(content: &str, allowed: Option<&Value>) -> Self {
        let default = json!({ "parse": ["users"] });
        let allowed = allowed.filter(|allowed| !allowed.is_null()).unwrap_or(&default);
        let parses = |kind: &str| allowed["parse"].as_array().is_some_and(|list| list.iter().any(|item| item == kind));
        let listed = |kind: &str, id: &str| {
            let same =
                |item: &Value| item.as_str() == Some(id) || item.as_u64().is_some_and(|item| item.to_string() == id);
            allowed[kind].as_array().is_some_and(|list| list.iter().any(same))
        };
        let mut mentions = Self {
            everyone: parses("everyone") && (content.contains("@everyone") || content.contains("@here")),
            ..Self::default()
        };
        for piece in content.split('<').skip(1) {
            let Some((inside, _)) = piece.split_once('>') else { continue };
            let (kind, id) = match inside.strip_prefix("@&") {
                Some(id) => ("roles", id),
                None => ("users", inside.strip_prefix("@!").or(inside.strip_prefix('@')).unwrap_or_default()),
            };
            let list = if kind == "roles" { &mut mentions.roles } else { &mut mentions.users };
            if id.parse::<u64>().is_ok() && (parses(kind) || listed(kind, id)) && !list.iter().any(|known| known == id)
            {
                list.push(id.to_owned());
            }
        }
        mentions
    }
}
