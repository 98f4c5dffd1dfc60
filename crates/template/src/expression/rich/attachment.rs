//! Reads Slack's older attachments, whose words may have marks or not.
//! <https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments>

use serde_json::Value as Json;

use super::blocks::BlockReader;
use super::node::RichNode;
use super::rich_text::{join, text_at, type_of};

/// What an attachment may show beside its own words: where there is any of it, the fallback is not shown.
const SHOWN: [&str; 6] = ["title", "author_name", "fields", "footer", "image_url", "thumb_url"];

/// The keys of lists and maps that are read by themselves, shown elsewhere or not meant for people.
const KNOWN: [&str; 8] = ["pretext", "blocks", "message_blocks", "actions", "fields", "mrkdwn_in", "files", "metadata"];

/// Blocks, attachments, or a list of both.
pub(super) fn nodes<'j>(json: &'j Json, said: &str, most: usize) -> Vec<RichNode<'j>> {
    let mut reader = BlockReader::new(said, most);
    match json {
        Json::Array(items) => join(items.iter().map(|item| read(&mut reader, item)).collect()),
        json => read(&mut reader, json),
    }
}

fn read<'j>(reader: &mut BlockReader, json: &'j Json) -> Vec<RichNode<'j>> {
    let is_attachment = type_of(json).is_empty() && json.is_object();
    if is_attachment { attachment(reader, json) } else { reader.block(json) }
}

/// The words of an attachment: what it says before, itself and in blocks, and its buttons. Title, author, fields and footer
/// have places of their own in a message.
fn attachment<'j>(reader: &mut BlockReader, json: &'j Json) -> Vec<RichNode<'j>> {
    let mut parts: Vec<Vec<RichNode<'j>>> = Vec::new();
    for key in ["pretext", "text"] {
        let nodes = match text_at(json, key) {
            Some(text) if has_marks(json, key) => reader.mrkdwn(text),
            Some(text) => reader.plain(text),
            None => json.get(key).map(|part| reader.block(part)).unwrap_or_default(),
        };
        parts.push(reader.part(nodes));
    }
    for key in ["blocks", "message_blocks", "actions"] {
        parts.extend(json.get(key).map(|part| reader.block(part)));
    }
    let unknown = json.as_object().into_iter().flat_map(|map| map.keys()).filter(|key| !KNOWN.contains(&key.as_str()));
    parts.extend(unknown.map(|key| reader.unheard(json, key)));
    let nodes = join(parts);
    let is_shown = |key: &str| match json.get(key) {
        Some(Json::Array(items)) => !items.is_empty(),
        _ => text_at(json, key).is_some(),
    };
    if !nodes.is_empty() || SHOWN.into_iter().any(is_shown) {
        return nodes;
    }
    let fallback = text_at(json, "fallback").map(|text| reader.mrkdwn(text)).unwrap_or_default();
    reader.part(fallback)
}

/// `mrkdwn_in` names what has marks; without it all has.
fn has_marks(json: &Json, key: &str) -> bool {
    let named = json.get("mrkdwn_in").and_then(Json::as_array);
    named.is_none_or(|keys| keys.iter().any(|named| named.as_str() == Some(key)))
}
