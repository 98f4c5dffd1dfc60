//! Reads Slack's Block Kit: every block, element and text object that carries words, in their order. A shape that is not
//! known gives its words. <https://docs.slack.dev/reference/block-kit>

use serde_json::Value as Json;

use super::commonmark;
use super::node::{RichNode, normalized, unlinked, unnested, words};
use super::rich_text::{self, WORDS, join, link, prefixed, text_at, type_of};
use super::slack;

/// What is between the elements of one line and between the cells of a row.
const APART: &str = " · ";
/// The keys of what a block holds, in the order in which it is shown.
const PARTS: [&str; 12] = [
    "title",
    "subtitle",
    "label",
    "text",
    "description",
    "fields",
    "elements",
    "rows",
    "element",
    "accessory",
    "hint",
    "options",
];

/// Bytes of text that are kept of all blocks together: more than is kept of any rendered text, so that what is left out
/// here leaves a note there.
const KEPT: usize = 64 << 10;

/// Reads the blocks of one message.
pub(super) struct BlockReader {
    /// Words that are shown elsewhere and not repeated; empty = none.
    said: String,
    /// Bytes of text that are read for their marks; what is behind is kept as it is written.
    most: usize,
    /// Bytes of text so far.
    taken: usize,
}

impl BlockReader {
    pub(super) fn new(said: &str, most: usize) -> Self {
        Self { said: normalized(said), most, taken: 0 }
    }

    /// One of what the message is made of, unless its words were said.
    pub(super) fn part<'j>(&self, nodes: Vec<RichNode<'j>>) -> Vec<RichNode<'j>> {
        if !self.said.is_empty() && words(&nodes) == self.said { Vec::new() } else { nodes }
    }

    /// A text in Slack's mark-up.
    pub(super) fn mrkdwn<'j>(&mut self, text: &'j str) -> Vec<RichNode<'j>> {
        self.read(text, slack::nodes)
    }

    pub(super) fn plain<'j>(&mut self, text: &'j str) -> Vec<RichNode<'j>> {
        self.read(text, slack::plain_nodes)
    }

    fn read<'j>(&mut self, text: &'j str, nodes: fn(&'j str) -> Vec<RichNode<'j>>) -> Vec<RichNode<'j>> {
        self.taken = self.taken.saturating_add(text.len());
        match self.taken {
            taken if taken <= self.most => nodes(text),
            taken if taken <= KEPT.max(text.len()) => vec![RichNode::Text(text.to_owned())],
            _ => Vec::new(),
        }
    }

    /// A block, an element or a text, or a list of them: each in a line of its own.
    pub(super) fn block<'j>(&mut self, json: &'j Json) -> Vec<RichNode<'j>> {
        let nodes = match (json, type_of(json)) {
            (Json::String(text), _) => self.mrkdwn(text),
            (Json::Array(items), _) => return join(items.iter().map(|item| self.block(item)).collect()),
            (_, "mrkdwn") => self.mrkdwn(text_at(json, "text").unwrap_or_default()),
            (_, "plain_text" | "raw_text") => self.plain(text_at(json, "text").unwrap_or_default()),
            (_, "markdown") => {
                let text = text_at(json, "text").unwrap_or_default();
                self.read(text, commonmark::nodes)
            }
            (_, "rich_text") => rich_text::nodes(json),
            (_, "header") => {
                let title = json.get("text").map(|text| self.block(text)).unwrap_or_default();
                if title.is_empty() { title } else { vec![RichNode::Emphasis("**", unnested("**", title))] }
            }
            (_, "context") => {
                let elements = json.get("elements").and_then(Json::as_array).into_iter().flatten();
                let line = in_line(elements.map(|element| self.block(element)).collect(), " ");
                prefixed(line, || RichNode::Small)
            }
            (_, "actions" | "context_actions") => self.row(json.get("elements"), APART),
            (_, "button" | "workflow_button" | "icon_button") => self.linked(json, "url", "text"),
            (_, "image") => self.image(json),
            (_, "video") => {
                let title = self.linked(json, "title_url", "title");
                let more = ["author_name", "provider_name", "description", "alt_text"];
                join(std::iter::once(title).chain(more.map(|key| self.at(json, key))).collect())
            }
            (_, "table") => {
                let rows = json.get("rows").and_then(Json::as_array).into_iter().flatten();
                join(rows.map(|row| self.row(Some(row), APART)).collect())
            }
            _ => return self.unknown(json),
        };
        self.part(nodes)
    }

    fn at<'j>(&mut self, json: &'j Json, key: &str) -> Vec<RichNode<'j>> {
        match json.get(key) {
            Some(Json::String(text)) => self.plain(text),
            Some(part) => self.block(part),
            None => Vec::new(),
        }
    }

    fn row<'j>(&mut self, items: Option<&'j Json>, between: &str) -> Vec<RichNode<'j>> {
        let items = items.and_then(Json::as_array).into_iter().flatten();
        in_line(items.map(|item| self.block(item)).collect(), between)
    }

    /// Words that lead to where `url` says.
    fn linked<'j>(&mut self, json: &'j Json, url: &str, words: &str) -> Vec<RichNode<'j>> {
        let label = unlinked(self.at(json, words));
        match link_to(json, url) {
            Some(link) => vec![relabelled(link, label)],
            _ if label.is_empty() => self.at(json, "alt_text"),
            _ => label,
        }
    }

    /// Its words, which lead to the picture.
    fn image<'j>(&mut self, json: &'j Json) -> Vec<RichNode<'j>> {
        let title = self.at(json, "title");
        let alt = self.at(json, "alt_text");
        let same = words(&title) == words(&alt);
        let label = unlinked(if same { alt } else { in_line(vec![title, alt], APART) });
        match link_to(json, "image_url") {
            Some(link) if !label.is_empty() => vec![relabelled(link, label)],
            _ => label,
        }
    }

    /// What holds other parts, as a section does, and what nobody has heard of: the known keys in their order, then all
    /// that may hold words.
    fn unknown<'j>(&mut self, json: &'j Json) -> Vec<RichNode<'j>> {
        let Json::Object(map) = json else { return Vec::new() };
        let keys = PARTS.into_iter().chain(WORDS.into_iter().filter(|key| !PARTS.contains(key)));
        let mut parts: Vec<_> = keys.map(|key| self.known(json, key)).collect();
        let unheard = map.keys().filter(|key| !PARTS.contains(&key.as_str()) && !WORDS.contains(&key.as_str()));
        parts.extend(unheard.map(|key| self.unheard(json, key)));
        join(parts)
    }

    /// What is behind a key that is not known, where that may hold words.
    pub(super) fn unheard<'j>(&mut self, json: &'j Json, key: &str) -> Vec<RichNode<'j>> {
        match json.get(key) {
            Some(part @ (Json::Object(_) | Json::Array(_))) => self.block(part),
            _ => Vec::new(),
        }
    }

    fn known<'j>(&mut self, json: &'j Json, key: &str) -> Vec<RichNode<'j>> {
        let nodes = self.at(json, key);
        if json.get(key).is_some_and(Json::is_string) { self.part(nodes) } else { nodes }
    }
}

/// Where a key leads, where that may be posted.
fn link_to<'j>(json: &'j Json, key: &str) -> Option<RichNode<'j>> {
    text_at(json, key).map(|url| link(None, url, false)).filter(|link| matches!(link, RichNode::Link { .. }))
}

/// A link with words instead of its address; words that are an address could name another one.
fn relabelled<'j>(link: RichNode<'j>, words_of_it: Vec<RichNode<'j>>) -> RichNode<'j> {
    match link {
        RichNode::Link { url, .. } if !words_of_it.is_empty() && !words(&words_of_it).contains("://") => {
            RichNode::Link { label: words_of_it, url }
        }
        link => link,
    }
}

/// Parts in one line, without the empty ones.
fn in_line<'j>(parts: Vec<Vec<RichNode<'j>>>, between: &str) -> Vec<RichNode<'j>> {
    let mut line = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !line.is_empty() {
            line.push(RichNode::Text(between.to_owned()));
        }
        line.extend(part);
    }
    line
}
