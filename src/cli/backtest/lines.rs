//! A message's body as lines that a person can compare. Reads the JSON that is posted, so that whatever a template
//! may say is in it.

use serde_json::Value;

use crate::store::SentMessage;
use hookbell_model::delivery::Mention;

/// Set in `flags` where a message comes without a notification.
const SILENT: u64 = 1 << 12;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MessageLine {
    /// The part of the message, one of a few fixed words.
    pub(super) part: &'static str,
    pub(super) text: String,
}

/// All that is visible of a message, and its key. Pings are lines apart, so they are not part of it.
pub(super) fn lines(sent: &SentMessage, mention: &[Mention]) -> Vec<MessageLine> {
    let mut lines = LineCollector(Vec::new());
    for (key, value) in sent.body.as_object().into_iter().flatten() {
        match key.as_str() {
            "allowed_mentions" => {}
            "content" => lines.text("content", "content", without_pings(value.as_str().unwrap_or_default(), mention)),
            "embeds" => {
                for (at, embed) in value.as_array().into_iter().flatten().enumerate() {
                    lines.embed(at, embed);
                }
            }
            "components" => lines.components(value),
            "flags" if value.as_u64() == Some(SILENT) => lines.text("silent", "silent", "true"),
            "username" | "avatar_url" => lines.value("sender", key, value),
            "thread_name" | "applied_tags" => lines.value("thread", key, value),
            _ => lines.value("rest", key, value),
        }
    }
    for key in &sent.keys {
        lines.text("key", "key", key);
    }
    lines.0
}

struct LineCollector(Vec<MessageLine>);

impl LineCollector {
    fn text(&mut self, part: &'static str, label: &str, text: &str) {
        let mut lines = text.split('\n');
        let first = lines.next().unwrap_or_default();
        if !first.is_empty() || !text.is_empty() {
            self.0.push(MessageLine { part, text: format!("{label}: {first}") });
        }
        self.0.extend(lines.map(|line| MessageLine { part, text: format!("  {line}") }));
    }

    fn value(&mut self, part: &'static str, label: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(part, label, text),
            Value::Object(inner) => {
                for (key, value) in inner {
                    self.value(part, &format!("{label} {key}"), value);
                }
            }
            value => self.text(part, label, &value.to_string()),
        }
    }

    fn embed(&mut self, at: usize, embed: &Value) {
        // Nearly all messages have one.
        let prefix = if at == 0 { String::new() } else { format!("embed {} ", at + 1) };
        let parts = ["author", "title", "url", "description", "color", "fields", "image", "thumbnail", "footer"];
        let parts = parts.into_iter().chain(["timestamp"]);
        for (part, value) in parts.filter_map(|part| Some((part, embed.get(part)?))) {
            match (part, value) {
                ("fields", Value::Array(fields)) => fields.iter().for_each(|field| self.field(&prefix, field)),
                ("color", Value::Number(number)) => {
                    let colour = number.as_u64().unwrap_or_default();
                    self.text(part, &format!("{prefix}color"), &format!("#{colour:06x}"));
                }
                _ => self.value(part, &format!("{prefix}{part}"), value),
            }
        }
    }

    fn field(&mut self, prefix: &str, field: &Value) {
        let text = |key: &str| field.get(key).and_then(Value::as_str).unwrap_or_default();
        let inline = if field.get("inline").and_then(Value::as_bool) == Some(true) { " (inline)" } else { "" };
        self.text("fields", &format!("{prefix}field {}{inline}", text("name")), text("value"));
    }

    /// Link buttons as such, anything else as JSON.
    fn components(&mut self, value: &Value) {
        for row in value.as_array().into_iter().flatten() {
            let inner = row.get("components").and_then(Value::as_array);
            for one in inner.map_or(std::slice::from_ref(row), Vec::as_slice) {
                let text = |key: &str| one.get(key).and_then(Value::as_str);
                match (text("label"), text("url")) {
                    (Some(label), Some(url)) => self.text("buttons", &format!("button {label}"), url),
                    _ => self.text("components", "component", &one.to_string()),
                }
            }
        }
    }
}

/// The content without the pings that the route put before it.
fn without_pings<'c>(content: &'c str, mention: &[Mention]) -> &'c str {
    mention.iter().fold(content, |rest, mention| {
        rest.strip_prefix(mention.to_string().as_str()).map_or(rest, |rest| rest.strip_prefix(' ').unwrap_or(rest))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_part_of_a_message_is_a_line_of_its_own() {
        let body = json!({
            "content": "<@&222> two\nlines", "username": "Shop", "flags": 4096, "thread_name": "Orders",
            "allowed_mentions": { "parse": [], "roles": ["222"] },
            "embeds": [
                { "title": "Order", "color": 255, "author": { "name": "Ada" },
                  "fields": [{ "name": "Sum", "value": "$1", "inline": true }] },
                { "description": "more" },
            ],
            "components": [{ "type": 1, "components": [{ "type": 2, "label": "Open", "url": "https://x.test" }] }],
        });
        let sent = SentMessage { keys: vec!["order:1".into()], body, ..SentMessage::default() };
        let lines: Vec<String> =
            lines(&sent, &[Mention::Role("222".into())]).into_iter().map(|line| line.text).collect();
        let mut sorted = lines.clone();
        sorted.sort();
        insta::assert_snapshot!(sorted.join("\n"));
        assert!(lines.windows(2).any(|pair| pair == ["content: two", "  lines"]));
    }
}
