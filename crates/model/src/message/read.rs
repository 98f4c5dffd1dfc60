//! Reads a message from Discord's own JSON, as copied from elsewhere. What cannot be carried is left out, with
//! a note that has its path; only a body that is not an object is an error.

use serde_json::{Map, Value};

use super::body::{LINK, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS};
use super::{Author, Button, Embed, Field, Footer, Message, Poll};
use crate::note::{BodyNote, JsonKind};
use crate::suggest::did_you_mean;

/// More notes than this are only counted.
const MOST_NOTES: usize = 20;
/// Most characters of an unknown key in a note.
const KEY: usize = 40;
const COMPONENTS_V2: i64 = 1 << 15;
/// How long a poll is open when it does not say, in hours. Discord's default.
const POLL_HOURS: u32 = 24;

impl Message {
    /// Reads the body of an Execute Webhook request. What a [`Message`] cannot hold is left out, with a note each; a
    /// text may be a number, a number may be a text. Nothing is fitted to limits yet.
    ///
    /// ```
    /// let body = serde_json::json!({ "content": "hi", "embeds": [{ "titel": "x" }] });
    /// let (message, notes) = hookbell_model::message::Message::from_json(&body).unwrap();
    /// assert_eq!(message.content, "hi");
    /// assert_eq!(notes[0].to_string(), "embeds[0].titel: unknown, did you mean `title`?");
    /// ```
    ///
    /// # Errors
    /// When the body is not an object.
    pub fn from_json(body: &Value) -> Result<(Self, Vec<BodyNote>), BodyNote> {
        let mut reader = Reader::default();
        let root = Node { path: String::new(), value: body };
        if !body.is_object() {
            return Err(BodyNote::NotAnObject { found: JsonKind::of(body) });
        }
        let message = reader.message(&root);
        Ok((message, reader.into_notes()))
    }
}

/// A value and its path.
struct Node<'v> {
    path: String,
    value: &'v Value,
}

impl<'v> Node<'v> {
    fn map(&self) -> Option<&'v Map<String, Value>> {
        self.value.as_object()
    }

    /// The value of a key; null is none.
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
    notes: Vec<BodyNote>,
    /// Notes beyond [`MOST_NOTES`].
    more: usize,
}

/// A known key that is not read, and the note about it; none = no note.
type Ignored<'k> = (&'k str, Option<fn(String) -> BodyNote>);

fn set_by_discord(path: String) -> BodyNote {
    BodyNote::SetByDiscord { path }
}

fn not_carried(path: String) -> BodyNote {
    BodyNote::NotCarried { path }
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
        let files: fn(String) -> BodyNote = |path| BodyNote::Files { path };
        let ignored: [Ignored<'_>; 4] = [
            ("allowed_mentions", None),
            ("attachments", Some(files)),
            ("files", Some(files)),
            ("payload_json", Some(|path| BodyNote::PayloadJson { path })),
        ];
        self.known(root, &known, &ignored);
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

    /// Noted only where it would allow something.
    fn mentions(&mut self, root: &Node<'_>) {
        let Some(node) = root.at("allowed_mentions") else { return };
        let allows = |value: &Value| value.as_array().is_none_or(|list| !list.is_empty());
        if node.map().is_none_or(|map| map.values().any(allows)) {
            self.note(BodyNote::AllowedMentions { path: node.path });
        }
    }

    fn flags(&mut self, root: &Node<'_>) -> u32 {
        let Some(flags) = self.number(root, "flags") else { return 0 };
        let carried = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS;
        if flags & COMPONENTS_V2 != 0 {
            self.note(BodyNote::ComponentsV2 { path: root.below("flags") });
        } else if flags & !i64::from(carried) != 0 {
            self.note(BodyNote::Flags { path: root.below("flags") });
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
        self.known(node, &known, &["provider", "video"].map(|key| (key, Some(set_by_discord as _))));
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
            self.note(BodyNote::Color { path: color.path });
        }
        fits
    }

    /// Link buttons at any depth; webhooks made by hand may send no other components.
    fn component(&mut self, node: &Node<'_>, buttons: &mut Vec<Button>) {
        if self.table(node).is_none() {
            return;
        }
        match self.number(node, "type") {
            Some(1) => {
                self.known(node, &["type", "components"], &[("id", Some(not_carried))]);
                for inner in self.list(node, "components") {
                    self.component(&inner, buttons);
                }
            }
            Some(2) if self.number(node, "style") == Some(i64::from(LINK)) => {
                let ignored = ["emoji", "disabled", "id"].map(|key| (key, Some(not_carried as _)));
                self.known(node, &["type", "style", "label", "url"], &ignored);
                let (label, url) = (self.text(node, "label"), self.text(node, "url"));
                if url.is_empty() {
                    self.note(BodyNote::ButtonWithoutUrl { path: node.path.clone() });
                } else {
                    buttons.push(Button { label, url });
                }
            }
            _ => self.note(BodyNote::Component { path: node.path.clone() }),
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
            self.known(node, &["poll_media"], &[("answer_id", Some(set_by_discord))]);
            return Some(self.part(node, "poll_media", "text", &[])?.0);
        }
        self.string(node)
    }

    /// A table with a text under `main` and others under `more`; the text alone is accepted too.
    fn part<const N: usize>(
        &mut self,
        node: &Node<'_>,
        key: &str,
        main: &str,
        more: &[&str; N],
    ) -> Option<(String, [String; N])> {
        let part = node.at(key)?;
        if part.map().is_some() {
            let ignored =
                ["proxy_url", "proxy_icon_url", "height", "width"].map(|key| (key, Some(set_by_discord as _)));
            self.known(&part, &[&[main], more.as_slice()].concat(), &ignored);
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
            _ => self.wrong(node, JsonKind::Text),
        }
    }

    fn yes(&mut self, node: &Node<'_>, key: &str) -> bool {
        let Some(node) = node.at(key) else { return false };
        let read = match node.value {
            Value::Bool(yes) => Some(*yes),
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        };
        read.or_else(|| self.wrong(&node, JsonKind::Boolean)).unwrap_or_default()
    }

    fn number(&mut self, node: &Node<'_>, key: &str) -> Option<i64> {
        let node = node.at(key)?;
        let read = match node.value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
        };
        read.or_else(|| self.wrong(&node, JsonKind::WholeNumber))
    }

    fn list<'v>(&mut self, node: &Node<'v>, key: &str) -> Vec<Node<'v>> {
        let Some(node) = node.at(key) else { return Vec::new() };
        let Some(list) = node.value.as_array() else {
            return self.wrong(&node, JsonKind::List).unwrap_or_default();
        };
        let item = |(at, value): (usize, &'v Value)| Node { path: format!("{}[{at}]", node.path), value };
        list.iter().enumerate().map(item).collect()
    }

    fn table<'v>(&mut self, node: &Node<'v>) -> Option<&'v Map<String, Value>> {
        node.map().or_else(|| self.wrong(node, JsonKind::Table))
    }

    fn wrong<T>(&mut self, node: &Node<'_>, expected: JsonKind) -> Option<T> {
        self.note(BodyNote::WrongKind { path: node.path.clone(), expected, found: JsonKind::of(node.value) });
        None
    }

    /// Notes the keys that are not known, and those that are known and not read.
    fn known(&mut self, node: &Node<'_>, known: &[&str], ignored: &[Ignored<'_>]) {
        for (key, value) in node.map().into_iter().flatten() {
            if known.contains(&key.as_str()) || value.is_null() {
                continue;
            }
            match ignored.iter().find(|(name, _)| name == key) {
                Some((_, None)) => {}
                Some((_, Some(note))) => self.note(note(node.below(key))),
                None => self.unknown(node, key, known),
            }
        }
    }

    fn unknown(&mut self, node: &Node<'_>, key: &str, known: &[&str]) {
        let short: String = key.chars().filter(|c| !c.is_control()).take(KEY).collect();
        let suggestion = did_you_mean(&short, known.iter().copied()).map(str::to_owned);
        self.note(BodyNote::UnknownKey { path: node.below(&short), suggestion });
    }

    fn note(&mut self, note: BodyNote) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(note);
        } else {
            self.more += 1;
        }
    }

    fn into_notes(mut self) -> Vec<BodyNote> {
        if self.more > 0 {
            self.notes.push(BodyNote::More { count: self.more });
        }
        self.notes
    }
}

#[cfg(test)]
mod tests;
