//! What all ways to write a text share: emoji by name, bare addresses, and texts beside texts.

use std::borrow::Cow;

use super::Node;
use crate::expression::escape::check_url;
use crate::expression::filters::cut;

/// Characters of an address that has no words of its own.
const ADDRESS: usize = 60;

/// What was read, and how many bytes of the text it took.
pub(super) type Found<'t> = Option<(Node<'t>, usize)>;

/// Neighbouring texts are one, so that they are made harmless together.
pub(super) fn push_text(nodes: &mut Vec<Node<'_>>, text: &str) {
    match nodes.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => nodes.push(Node::Text(text.to_owned())),
    }
}

/// Whether what stands before can be the end of no word.
pub(super) fn begins_word(before: Option<char>) -> bool {
    before.is_none_or(|before| !before.is_alphanumeric())
}

/// `:tada:`, with or without the colour of a skin, which is left out.
pub(super) fn emoji(rest: &str) -> Found<'static> {
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
    Some((Node::Text(emoji), length + tone.map_or(0, |tone| tone.len() + 2)))
}

/// A country's flag: its two letters as regional indicators.
fn flag(country: &str) -> Option<String> {
    let letter = |c: char| char::from_u32(u32::from('🇦') + u32::from(c) - u32::from('a'));
    let is_code = country.len() == 2 && country.chars().all(|c| c.is_ascii_lowercase());
    if is_code { country.chars().map(letter).collect() } else { None }
}

/// An address that stands in the text as it is, without the punctuation behind it.
pub(super) fn address(rest: &str, decoded: fn(&str) -> Cow<'_, str>) -> Found<'static> {
    if !rest.starts_with("http://") && !rest.starts_with("https://") {
        return None;
    }
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '|' | '"' | '`')).unwrap_or(rest.len());
    let mut written = rest.get(..end)?;
    while let Some(c) = written.chars().next_back() {
        let open = c == ')' && written.matches('(').count() >= written.matches(')').count();
        if open || !".,:;!?\"'()[]{}*_~\\^$".contains(c) {
            break;
        }
        written = written.get(..written.len() - 1)?;
    }
    let url = check_url(&decoded(written)).ok()?;
    let label = vec![Node::Text(shortened(&decoded(written)))];
    Some((Node::Link { label, url }, written.len()))
}

/// An address as words: without its scheme.
pub(super) fn shortened(url: &str) -> String {
    let bare = url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    cut(bare, ADDRESS)
}
