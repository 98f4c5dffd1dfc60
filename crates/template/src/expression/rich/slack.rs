//! Reads Slack's mark-up, after its guide to formatting text:
//! <https://docs.slack.dev/messaging/formatting-message-text>

use std::borrow::Cow;

use super::node::RichNode;
use super::spans::{Parsed, address, begins_word, emoji, push_text, shortened};
use crate::expression::moment;
use crate::expression::url::check_url;

/// Bytes between two marks of emphasis.
const SPAN: usize = 1_000;
/// All entities that Slack escapes; `&amp;` is the last to be decoded.
const ENTITIES: [(&str, &str); 3] = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
/// Emphasis within emphasis.
const DEPTH: usize = 3;
/// A user or a channel of which only an id is known, which means nothing to a reader.
pub(super) const UNNAMED: &str = "…";

pub(super) fn nodes(text: &str) -> Vec<RichNode<'_>> {
    let mut nodes = Vec::new();
    let mut rest = text;
    loop {
        // A block that nothing ends is none.
        let fence = rest.split_once("```").and_then(|(before, behind)| Some((before, behind.split_once("```")?)));
        let Some((before, (code, behind))) = fence else {
            lines(rest, &mut nodes);
            return nodes;
        };
        lines(before, &mut nodes);
        nodes.push(RichNode::Fence { code: decoded(code), language: String::new() });
        rest = behind;
    }
}

/// A text without marks: emoji by name and entities alone are known.
pub(super) fn plain_nodes(text: &str) -> Vec<RichNode<'_>> {
    let mut nodes = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            nodes.push(RichNode::Break);
        }
        let (mut rest, mut before) = (line, None);
        while let Some(c) = rest.chars().next() {
            let found = match c {
                ':' => emoji(rest, before),
                '&' => entity(rest),
                _ => None,
            };
            let (node, length) = found.unwrap_or_else(|| (RichNode::Text(c.to_string()), c.len_utf8()));
            if let RichNode::Text(text) = node {
                push_text(&mut nodes, &text);
            }
            let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            (rest, before) = (after, taken.chars().next_back());
        }
    }
    nodes
}

fn lines<'t>(text: &'t str, nodes: &mut Vec<RichNode<'t>>) {
    let mut all_quoted = false;
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            nodes.push(RichNode::Break);
        }
        let line = line.trim_end_matches('\r');
        let all = [">>>", "&gt;&gt;&gt;"].into_iter().find_map(|mark| line.strip_prefix(mark));
        all_quoted |= all.is_some();
        let quoted = all.or_else(|| [">", "&gt;"].into_iter().find_map(|mark| line.strip_prefix(mark)));
        if quoted.is_some() || all_quoted {
            nodes.push(RichNode::Quote);
        }
        inline(quoted.map_or(line, str::trim_start), DEPTH, true, nodes);
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, means)| text.replace(entity, means)).into()
}

/// What a line holds; the label of a link holds no other.
fn inline<'t>(line: &'t str, depth: usize, links: bool, nodes: &mut Vec<RichNode<'t>>) {
    let (mut rest, mut before) = (line, None);
    while let Some(c) = rest.chars().next() {
        let found = match c {
            '`' => code(rest),
            '<' if links => angle(rest),
            '*' | '_' | '~' if depth > 0 => emphasis(c, rest, before, depth, links),
            ':' => emoji(rest, before),
            'h' if links && begins_word(before) => address(rest, decoded),
            '&' => entity(rest),
            _ => None,
        };
        let (node, length) = found.unwrap_or_else(|| (RichNode::Text(c.to_string()), c.len_utf8()));
        match node {
            RichNode::Text(text) => push_text(nodes, &text),
            node => nodes.push(node),
        }
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        (rest, before) = (after, taken.chars().next_back());
    }
}

fn entity(rest: &str) -> Parsed<'_> {
    let (entity, means) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity))?;
    Some((RichNode::Text((*means).to_owned()), entity.len()))
}

fn code(rest: &str) -> Parsed<'_> {
    let (inside, _) = rest.strip_prefix('`')?.split_once('`')?;
    (!inside.trim().is_empty()).then(|| (RichNode::Code(decoded(inside)), inside.len() + 2))
}

/// `*bold*`, `_italic_`, `~struck~`: begun and ended at the edges of words, within a line.
fn emphasis(mark: char, rest: &str, before: Option<char>, depth: usize, links: bool) -> Parsed<'_> {
    let inside = rest.strip_prefix(mark)?;
    let blank = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == mark);
    if before.is_some_and(|before| before.is_alphanumeric() || before == mark) || blank(inside.chars().next()) {
        return None;
    }
    let mut chars = inside.char_indices().take_while(|(at, _)| *at < SPAN).peekable();
    let (mut last, mut closing, mut unclosed) = (None, None, Vec::new());
    while let Some((at, c)) = chars.next() {
        // Code and links are skipped. A mark that nothing closes once is not closed further on either.
        let closer = match c {
            '`' => Some(b'`'),
            '<' => Some(b'>'),
            _ => None,
        };
        if let Some(closer) = closer.filter(|closer| !unclosed.contains(closer)) {
            match inside.bytes().skip(at + 1).take(SPAN).position(|byte| byte == closer) {
                Some(length) => {
                    while chars.next_if(|(next, _)| *next <= at + 1 + length).is_some() {}
                    last = Some(c);
                    continue;
                }
                None => unclosed.push(closer),
            }
        }
        let after = inside.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        if c == mark && !blank(last) && after.is_none_or(|after| !after.is_alphanumeric() && after != mark) {
            closing = Some(at);
            break;
        }
        last = Some(c);
    }
    let inside = inside.get(..closing?)?;
    let mut nodes = Vec::new();
    inline(inside, depth - 1, links, &mut nodes);
    let marks = match mark {
        '*' => "**",
        '_' => "*",
        _ => "~~",
    };
    Some((RichNode::Emphasis(marks, nodes), inside.len() + 2))
}

/// `<https://example.com|words>`, `<@U024BE7LH>`, `<#C024BE7LR|general>`, `<!here>`, `<!date^1392734382^{date}|words>`.
fn angle(rest: &str) -> Parsed<'_> {
    let (inside, _) = rest.strip_prefix('<')?.split_once('>')?;
    let (target, label) = inside.split_once('|').map_or((inside, None), |(target, label)| (target, Some(label)));
    let label = label.filter(|label| !label.trim().is_empty());
    let is_id = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    let named = |sign: char| {
        let name = label.map_or(UNNAMED, |label| label.trim_start_matches(sign));
        RichNode::Text(format!("{sign}{}", decoded(name)))
    };
    let node = match target.split_at_checked(1)? {
        ("@", id) if is_id(id) => named('@'),
        ("#", id) if is_id(id) => named('#'),
        ("!", "here" | "channel" | "everyone") => RichNode::Text(target.replace('!', "@")),
        ("!", command) if command.starts_with("subteam^") => named('@'),
        ("!", command) => match command.strip_prefix("date^").and_then(moment_of) {
            Some(moment) => moment,
            None => RichNode::Text(decoded(label?).into_owned()),
        },
        _ => match target.split_once(':')? {
            ("mailto" | "tel", bare) => RichNode::Text(decoded(label.unwrap_or(bare)).into_owned()),
            ("http" | "https", _) => {
                let url = decoded(target);
                match check_url(&url) {
                    Ok(checked) => RichNode::Link { label: words(label, &url), url: checked },
                    Err(_) => RichNode::Text(decoded(label?).into_owned()),
                }
            }
            _ => return None,
        },
    };
    Some((node, inside.len() + 2))
}

/// `1392734382^{date_num} {time}`, perhaps with a link behind it.
fn moment_of(text: &str) -> Option<RichNode<'static>> {
    let mut parts = text.split('^');
    moment_at(parts.next()?.parse().ok()?, parts.next().unwrap_or_default())
}

/// A moment in Unix time, in the style of Discord's that is nearest to Slack's `{date_num} {time}`.
pub(super) fn moment_at(seconds: i64, format: &str) -> Option<RichNode<'static>> {
    let at = moment::read(&minijinja::Value::from(seconds))?;
    let style = match (format.contains("{date"), format.contains("{time")) {
        _ if format.contains("{ago") => "R",
        (false, true) => "t",
        (true, false) => "D",
        _ => "f",
    };
    Some(RichNode::Moment { at, style })
}

/// What a link shows: its own words, perhaps with emoji and code, else its address.
fn words<'t>(label: Option<&'t str>, url: &str) -> Vec<RichNode<'t>> {
    let mut nodes = Vec::new();
    // Words that are an address could name another one.
    match label.filter(|label| !label.contains("://")) {
        Some(label) => inline(label, 0, false, &mut nodes),
        None => nodes.push(RichNode::Text(shortened(url))),
    }
    nodes
}
