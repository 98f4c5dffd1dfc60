//! Texts that come with marks of their own, in Slack's way (`mrkdwn`) or in Markdown, in Discord's words. Whatever
//! means nothing in them stays as it is, and harmless.

mod commonmark;
mod cut;
mod slack;
mod spans;

use std::borrow::Cow;

use super::escape::{Place, clean, escape, escape_behind};
use super::markdown::{fenced, in_block, inline_code, masked_link};
use super::marked::Marked;
use super::moment;
use crate::locale::Locale;
use crate::timestamp::Timestamp;

/// Characters that are read; more than any message holds. What is behind them is kept, without its marks.
const READ: usize = 8_000;

/// How a text marks what it means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dialect {
    /// CommonMark with GitHub's additions.
    Markdown,
    /// Slack's `mrkdwn`.
    Slack,
}

/// What a text is made of.
#[derive(Debug)]
enum Node<'t> {
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
    Quote,
    /// The beginning of a list's item: its depth, and its number where it has one.
    Item(usize, Option<u64>),
}

/// The text as it looks in each place, with `room` characters at most.
pub(super) fn translated(text: &str, dialect: Dialect, room: Option<usize>, locale: Locale) -> Marked {
    let end = text.char_indices().nth(READ).map_or(text.len(), |(at, _)| at);
    let (text, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut nodes = match dialect {
        Dialect::Markdown => commonmark::nodes(text),
        Dialect::Slack => slack::nodes(text),
    };
    if !behind.is_empty() {
        spans::push_text(&mut nodes, behind);
    }
    if let Some(room) = room {
        nodes = cut::cut(nodes, room);
    }
    let written = |look: Look| {
        let mut out = String::with_capacity(text.len() + text.len() / 4);
        look.write(&nodes, true, locale, &mut out);
        out
    };
    Marked {
        markdown: written(Look::Block),
        line: Some(written(Look::Line)),
        plain: written(Look::Plain),
        ..Marked::default()
    }
}

/// Where the text is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    Block,
    Line,
    Plain,
}

impl Look {
    /// The text made harmless; `begins` where it may be the beginning of a line.
    fn text(self, text: &str, begins: bool) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(text),
            Self::Block if begins => escape(text, Place::Block),
            Self::Line if begins => escape(text, Place::Line),
            _ => escape_behind(text, self == Self::Block).into(),
        }
    }

    fn write(self, nodes: &[Node<'_>], mut begins: bool, locale: Locale, out: &mut String) {
        for node in nodes {
            match node {
                Node::Text(text) => out.push_str(&self.text(text, begins)),
                Node::Break => out.push(if self == Self::Line { ' ' } else { '\n' }),
                Node::Quote if self == Self::Block => out.push_str("> "),
                Node::Quote => {}
                // Three levels, so that a narrow screen has room for the words.
                Node::Item(depth, number) => {
                    let indent = if self == Self::Line { 0 } else { 2 * (*depth).min(3) };
                    let mark = match (number, self) {
                        (Some(number), _) => format!("{number}."),
                        (None, Self::Block) => "-".to_owned(),
                        (None, _) => "•".to_owned(),
                    };
                    out.push_str(&format!("{:indent$}{mark} ", ""));
                }
                Node::Code(code) | Node::Fence { code, .. } if self == Self::Plain => out.push_str(code.trim()),
                Node::Fence { code, language } if self == Self::Block => {
                    let inside: String = clean(code.trim_end().trim_start_matches('\n'), true).collect();
                    if !inside.is_empty() {
                        out.push_str(&fenced(&in_block(&inside), language));
                    }
                }
                Node::Code(code) | Node::Fence { code, .. } => {
                    if out.ends_with('`') {
                        out.push(' ');
                    }
                    out.push_str(&inline_code(code));
                }
                Node::Link { label, .. } if self == Self::Plain => self.write(label, false, locale, out),
                Node::Link { label, url } => {
                    let mut shown = String::new();
                    Self::Line.write(label, false, locale, &mut shown);
                    out.push_str(&masked_link(&shown, url));
                }
                Node::Moment { at, style } if self == Self::Plain => {
                    out.push_str(&moment::readable(*at, style, locale));
                }
                Node::Moment { at, style } => out.push_str(&format!("<t:{}:{style}>", at.secs())),
                Node::Emphasis(_, nodes) if self == Self::Plain => self.write(nodes, false, locale, out),
                Node::Emphasis(marks, nodes) => {
                    out.push_str(marks);
                    self.write(nodes, false, locale, out);
                    out.push_str(marks);
                }
            }
            begins = matches!(node, Node::Break | Node::Quote | Node::Fence { .. } | Node::Item(..));
        }
    }
}
