//! Reads Slack's `rich_text` blocks: sections, lists, quotes and preformatted text, and what stands in their lines.
//! <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>

use serde_json::Value as Json;

use super::node::{RichNode, raw_words};
use super::slack::{UNNAMED, moment_at};
use super::spans::{emoji, push_text, shortened};
use crate::expression::url::check_url;

/// The keys whose texts people read, in the order in which they are shown.
pub(super) const WORDS: [&str; 10] =
    ["title", "subtitle", "label", "text", "description", "alt_text", "caption", "placeholder", "hint", "fallback"];
/// Levels of lists; the writer shows fewer.
const DEEPEST: usize = 8;

pub(super) fn nodes(block: &Json) -> Vec<RichNode<'static>> {
    join(children(block).map(|element| read(element, 0)).collect())
}

/// Parts of a message below one another, without the empty ones.
pub(super) fn join(parts: Vec<Vec<RichNode<'_>>>) -> Vec<RichNode<'_>> {
    let mut joined = Vec::new();
    for mut part in parts {
        while part.pop_if(|node| matches!(node, RichNode::Break)).is_some() {}
        let start = part.iter().take_while(|node| matches!(node, RichNode::Break)).count();
        if start == part.len() {
            continue;
        }
        if !joined.is_empty() {
            joined.push(RichNode::Break);
        }
        joined.extend(part.drain(start..));
    }
    joined
}

/// Each line begins with the mark.
pub(super) fn prefixed<'t>(nodes: Vec<RichNode<'t>>, mark: fn() -> RichNode<'t>) -> Vec<RichNode<'t>> {
    let mut lines = Vec::with_capacity(nodes.len() + 1);
    for node in nodes {
        let begins = lines.is_empty() || matches!(lines.last(), Some(RichNode::Break));
        // A blank line needs no mark at its beginning.
        if begins && !matches!(node, RichNode::Break) {
            lines.push(mark());
        }
        lines.push(node);
    }
    lines
}

fn children(json: &Json) -> impl Iterator<Item = &Json> {
    json.get("elements").and_then(Json::as_array).into_iter().flatten()
}

pub(super) fn text_at<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str).filter(|text| !text.trim().is_empty())
}

pub(super) fn type_of(json: &Json) -> &str {
    json.get("type").and_then(Json::as_str).unwrap_or_default()
}

fn read(element: &Json, depth: usize) -> Vec<RichNode<'static>> {
    let mut nodes = Vec::new();
    match type_of(element) {
        "rich_text_list" => return list(element, depth),
        "rich_text_quote" => {
            inline(element, &mut nodes);
            return prefixed(unpadded(nodes), || RichNode::Quote);
        }
        "rich_text_preformatted" => {
            let language = text_at(element, "language").unwrap_or_default().to_owned();
            inline(element, &mut nodes);
            return vec![RichNode::Fence { code: raw_words(&nodes).into(), language }];
        }
        _ => inline(element, &mut nodes),
    }
    unpadded(nodes)
}

/// An item a line. Slack writes a list within a list as another one with an `indent`.
fn list(list: &Json, depth: usize) -> Vec<RichNode<'static>> {
    let number = |key: &str| list.get(key).and_then(Json::as_u64).unwrap_or(0);
    let depth = depth.saturating_add(usize::try_from(number("indent")).unwrap_or(DEEPEST)).min(DEEPEST);
    let (ordered, mut next) = (text_at(list, "style") == Some("ordered"), number("offset").saturating_add(1));
    let mut items = Vec::new();
    for element in children(list) {
        if type_of(element) == "rich_text_list" {
            items.push(self::list(element, depth + 1));
            continue;
        }
        let words = join(vec![read(element, depth)]);
        if !words.is_empty() {
            let mut item = vec![RichNode::Item(depth, ordered.then_some(next))];
            item.extend(words);
            items.push(item);
        }
        next = next.saturating_add(1);
    }
    join(items)
}

/// What is in a line: of an element that holds others, all of them.
fn inline(element: &Json, nodes: &mut Vec<RichNode<'static>>) {
    if element.get("elements").is_some_and(Json::is_array) {
        return children(element).for_each(|element| inline(element, nodes));
    }
    let named = |sign: &str| format!("{sign}{}", text_at(element, "name").unwrap_or(UNNAMED));
    match type_of(element) {
        "text" => text(element.get("text").and_then(Json::as_str).unwrap_or_default(), element, nodes),
        "user" | "team" | "usergroup" => text(&named("@"), element, nodes),
        "channel" => text(&named("#"), element, nodes),
        "broadcast" => text(&format!("@{}", text_at(element, "range").unwrap_or(UNNAMED)), element, nodes),
        "color" => text(text_at(element, "value").unwrap_or_default(), element, nodes),
        "emoji" => text(&emoji_of(element), element, nodes),
        "link" => {
            match link(text_at(element, "text"), text_at(element, "url").unwrap_or_default(), is(element, "code")) {
                RichNode::Text(words) => text(&words, element, nodes),
                link => push(nodes, styled(link, element)),
            }
        }
        "date" => {
            let format = text_at(element, "format").unwrap_or_default();
            match element.get("timestamp").and_then(Json::as_i64).and_then(|seconds| moment_at(seconds, format)) {
                Some(moment) => push(nodes, styled(moment, element)),
                None => text(text_at(element, "fallback").unwrap_or_default(), element, nodes),
            }
        }
        _ => {
            let mut words = Vec::new();
            texts(element, &mut words);
            text(&words.join(" "), element, nodes);
        }
    }
}

/// Every text of a shape that is not known.
pub(super) fn texts<'j>(json: &'j Json, found: &mut Vec<&'j str>) {
    match json {
        Json::String(text) if !text.trim().is_empty() => found.push(text),
        Json::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Json::Object(map) => {
            found.extend(WORDS.iter().filter_map(|key| text_at(json, key)));
            map.values().filter(|value| value.is_array() || value.is_object()).for_each(|value| texts(value, found));
        }
        _ => {}
    }
}

/// Words with the style of their element, which ends with each line.
fn text(words: &str, element: &Json, nodes: &mut Vec<RichNode<'static>>) {
    for (at, line) in words.split('\n').enumerate() {
        if at > 0 {
            nodes.push(RichNode::Break);
        }
        let node = if is(element, "code") && !line.trim().is_empty() {
            RichNode::Code(line.to_owned().into())
        } else {
            RichNode::Text(line.to_owned())
        };
        push(nodes, styled(node, element));
    }
}

/// Blanks at the edges of marks, where they would not be read, are put before and behind them.
fn unpadded(nodes: Vec<RichNode<'static>>) -> Vec<RichNode<'static>> {
    let mut kept = Vec::with_capacity(nodes.len());
    for node in nodes {
        let RichNode::Emphasis(marks, inner) = node else {
            kept.push(node);
            continue;
        };
        let mut inner = unpadded(inner);
        let (mut before, mut behind) = (String::new(), String::new());
        if let Some(RichNode::Text(text)) = inner.first_mut() {
            let words = text.trim_start().to_owned();
            before = std::mem::replace(text, words);
            before.truncate(before.len() - before.trim_start().len());
        }
        if let Some(RichNode::Text(text)) = inner.last_mut() {
            behind = text.split_off(text.trim_end().len());
        }
        inner.retain(|node| !matches!(node, RichNode::Text(text) if text.is_empty()));
        push_text(&mut kept, &before);
        if !inner.is_empty() {
            kept.push(RichNode::Emphasis(marks, inner));
        }
        push_text(&mut kept, &behind);
    }
    kept
}

fn is(element: &Json, style: &str) -> bool {
    element.get("style").and_then(|styles| styles.get(style)).and_then(Json::as_bool) == Some(true)
}

fn styled(node: RichNode<'static>, element: &Json) -> RichNode<'static> {
    let marks = [("strike", "~~"), ("italic", "*"), ("bold", "**"), ("underline", "__")];
    let wrap = |node, (_, marks): &(&str, &'static str)| RichNode::Emphasis(marks, vec![node]);
    marks.iter().filter(|(style, _)| is(element, style)).fold(node, wrap)
}

/// Neighbours with the same marks are one: marks that meet would not be read.
fn push(nodes: &mut Vec<RichNode<'static>>, node: RichNode<'static>) {
    match (nodes.last_mut(), node) {
        (_, RichNode::Text(text)) if text.is_empty() => {}
        (_, RichNode::Text(text)) => push_text(nodes, &text),
        (Some(RichNode::Emphasis(before, inner)), RichNode::Emphasis(marks, more)) if *before == marks => {
            more.into_iter().for_each(|node| push(inner, node));
        }
        (_, node) => nodes.push(node),
    }
}

/// A link with words of its own or its address; one that may not be posted is its words.
pub(super) fn link(label: Option<&str>, url: &str, is_code: bool) -> RichNode<'static> {
    // Words that are an address could name another one.
    let words = label.filter(|label| !label.contains("://")).map(str::to_owned);
    match check_url(url) {
        Ok(checked) => {
            let words = words.unwrap_or_else(|| shortened(url));
            let label = if is_code { RichNode::Code(words.into()) } else { RichNode::Text(words) };
            RichNode::Link { label: vec![label], url: checked }
        }
        Err(_) => {
            let bare = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:")).unwrap_or(url);
            RichNode::Text(label.unwrap_or(bare).to_owned())
        }
    }
}

/// Slack names an emoji and, where it is one of Unicode's, has its code points: `1f44d-1f3fd`.
fn emoji_of(element: &Json) -> String {
    let points = text_at(element, "unicode").unwrap_or_default();
    let points: Option<String> =
        points.split('-').map(|point| u32::from_str_radix(point, 16).ok().and_then(char::from_u32)).collect();
    let named = format!(":{}:", text_at(element, "name").unwrap_or_default());
    let by_name = || match emoji(&named, None) {
        Some((RichNode::Text(emoji), _)) => emoji,
        _ => named.clone(),
    };
    points.filter(|emoji| !emoji.is_ascii()).unwrap_or_else(by_name)
}
