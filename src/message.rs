//! What is posted: plain values in Discord's shape, and Discord's limits. [`Message::fit`] brings a message
//! within all of them.

pub mod fit;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::delivery::Mention;

/// Discord's limits, in Unicode code points, inclusive, after trimming. Source: the developer
/// documentation, "Embed Limits" and "Execute Webhook"; URL lengths from the official OpenAPI file.
pub mod limit {
    pub const CONTENT: usize = 2000;
    pub const USERNAME: usize = 80;
    pub const EMBEDS: usize = 10;
    pub const TITLE: usize = 256;
    pub const DESCRIPTION: usize = 4096;
    pub const FIELDS: usize = 25;
    pub const FIELD_NAME: usize = 256;
    pub const FIELD_VALUE: usize = 1024;
    pub const FOOTER: usize = 2048;
    pub const AUTHOR: usize = 256;
    /// Title, description, field names and values, footer and author name over all embeds of a message.
    pub const EMBED_SUM: usize = 6000;
    pub const URL: usize = 2048;
    pub const BUTTONS_A_ROW: usize = 5;
    pub const ROWS: usize = 5;
    pub const BUTTON_LABEL: usize = 80;
    pub const BUTTON_URL: usize = 512;
    /// Ids in one `allowed_mentions` list.
    pub const MENTIONS: usize = 100;
}

/// A message on its way to a webhook. Empty means absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    pub username: String,
    pub avatar_url: String,
    pub content: String,
    pub embeds: Vec<Embed>,
    pub buttons: Vec<Button>,
    /// The only pings there are; written before the content.
    pub mention: Vec<Mention>,
    /// Posted without a notification.
    pub silent: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Embed {
    pub title: String,
    pub url: String,
    pub description: String,
    /// 0 to 0xFFFFFF.
    pub color: Option<u32>,
    pub author: Author,
    pub thumbnail: String,
    pub image: String,
    pub fields: Vec<Field>,
    pub footer: Footer,
    /// RFC 3339.
    pub timestamp: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Author {
    pub name: String,
    pub url: String,
    pub icon_url: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Footer {
    pub text: String,
    pub icon_url: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: String,
    pub inline: bool,
}

/// A link button; the only kind that a webhook made by hand may carry.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub url: String,
}

const SUPPRESS_NOTIFICATIONS: u32 = 1 << 12;

impl Message {
    /// The body of an Execute Webhook request. Call [`Message::fit`] first.
    pub fn to_post(&self) -> Value {
        let mut body = self.common();
        put(&mut body, "username", &self.username);
        put(&mut body, "avatar_url", &self.avatar_url);
        if self.silent {
            body["flags"] = json!(SUPPRESS_NOTIFICATIONS);
        }
        body
    }

    /// The body of an Edit Webhook Message request: the same, without what an edit cannot carry, and with
    /// what is absent sent empty, so that the message becomes this one rather than a mixture of both.
    pub fn to_patch(&self) -> Value {
        let mut body = self.common();
        for (key, empty) in [("content", json!("")), ("embeds", json!([])), ("components", json!([]))] {
            if body.get(key).is_none() {
                body[key] = empty;
            }
        }
        body
    }

    fn common(&self) -> Value {
        let mut body = json!({ "allowed_mentions": self.allowed_mentions() });
        put(&mut body, "content", &self.content_with_pings());
        if !self.embeds.is_empty() {
            body["embeds"] = self.embeds.iter().map(Embed::to_json).collect();
        }
        if !self.buttons.is_empty() {
            body["components"] = self.buttons.chunks(limit::BUTTONS_A_ROW).map(row).collect();
        }
        body
    }

    /// The content as it is sent: the pings of the route, then the text.
    pub fn content_with_pings(&self) -> String {
        let pings: Vec<String> = self.mention.iter().map(Mention::to_string).collect();
        [pings.join(" "), self.content.clone()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Always sent: without it Discord would parse users, on an edit even after a strict post.
    fn allowed_mentions(&self) -> Value {
        let ids = |pick: fn(&Mention) -> Option<&String>| -> Vec<&String> {
            self.mention.iter().filter_map(pick).take(limit::MENTIONS).collect()
        };
        let roles = ids(|mention| if let Mention::Role(id) = mention { Some(id) } else { None });
        let users = ids(|mention| if let Mention::User(id) = mention { Some(id) } else { None });
        let everyone = self.mention.iter().any(|mention| matches!(mention, Mention::Everyone | Mention::Here));
        let mut allowed = json!({ "parse": if everyone { vec!["everyone"] } else { vec![] } });
        if !roles.is_empty() {
            allowed["roles"] = json!(roles);
        }
        if !users.is_empty() {
            allowed["users"] = json!(users);
        }
        allowed
    }
}

impl Embed {
    fn to_json(&self) -> Value {
        let mut embed = json!({});
        put(&mut embed, "title", &self.title);
        put(&mut embed, "url", &self.url);
        put(&mut embed, "description", &self.description);
        put(&mut embed, "timestamp", &self.timestamp);
        if let Some(color) = self.color {
            embed["color"] = json!(color);
        }
        if !self.author.name.is_empty() {
            let mut author = json!({ "name": self.author.name });
            put(&mut author, "url", &self.author.url);
            put(&mut author, "icon_url", &self.author.icon_url);
            embed["author"] = author;
        }
        if !self.footer.text.is_empty() {
            let mut footer = json!({ "text": self.footer.text });
            put(&mut footer, "icon_url", &self.footer.icon_url);
            embed["footer"] = footer;
        }
        for (key, url) in [("thumbnail", &self.thumbnail), ("image", &self.image)] {
            if !url.is_empty() {
                embed[key] = json!({ "url": url });
            }
        }
        if !self.fields.is_empty() {
            embed["fields"] = json!(self.fields);
        }
        embed
    }
}

fn put(body: &mut Value, key: &str, text: &str) {
    if !text.is_empty() {
        body[key] = json!(text);
    }
}

fn row(buttons: &[Button]) -> Value {
    let buttons: Vec<Value> = buttons
        .iter()
        .map(|button| json!({ "type": 2, "style": 5, "label": button.label, "url": button.url }))
        .collect();
    json!({ "type": 1, "components": buttons })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_come_from_the_route_alone() {
        let mut message = Message { content: "@everyone <@1>".into(), ..Message::default() };
        assert_eq!(message.to_post()["allowed_mentions"], json!({ "parse": [] }));
        message.mention = vec![Mention::Role("222".into()), Mention::Here];
        let body = message.to_patch();
        assert_eq!(body["allowed_mentions"], json!({ "parse": ["everyone"], "roles": ["222"] }));
        assert_eq!(body["content"], "<@&222> @here @everyone <@1>");
    }

    #[test]
    fn an_edit_clears_what_the_new_message_has_not() {
        let message = Message { content: "done".into(), username: "Stripe".into(), ..Message::default() };
        assert_eq!(
            message.to_patch(),
            json!({ "content": "done", "embeds": [], "components": [], "allowed_mentions": { "parse": [] } })
        );
    }
}
