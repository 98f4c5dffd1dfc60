//! Shortens what a text is made of, so that no mark is left open.

use std::borrow::Cow;

use super::Node;
use crate::expression::filters::cut as cut_text;

/// Characters that are given up so that no word is cut; some languages have no blanks.
const WORD: usize = 20;

/// The beginning of it, `room` characters of text at most; the last is `…` if something was left out.
pub(super) fn cut(nodes: Vec<Node<'_>>, mut room: usize) -> Vec<Node<'_>> {
    let mut kept = within(nodes, &mut room);
    while kept.pop_if(|node| matches!(node, Node::Break | Node::Quote | Node::Item(..))).is_some() {}
    kept
}

/// As far as there is room; none is left where something was cut.
fn within<'t>(nodes: Vec<Node<'t>>, room: &mut usize) -> Vec<Node<'t>> {
    let mut kept = Vec::with_capacity(nodes.len());
    for node in nodes {
        if *room == 0 {
            break;
        }
        kept.push(match node {
            Node::Text(text) => Node::Text(shortened(text.into(), room, cut_words).into_owned()),
            Node::Code(code) => Node::Code(shortened(code, room, cut_text)),
            Node::Fence { code, language } => Node::Fence { code: shortened(code, room, cut_text), language },
            Node::Link { label, url } => Node::Link { label: within(label, room), url },
            Node::Emphasis(marks, nodes) => Node::Emphasis(marks, within(nodes, room)),
            Node::Moment { .. } | Node::Break | Node::Quote | Node::Item(..) => {
                *room = room.saturating_sub(1);
                node
            }
        });
    }
    kept
}

fn shortened<'t>(text: Cow<'t, str>, room: &mut usize, cut: fn(&str, usize) -> String) -> Cow<'t, str> {
    let length = text.chars().count();
    if length <= *room {
        *room -= length;
        return text;
    }
    cut(&text, std::mem::take(room)).into()
}

/// Not within a word, where one ends near.
fn cut_words(text: &str, n: usize) -> String {
    let room = n.saturating_sub(1);
    let kept: String = text.chars().take(room).collect();
    let whole = text.chars().nth(room).is_some_and(char::is_whitespace);
    let blank = kept.rfind(char::is_whitespace).filter(|at| !whole && kept.len() - at <= WORD);
    let end = blank.unwrap_or(kept.len());
    format!("{}…", kept.get(..end).unwrap_or_default().trim_end())
}
