//! The nodes that a text with marks is read into.

use std::borrow::Cow;

use hookbell_model::timestamp::Timestamp;

/// What a text is made of.
#[derive(Debug)]
pub(super) enum RichNode<'t> {
    Text(String),
    Code(Cow<'t, str>),
    Fence {
        code: Cow<'t, str>,
        language: String,
    },
    Link {
        label: Vec<Self>,
        url: String,
    },
    Moment {
        at: Timestamp,
        style: &'static str,
    },
    /// Between two of Discord's marks.
    Emphasis(&'static str, Vec<Self>),
    Break,
    /// The beginning of a line that is quoted.
    Quote,
    /// The beginning of a line in small letters.
    Small,
    /// The beginning of a list's item: its depth, and its number where it has one.
    Item(usize, Option<u64>),
}

/// The words of a text with one blank between them, whatever marks and lines it has: to compare texts.
pub(super) fn words(nodes: &[RichNode<'_>]) -> String {
    normalized(&raw_words(nodes))
}

/// The words of a text in its lines.
pub(super) fn raw_words(nodes: &[RichNode<'_>]) -> String {
    let mut text = String::new();
    collect(nodes, &mut text);
    text
}

/// As [`words`] writes them.
pub(super) fn normalized(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn collect(nodes: &[RichNode<'_>], text: &mut String) {
    for node in nodes {
        match node {
            RichNode::Text(words) => text.push_str(words),
            RichNode::Code(code) | RichNode::Fence { code, .. } => text.push_str(code),
            RichNode::Link { label: nodes, .. } | RichNode::Emphasis(_, nodes) => collect(nodes, text),
            RichNode::Moment { at, .. } => text.push_str(&at.secs().to_string()),
            RichNode::Break => text.push('\n'),
            RichNode::Quote | RichNode::Small | RichNode::Item(..) => {}
        }
    }
}

/// Bold words within a bold heading need no marks of their own.
pub(super) fn unnested<'t>(marks: &str, nodes: Vec<RichNode<'t>>) -> Vec<RichNode<'t>> {
    let flat = |node| match node {
        RichNode::Emphasis(inner, nodes) if inner == marks => nodes,
        node => vec![node],
    };
    nodes.into_iter().flat_map(flat).collect()
}

/// A link's label holds no link: one in it is its words.
pub(super) fn unlinked(nodes: Vec<RichNode<'_>>) -> Vec<RichNode<'_>> {
    let flat = |node| match node {
        RichNode::Link { label, .. } => unlinked(label),
        RichNode::Emphasis(marks, nodes) => vec![RichNode::Emphasis(marks, unlinked(nodes))],
        node => vec![node],
    };
    nodes.into_iter().flat_map(flat).collect()
}
