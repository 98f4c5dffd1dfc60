//! Reads a message from Discord's own JSON, as people copy it from elsewhere. What cannot be carried is told
//! by its path and left out; nothing in the body can make reading fail but its not being an object.

use serde_json::{Map, Value};

use super::body::{LINK, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS};
use super::{Author, Button, Embed, Field, Footer, Message, Poll};
use crate::suggest::did_you_mean;

/// More notes than this are only counted.
const NOTES: usize = 20;
/// As much of a strange key as is shown, in characters.
const KEY: usize = 40;
const COMPONENTS_V2: i64 = 1 << 15;
/// How long a poll is open when it does not say, in hours. Discord's default.
const POLL_HOURS: u32 = 24;
/// Keys that Discord fills in itself.
const BY_DISCORD: &str = "ignored, Discord sets it itself";

impl Message {
    /// Reads the body of an Execute Webhook request. What has no place in a [`Message`] is told, a line each
    /// with its path, and left out; a text may be a number, a number may be a text. Nothing is fitted yet.
    ///
    /// ```
    /// let body = serde_json::json!({ "content": "hi", "embeds": [{ "titel": "x" }] });
    /// let (message, notes) = hookbell_model::message::Message::from_json(&body).unwrap();
    /// assert_eq!(message.content, "hi");
    /// assert_eq!(notes, ["embeds[0].titel: unknown, did you mean `title`?"]);
    /// ```
    ///
    /// # Errors
    /// When the body is not an object.
    pub fn from_json(body: &Value) -> Result<(Self, Vec<String>), String> {
        let mut reader = Reader::default();
        let root = Node { path: String::new(), value: body };
        if !body.is_object() {
            return Err(format!("the body must be a table, not {}", kind(body)));
        }
        let message = reader.message(&root);
        Ok((message, reader.told()))
    }
}

/// A value and where it stands.
struct Node<'v> {
    path: String,
    value: &'v Value,
}

impl<'v> Node<'v> {
    fn map(&self) -> Option<&'v Map<String, Value>> {
        self.value.as_object()
    }

    /// What stands under a key; null is nothing.
    fn at(&self, key: &str) -> Option<Self> {
        let value = self.map()?.get(key).filter(|value| !value.is_null())?;
        Some(Self { path: self.below(key), value })
    }

    fn below(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

#[derive(Default)]
struct Reader {
    notes: Vec<String>,
    untold: usize,
}

impl Reader {
    fn message(&mut self, root: &Node<'_>) -> Message {
        let known = [
            "content",
            "username",
            "avatar_url",
            "tts",
            "embeds",
            "components",
            "flags",
            "thread_name",
            "applied_tags",
            "poll",
        ];
        let no_files = "ignored, files cannot be sent";
        let aside = [
            ("allowed_mentions", ""),
            ("attachments", no_files),
            ("files", no_files),
            ("payload_json", "ignored, write its keys here"),
        ];
        self.known(root, &known, &aside);
        self.mentions(root);
        let flags = self.flags(root);
        let mut message = Message {
            content: self.text(root, "content"),
            username: self.text(root, "username"),
            avatar_url: self.text(root, "avatar_url"),
            tts: self.yes(root, "tts"),
            thread: self.text(root, "thread_name"),
            silent: flags & SUPPRESS_NOTIFICATIONS != 0,
            suppress_embeds: flags & SUPPRESS_EMBEDS != 0,
            ..Message::default()
        };
        message.embeds = self.list(root, "embeds").iter().filter_map(|node| self.embed(node)).collect();
        for node in self.list(root, "components") {
            self.component(&node, &mut message.buttons);
        }
        message.tags = self.list(root, "applied_tags").iter().filter_map(|node| self.string(node)).collect();
        message.poll = root.at("poll").and_then(|node| self.poll(&node));
        message
    }

    /// Told only where it would allow something.
    fn mentions(&mut self, root: &Node<'_>) {
        let Some(node) = root.at("allowed_mentions") else { return };
        let allows = |value: &Value| value.as_array().is_none_or(|list| !list.is_empty());
        if node.map().is_none_or(|map| map.values().any(allows)) {
            self.note(&node.path, "ignored, only a route's `mention` pings");
        }
    }

    fn flags(&mut self, root: &Node<'_>) -> u32 {
        let Some(flags) = self.number(root, "flags") else { return 0 };
        let carried = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS;
        if flags & COMPONENTS_V2 != 0 {
            self.note("flags", "components V2 are not carried, only action rows of link buttons");
        } else if flags & !i64::from(carried) != 0 {
            self.note("flags", "only 4 (no embeds) and 4096 (silent) are carried");
        }
        u32::try_from(flags & i64::from(carried)).unwrap_or(0)
    }

    fn embed(&mut self, node: &Node<'_>) -> Option<Embed> {
        self.table(node)?;
        let known = [
            "title",
            "url",
            "description",
            "color",
            "author",
            "thumbnail",
            "image",
            "fields",
            "footer",
            "timestamp",
            "type",
        ];
        self.known(node, &known, &[("provider", BY_DISCORD), ("video", BY_DISCORD)]);
        let author = self.part(node, "author", "name", &["url", "icon_url"]);
        let footer = self.part(node, "footer", "text", &["icon_url"]);
        Some(Embed {
            title: self.text(node, "title"),
            url: self.text(node, "url"),
            description: self.text(node, "description"),
            color: self.color(node),
            author: author.map_or_else(Author::default, |(name, [url, icon_url])| Author { name, url, icon_url }),
            footer: footer.map_or_else(Footer::default, |(text, [icon_url])| Footer { text, icon_url }),
            thumbnail: self.part(node, "thumbnail", "url", &[]).unwrap_or_default().0,
            image: self.part(node, "image", "url", &[]).unwrap_or_default().0,
            fields: self.list(node, "fields").iter().filter_map(|node| self.field(node)).collect(),
            timestamp: self.text(node, "timestamp"),
            ..Embed::default()
        })
    }

    fn field(&mut self, node: &Node<'_>) -> Option<Field> {
        self.table(node)?;
        self.known(node, &["name", "value", "inline"], &[]);
        let (name, value) = (self.text(node, "name"), self.text(node, "value"));
        Some(Field { name, value, inline: self.yes(node, "inline"), ..Field::default() })
    }

    fn color(&mut self, node: &Node<'_>) -> Option<u32> {
        let color = node.at("color")?;
        let text = color.value.as_str().unwrap_or_default().trim();
        let hex = text.strip_prefix('#').or_else(|| text.strip_prefix("0x"));
        if let Some(color) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
            return Some(color);
        }
        let number = self.number(node, "color")?;
        let fits = u32::try_from(number).ok();
        if fits.is_none() {
            self.note(&color.path, "must be from 0 to 16777215 (0xFFFFFF)");
        }
        fits
    }

    /// Link buttons, wherever they stand; webhooks made by hand may send no other.
    fn component(&mut self, node: &Node<'_>, buttons: &mut Vec<Button>) {
        if self.table(node).is_none() {
            return;
        }
        match self.number(node, "type") {
            Some(1) => {
                self.known(node, &["type", "components"], &[("id", "not carried")]);
                for inner in self.list(node, "components") {
                    self.component(&inner, buttons);
                }
            }
            Some(2) if self.number(node, "style") == Some(i64::from(LINK)) => {
                let aside = ["emoji", "disabled", "id"].map(|key| (key, "not carried"));
                self.known(node, &["type", "style", "label", "url"], &aside);
                let (label, url) = (self.text(node, "label"), self.text(node, "url"));
                if url.is_empty() {
                    self.note(&node.path, "left out, a link button needs a `url`");
                } else {
                    buttons.push(Button { label, url });
                }
            }
            _ => self
                .note(&node.path, "left out, only rows (`type` 1) of link buttons (`type` 2, `style` 5) are carried"),
        }
    }

    fn poll(&mut self, node: &Node<'_>) -> Option<Poll> {
        self.table(node)?;
        let known = ["question", "answers", "duration", "allow_multiselect", "layout_type"];
        self.known(node, &known, &[]);
        let answers = self.list(node, "answers");
        let hours = self.number(node, "duration").map_or(POLL_HOURS, |hours| {
            // What is out of bounds is brought within them by fitting.
            u32::try_from(hours.max(0)).unwrap_or(u32::MAX)
        });
        Some(Poll {
            question: self.part(node, "question", "text", &[]).unwrap_or_default().0,
            answers: answers.iter().filter_map(|answer| self.answer(answer)).collect(),
            hours,
            multiselect: self.yes(node, "allow_multiselect"),
        })
    }

    fn answer(&mut self, node: &Node<'_>) -> Option<String> {
        if node.value.is_object() {
            self.known(node, &["poll_media"], &[("answer_id", BY_DISCORD)]);
            return Some(self.part(node, "poll_media", "text", &[])?.0);
        }
        self.string(node)
    }

    /// A table with a text under `main` and others under `more`; the text alone will do.
    fn part<const N: usize>(
        &mut self,
        node: &Node<'_>,
        key: &str,
        main: &str,
        more: &[&str; N],
    ) -> Option<(String, [String; N])> {
        let part = node.at(key)?;
        if part.map().is_some() {
            let aside = ["proxy_url", "proxy_icon_url", "height", "width"].map(|key| (key, BY_DISCORD));
            self.known(&part, &[&[main], more.as_slice()].concat(), &aside);
            return Some((self.text(&part, main), more.map(|key| self.text(&part, key))));
        }
        Some((self.string(&part)?, more.map(|_| String::new())))
    }

    fn text(&mut self, node: &Node<'_>, key: &str) -> String {
        node.at(key).and_then(|text| self.string(&text)).unwrap_or_default()
    }

    fn string(&mut self, node: &Node<'_>) -> Option<String> {
        match node.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(yes) => Some(yes.to_string()),
            _ => self.wrong(node, "text"),
        }
    }

    fn yes(&mut self, node: &Node<'_>, key: &str) -> bool {
        let Some(node) = node.at(key) else { return false };
        let read = match node.value {
            Value::Bool(yes) => Some(*yes),
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        };
        read.or_else(|| self.wrong(&node, "true or false")).unwrap_or_default()
    }

    fn number(&mut self, node: &Node<'_>, key: &str) -> Option<i64> {
        let node = node.at(key)?;
        let read = match node.value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
        };
        read.or_else(|| self.wrong(&node, "a whole number"))
    }

    fn list<'v>(&mut self, node: &Node<'v>, key: &str) -> Vec<Node<'v>> {
        let Some(node) = node.at(key) else { return Vec::new() };
        let Some(list) = node.value.as_array() else {
            return self.wrong(&node, "a list").unwrap_or_default();
        };
        let item = |(at, value): (usize, &'v Value)| Node { path: format!("{}[{at}]", node.path), value };
        list.iter().enumerate().map(item).collect()
    }

    fn table<'v>(&mut self, node: &Node<'v>) -> Option<&'v Map<String, Value>> {
        node.map().or_else(|| self.wrong(node, "a table"))
    }

    fn wrong<T>(&mut self, node: &Node<'_>, wanted: &str) -> Option<T> {
        self.note(&node.path, format!("left out, must be {wanted}, not {}", kind(node.value)));
        None
    }

    /// Tells the keys that are not known, and those that are set aside for a reason.
    fn known(&mut self, node: &Node<'_>, known: &[&str], aside: &[(&str, &str)]) {
        for (key, value) in node.map().into_iter().flatten() {
            if known.contains(&key.as_str()) || value.is_null() {
                continue;
            }
            match aside.iter().find(|(name, _)| name == key) {
                Some((_, "")) => {}
                Some((_, why)) => self.note(&node.below(key), why),
                None => self.strange(node, key, known),
            }
        }
    }

    fn strange(&mut self, node: &Node<'_>, key: &str, known: &[&str]) {
        let short: String = key.chars().filter(|c| !c.is_control()).take(KEY).collect();
        let hint = did_you_mean(&short, known.iter().copied());
        let hint = hint.map_or_else(String::new, |word| format!(", did you mean `{word}`?"));
        self.note(&node.below(&short), format!("unknown{hint}"));
    }

    fn note(&mut self, path: &str, what: impl AsRef<str>) {
        if self.notes.len() < NOTES {
            self.notes.push(format!("{path}: {}", what.as_ref()));
        } else {
            self.untold += 1;
        }
    }

    fn told(mut self) -> Vec<String> {
        if self.untold > 0 {
            self.notes.push(format!("and {} more", self.untold));
        }
        self.notes
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

#[cfg(test)]
mod tests;
