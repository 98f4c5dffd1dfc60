//! Writes a message as Discord reads it: the body of a POST and of a PATCH.

use serde_json::{Value, json};

use super::{ActionButton, Attachment, Button, Embed, Message, Poll, limit};
use crate::delivery::Mention;
use crate::snowflake::is_snowflake;

/// Message flags, as Discord numbers them.
pub(super) const SUPPRESS_EMBEDS: u32 = 1 << 2;
pub(super) const SUPPRESS_NOTIFICATIONS: u32 = 1 << 12;
/// A button of the kind that opens a link.
pub(super) const LINK: u32 = 5;
/// Buttons of the kinds that send their id.
const PRIMARY: u32 = 1;
const SECONDARY: u32 = 2;
/// The content of an edit whose message is only a poll: an edit cannot carry a poll.
const A_POLL: &str = "(a poll)";

impl Message {
    /// The body of an Execute Webhook request. Call `fit_message` first, and `name_tags`: tags are
    /// written by id alone.
    pub fn to_post(&self) -> Value {
        let mut body = self.common();
        put(&mut body, "username", &self.username);
        put(&mut body, "avatar_url", &self.avatar_url);
        if self.silent {
            body["flags"] = json!(self.flags() | SUPPRESS_NOTIFICATIONS);
        }
        if self.tts {
            body["tts"] = json!(true);
        }
        if !self.thread.is_empty() {
            put(&mut body, "thread_name", &self.thread);
            let tags: Vec<&String> = self.tags.iter().filter(|tag| is_snowflake(tag)).take(limit::TAGS).collect();
            if !tags.is_empty() {
                body["applied_tags"] = json!(tags);
            }
        }
        if let Some(poll) = &self.poll {
            body["poll"] = poll.to_json();
        }
        if !self.files.is_empty() {
            body["attachments"] = self.files.iter().enumerate().map(attachment).collect();
        }
        body
    }

    /// The body of an Edit Webhook Message request: the same, without what an edit cannot carry, and with
    /// what is absent sent empty, so that the message becomes this one rather than a mixture of both.
    pub fn to_patch(&self) -> Value {
        let mut body = self.common();
        if self.poll.is_some() && ["content", "embeds", "components"].iter().all(|key| body.get(key).is_none()) {
            body["content"] = json!(A_POLL);
        }
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
        let actions = (!self.actions.is_empty()).then(|| action_row(&self.actions));
        let rows: Vec<Value> = actions.into_iter().chain(self.buttons.chunks(limit::BUTTONS_A_ROW).map(row)).collect();
        if !rows.is_empty() {
            body["components"] = rows.into_iter().take(limit::ROWS).collect();
        }
        if self.suppress_embeds {
            body["flags"] = json!(self.flags());
        }
        body
    }

    /// The parts that a post and an edit may both carry.
    fn flags(&self) -> u32 {
        if self.suppress_embeds { SUPPRESS_EMBEDS } else { 0 }
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

impl Poll {
    fn to_json(&self) -> Value {
        let media = |text: &String| json!({ "text": text });
        let answers: Vec<Value> = self.answers.iter().map(|answer| json!({ "poll_media": media(answer) })).collect();
        json!({
            "question": media(&self.question),
            "answers": answers,
            "duration": self.hours,
            "allow_multiselect": self.multiselect,
        })
    }
}

fn put(body: &mut Value, key: &str, text: &str) {
    if !text.is_empty() {
        body[key] = json!(text);
    }
}

/// The part of the body that names a file by its number; its bytes go beside the body.
fn attachment((number, file): (usize, &Attachment)) -> Value {
    let description: String = file.description.chars().take(limit::ALT_TEXT).collect();
    json!({ "id": number.to_string(), "filename": file.filename, "description": description })
}

fn action_row(buttons: &[ActionButton]) -> Value {
    let button = |button: &ActionButton| {
        let style = if button.is_primary { PRIMARY } else { SECONDARY };
        json!({ "type": 2, "style": style, "label": button.label, "custom_id": button.custom_id })
    };
    json!({ "type": 1, "components": buttons.iter().take(limit::BUTTONS_A_ROW).map(button).collect::<Vec<_>>() })
}

fn row(buttons: &[Button]) -> Value {
    let buttons: Vec<Value> = buttons
        .iter()
        .map(|button| json!({ "type": 2, "style": LINK, "label": button.label, "url": button.url }))
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

    #[test]
    fn a_file_is_named_in_a_post_and_in_no_edit() {
        let file = Attachment { filename: "a.png".into(), description: "x".repeat(2000), bytes: vec![1] };
        let message = Message { files: vec![file], ..Message::default() };
        let named = &message.to_post()["attachments"][0];
        assert_eq!((&named["id"], &named["filename"]), (&json!("0"), &json!("a.png")));
        assert_eq!(named["description"].as_str().map(str::len), Some(limit::ALT_TEXT));
        assert!(message.to_patch().get("attachments").is_none());
    }

    #[test]
    fn what_only_a_post_can_carry_is_in_no_edit() {
        let poll = Poll { question: "Ship it?".into(), answers: vec!["Yes".into()], hours: 24, multiselect: true };
        let message = Message {
            poll: Some(poll),
            tts: true,
            silent: true,
            suppress_embeds: true,
            thread: "Release 2.0".into(),
            tags: vec!["42".into()],
            ..Message::default()
        };
        let expected = json!({
            "allowed_mentions": { "parse": [] },
            "flags": 4 | 4096,
            "tts": true,
            "thread_name": "Release 2.0",
            "applied_tags": ["42"],
            "poll": {
                "question": { "text": "Ship it?" },
                "answers": [{ "poll_media": { "text": "Yes" } }],
                "duration": 24,
                "allow_multiselect": true,
            },
        });
        assert_eq!(message.to_post(), expected);
        let edit = message.to_patch();
        assert_eq!((&edit["flags"], &edit["content"]), (&json!(4), &json!("(a poll)")));
        for key in ["tts", "thread_name", "applied_tags", "poll"] {
            assert!(edit.get(key).is_none(), "{key}");
        }
        let tagged = Message { thread: String::new(), ..message };
        assert!(tagged.to_post().get("applied_tags").is_none());
    }
}
