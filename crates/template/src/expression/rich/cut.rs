//! Shortens a parsed text, so that no mark is left open.

use std::borrow::Cow;

use super::node::RichNode;
use crate::expression::cut::cut as cut_text;

/// Bytes that may be dropped so that no word is cut; some languages have no blanks.
const WORD: usize = 20;

/// The beginning of the text, `room` characters at most, with `…` where something was left out.
pub(super) fn cut(nodes: Vec<RichNode<'_>>, room: usize) -> Vec<RichNode<'_>> {
    RichCutter { room, was_cut: false }.within(nodes)
}

struct RichCutter {
    room: usize,
    was_cut: bool,
}

impl RichCutter {
    fn within<'t>(&mut self, nodes: Vec<RichNode<'t>>) -> Vec<RichNode<'t>> {
        let mut kept = Vec::with_capacity(nodes.len());
        for node in nodes {
            if self.was_cut {
                break;
            }
            if self.room == 0 {
                while kept.pop_if(|node| begins_line(node)).is_some() {}
                kept.push(RichNode::Text("…".to_owned()));
                self.was_cut = true;
                break;
            }
            kept.push(match node {
                RichNode::Text(text) => RichNode::Text(self.shortened(text.into(), cut_words).into_owned()),
                RichNode::Code(code) => RichNode::Code(self.shortened(code, cut_text)),
                RichNode::Fence { code, language } => {
                    RichNode::Fence { code: self.shortened(code, cut_text), language }
                }
                RichNode::Link { label, url } => RichNode::Link { label: self.within(label), url },
                RichNode::Emphasis(marks, nodes) => RichNode::Emphasis(marks, self.within(nodes)),
                RichNode::Moment { .. } | RichNode::Break | RichNode::Quote | RichNode::Small | RichNode::Item(..) => {
                    self.room -= 1;
                    node
                }
            });
        }
        kept
    }

    fn shortened<'t>(&mut self, text: Cow<'t, str>, cut: fn(&str, usize) -> String) -> Cow<'t, str> {
        let length = text.chars().count();
        if length <= self.room {
            self.room -= length;
            return text;
        }
        self.was_cut = true;
        cut(&text, self.room).into()
    }
}

fn begins_line(node: &RichNode<'_>) -> bool {
    matches!(node, RichNode::Break | RichNode::Quote | RichNode::Small | RichNode::Item(..))
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
