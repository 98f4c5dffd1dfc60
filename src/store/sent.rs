//! A message as it was posted, kept beside its delivery.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use hookbell_model::live::LiveContext;
use hookbell_model::note::Note;
use hookbell_template::discord_markdown::plain_text;

/// In characters.
const MAX_TITLE: usize = 200;

/// A message as it was posted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SentMessage {
    /// The message's name (`stripe.payment`), or `generic` for the generic card.
    pub template: String,
    /// The names of its live message. Kept as one text, `key`, when there was one.
    #[serde(default, alias = "key", skip_serializing_if = "Vec::is_empty", deserialize_with = "keys")]
    pub keys: Vec<String>,
    /// What its template could use beside the event.
    #[serde(default, skip_serializing_if = "LiveContext::is_empty")]
    pub context: LiveContext,
    /// What failed or was cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "notes")]
    pub notes: Vec<Note>,
    /// The body of a new post, also where it edited an earlier message or went into an existing forum post.
    pub body: Value,
}

impl SentMessage {
    /// What the message says in one line, without marks and pings: the line that a phone shows, else the title of its first
    /// embed, that one's author, or its first line.
    pub fn title(&self) -> String {
        let embed = &self.body["embeds"][0];
        let texts = [&self.body["content"], &embed["title"], &embed["author"]["name"], &embed["description"]];
        let lines = texts.into_iter().filter_map(Value::as_str).flat_map(str::lines);
        let line_of = |line: &str| without_pings(&plain_text(line.trim_start_matches(['#', '>', ' '])));
        let title = lines.map(line_of).find(|title| !title.is_empty());
        title.unwrap_or_default().chars().take(MAX_TITLE).collect()
    }
}

/// Without `<@1>`, `<@&1>`, `@here` and `@everyone`, which say nothing in a list.
fn without_pings(line: &str) -> String {
    let is_ping = |word: &&str| matches!(*word, "@here" | "@everyone") || word.starts_with("<@") && word.ends_with('>');
    line.split_whitespace().filter(|word| !is_ping(word)).collect::<Vec<_>>().join(" ")
}

/// One key was a text once; rows of that time stay readable.
fn keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        List(Vec<String>),
        One(String),
    }
    Ok(match Stored::deserialize(deserializer)? {
        Stored::List(keys) => keys,
        Stored::One(key) => vec![key],
    })
}

/// Notes were lines of text once; rows of that time stay readable.
fn notes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Note>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Typed(Note),
        Text(String),
    }
    let stored = Vec::<Stored>::deserialize(deserializer)?.into_iter();
    let typed = |stored| match stored {
        Stored::Typed(note) => note,
        Stored::Text(text) => Note::Untyped { text },
    };
    Ok(stored.map(typed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_both_forms_are_read() {
        let stored = serde_json::json!({
            "template": "shop.order", "body": {},
            "notes": ["content: 7 characters cut", { "type": "pings_left_out", "count": 3 }],
        });
        let sent: SentMessage = serde_json::from_value(stored).expect("a sent message");
        let text = "content: 7 characters cut".to_owned();
        assert_eq!(sent.notes, [Note::Untyped { text }, Note::PingsLeftOut { count: 3 }]);
    }

    #[test]
    fn the_title_is_the_line_that_a_phone_shows() {
        let title = |body: serde_json::Value| SentMessage { body, ..SentMessage::default() }.title();
        let embeds = serde_json::json!([{ "title": "Payment", "description": "more" }]);
        let content = "<@&222> **€54.90** from Ada \\*Example\\*\nsecond line";
        assert_eq!(title(serde_json::json!({ "content": content, "embeds": embeds })), "€54.90 from Ada *Example*");
        assert_eq!(title(serde_json::json!({ "content": "@here", "embeds": embeds })), "Payment");
        assert_eq!(title(serde_json::json!({ "embeds": [{ "description": "## Late\nagain" }] })), "Late");
        assert_eq!(title(serde_json::json!({ "poll": {} })), "");
    }
}
