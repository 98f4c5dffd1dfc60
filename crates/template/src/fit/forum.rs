//! Title and tags of a forum post: the title also where a template gives none; templates name tags, Discord has ids.

use std::collections::BTreeSet;

use super::cut::{CutEnding, TextSyntax, cut, cut_part};
use super::tidy::to_line;
use hookbell_model::message::{Message, limit};
use hookbell_model::note::{MessagePart, Note};
use hookbell_model::snowflake::is_snowflake;

/// The title of a post whose message has no text of its own.
const UNTITLED: &str = "New message";

/// Puts ids in the place of the tags' names and leaves out what has none, so that [`Message::to_post`] can
/// write them. Returns what was left out. Call [`fit_message`](super::fit_message) first.
pub fn name_tags<'t>(message: &mut Message, id: impl Fn(&str) -> Option<&'t str>) -> Vec<Note> {
    let (mut kept, mut over, mut notes): (Vec<String>, _, _) = (Vec::new(), 0, Vec::new());
    for mut tag in message.tags.drain(..) {
        let Some(found) = id(&tag).or_else(|| is_snowflake(&tag).then_some(tag.as_str())) else {
            cut(&mut tag, limit::THREAD, TextSyntax::Plain, CutEnding::Ellipsis);
            notes.push(Note::UnknownTag { tag });
            continue;
        };
        if kept.iter().any(|other| other == found) {
            continue;
        }
        if kept.len() == limit::TAGS {
            over += 1;
        } else {
            kept.push(found.to_owned());
        }
    }
    message.tags = kept;
    if over > 0 {
        notes.push(Note::TooMany { part: MessagePart::Tags, over, limit: limit::TAGS });
    }
    notes
}

/// A title for a forum post from the message's first text; for a forum that requires one when the template gives
/// none.
pub fn derived_title(message: &Message) -> String {
    let titles = message.embeds.iter().map(|embed| embed.title.as_str());
    let cards = message.embeds.iter().flat_map(|embed| {
        let fields = embed.fields.iter().map(|field| field.name.as_str());
        [embed.author.name.as_str(), &embed.description].into_iter().chain(fields)
    });
    let polls = message.poll.iter().map(|poll| poll.question.as_str());
    let mut texts = titles.chain([message.content.as_str()]).chain(cards).chain(polls).map(first_line);
    let title = texts.find(|line| !line.is_empty()).unwrap_or_default();
    let title = post_title(&title);
    if title.is_empty() { UNTITLED.to_owned() } else { title }
}

/// A text without marks as the title of a post; empty where there is nothing to be seen.
pub fn post_title(text: &str) -> String {
    let mut title = text.to_owned();
    to_line(&mut title);
    cut(&mut title, limit::THREAD, TextSyntax::Plain, CutEnding::Ellipsis);
    title
}

/// The first line with text, without markdown: a title shows the marks themselves.
fn first_line(text: &str) -> String {
    text.lines().map(without_marks).find(|line| !line.is_empty()).unwrap_or_default()
}

fn without_marks(line: &str) -> String {
    let line = line.trim_start_matches(['#', '>', ' ']).trim_start_matches("-# ");
    let (mut plain, mut escaped) = (String::with_capacity(line.len()), false);
    for c in line.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            // A backslash before anything else is itself.
            _ if escaped && !c.is_ascii_punctuation() => plain.extend(['\\', c]),
            '*' | '`' if !escaped => {}
            c => plain.push(c),
        }
        escaped = false;
    }
    to_line(&mut plain);
    plain
}

/// Fits title and tags. Returns whether there was too much of something.
pub(super) fn fit(message: &mut Message, notes: &mut Vec<Note>) -> bool {
    to_line(&mut message.thread);
    let (plain, ending) = (TextSyntax::Plain, CutEnding::Ellipsis);
    let is_cut = cut_part(&mut message.thread, limit::THREAD, plain, ending, MessagePart::Thread, notes);
    message.tags.iter_mut().for_each(to_line);
    let mut seen = BTreeSet::new();
    message.tags.retain(|tag| !tag.is_empty() && seen.insert(tag.clone()));
    is_cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::fit_message;
    use hookbell_model::message::Embed;

    fn known(name: &str) -> Option<&'static str> {
        [("bug", "11"), ("urgent", "12"), ("defect", "11")].into_iter().find(|(own, _)| *own == name).map(|(_, id)| id)
    }

    #[test]
    fn a_post_has_at_most_five_tags_by_id_and_each_once() {
        let tags = ["bug", " urgent\n", "bug", "", "colour", "defect", "018", "2", "3", "4", "5", "6"];
        let mut message = Message { content: "x".into(), thread: "t".into(), ..Message::default() };
        message.tags = tags.map(String::from).to_vec();
        assert_eq!(fit_message(&mut message), []);
        let notes: Vec<String> = name_tags(&mut message, known).iter().map(ToString::to_string).collect();
        assert_eq!(message.tags, ["11", "12", "2", "3", "4"]);
        assert_eq!(
            notes,
            [
                "tags: `colour` left out, the destination has no tag of this name",
                "tags: `018` left out, the destination has no tag of this name",
                "tags: 2 more than 5 left out",
            ]
        );
    }

    #[test]
    fn names_that_nobody_resolved_are_never_posted() {
        let tags = ["bug", "1", "2", "3", "4", "5", "6"].map(String::from).to_vec();
        let message = Message { thread: "t".into(), tags, ..Message::default() };
        assert_eq!(message.to_post()["applied_tags"], serde_json::json!(["1", "2", "3", "4", "5"]));
        let message = Message { thread: "t".into(), tags: vec!["bug".into()], ..Message::default() };
        assert!(message.to_post().get("applied_tags").is_none());
    }

    #[test]
    fn a_title_is_made_of_what_is_read_first_and_without_marks() {
        let embed = |title: &str, description: &str| Embed {
            title: title.into(),
            description: description.into(),
            ..Embed::default()
        };
        let title = |content: &str, embeds: Vec<Embed>| {
            derived_title(&Message { content: content.into(), embeds, ..Message::default() })
        };
        assert_eq!(title("said", vec![embed("a\\_b \\\\ \\*c\\*", "")]), "a_b \\ *c*");
        assert_eq!(title("\n## **Order** `A-1`\nmore", vec![embed("", "d")]), "Order A-1");
        assert_eq!(title("", vec![embed("", "-# first\nsecond")]), "first");
        assert_eq!(title("", vec![]), "New message");
        assert_eq!(title(&"é".repeat(300), vec![]), format!("{}…", "é".repeat(99)));
    }
}
