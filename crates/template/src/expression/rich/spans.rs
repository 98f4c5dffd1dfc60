//! What both dialects share: emoji by name, bare addresses, and adjacent texts.

use std::borrow::Cow;

use super::node::RichNode;
use crate::expression::cut::cut;
use crate::expression::url::check_url;

/// Characters of an address that has no words of its own.
const ADDRESS: usize = 60;
/// Bytes of a bare address.
const LONGEST: usize = 2_048;

/// What was read, and how many bytes of the text it took.
pub(super) type Parsed<'t> = Option<(RichNode<'t>, usize)>;

/// Adjacent texts are merged, so that they are escaped together.
pub(super) fn push_text(nodes: &mut Vec<RichNode<'_>>, text: &str) {
    match nodes.last_mut() {
        _ if text.is_empty() => {}
        Some(RichNode::Text(before)) => before.push_str(text),
        _ => nodes.push(RichNode::Text(text.to_owned())),
    }
}

/// Whether the character before cannot be the end of a word.
pub(super) fn begins_word(before: Option<char>) -> bool {
    before.is_none_or(|before| !before.is_alphanumeric())
}

/// `:tada:`, with or without the colour of a skin, which is left out.
pub(super) fn emoji(rest: &str, before: Option<char>) -> Parsed<'static> {
    // `main.rs:100:5` holds none.
    if !begins_word(before) {
        return None;
    }
    let name = |rest: &str| {
        let (name, _) = rest.strip_prefix(':')?.split_once(':')?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
        (!name.is_empty() && name.len() < 64 && name.chars().all(fits)).then(|| name.to_owned())
    };
    let found = name(rest)?;
    let emoji = match found.strip_prefix("flag-") {
        Some(country) => flag(country)?,
        // Slack's `large_green_circle` is `green_circle` elsewhere.
        None => {
            let names = [found.as_str(), found.trim_start_matches("large_")];
            names.into_iter().find_map(emojis::get_by_shortcode)?.as_str().to_owned()
        }
    };
    let length = found.len() + 2;
    let tone = rest.get(length..).and_then(name).filter(|name| name.starts_with("skin-tone-"));
    Some((RichNode::Text(emoji), length + tone.map_or(0, |tone| tone.len() + 2)))
}

/// A country's flag: its two letters as regional indicators.
fn flag(country: &str) -> Option<String> {
    let letter = |c: char| char::from_u32(u32::from('🇦') + u32::from(c) - u32::from('a'));
    let is_code = country.len() == 2 && country.chars().all(|c| c.is_ascii_lowercase());
    if is_code { country.chars().map(letter).collect() } else { None }
}

/// A bare address, without the punctuation behind it. One that may not be posted is text.
pub(super) fn address(rest: &str, decoded: fn(&str) -> Cow<'_, str>) -> Parsed<'static> {
    if !rest.starts_with("http://") && !rest.starts_with("https://") {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '|' | '"' | '`' | '…');
    let end = rest.char_indices().find(|(at, c)| ends(*c) || *at >= LONGEST).map_or(rest.len(), |(at, _)| at);
    let mut written = rest.get(..end)?;
    let (mut open, mut closed) = (written.matches('(').count(), written.matches(')').count());
    while let Some(c) = written.chars().next_back().filter(|c| ".,:;!?\"'()[]{}*_~\\^$".contains(*c)) {
        match c {
            ')' if open >= closed => break,
            ')' => closed -= 1,
            '(' => open -= 1,
            _ => {}
        }
        written = written.get(..written.len() - 1)?;
    }
    let address = decoded(written);
    Some(match check_url(&address) {
        Ok(url) => (RichNode::Link { label: vec![RichNode::Text(shortened(&address))], url }, written.len()),
        Err(_) => (RichNode::Text(decoded(rest.get(..end)?).into_owned()), end),
    })
}

/// An address as words: without its scheme.
pub(super) fn shortened(url: &str) -> String {
    let bare = url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    cut(bare, ADDRESS)
}
