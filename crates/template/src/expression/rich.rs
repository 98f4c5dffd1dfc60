//! Converts texts with markup, Slack's `mrkdwn` or Markdown, to Discord's Markdown, and HTML and wiki markup to plain text.
//! Text that is no markup stays unchanged and is escaped.

mod attachment;
mod blocks;
mod commonmark;
mod cut;
mod html;
mod node;
mod rich_text;
mod slack;
mod spans;
mod wiki;

pub(crate) use self::html::html_words;
pub(super) use self::wiki::wiki_words;

use serde_json::Value as Json;

use self::node::RichNode;
use super::escape::{EscapeContext, clean, escape, escape_behind};
use super::markdown::{fenced, in_block, inline_code, masked_link};
use super::marked::Marked;
use super::moment;
use hookbell_model::locale::Locale;

/// Characters that are read; more than any message holds. What is behind them is kept as it is written.
const READ: usize = 8_000;

/// The markup language of a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dialect {
    /// CommonMark with GitHub's additions.
    Markdown,
    /// Slack's `mrkdwn`.
    Slack,
}

/// A text that was read.
pub(super) struct RichText<'t>(Vec<RichNode<'t>>);

impl<'t> RichText<'t> {
    /// With `room` characters of text at most; what the marks themselves take is not counted.
    pub(super) fn read(text: &'t str, dialect: Dialect, room: Option<usize>) -> Self {
        let end = text.char_indices().nth(READ).map_or(text.len(), |(at, _)| at);
        let (text, behind) = text.split_at_checked(end).unwrap_or((text, ""));
        let mut nodes = match dialect {
            Dialect::Markdown => commonmark::nodes(text),
            Dialect::Slack => slack::nodes(text),
        };
        match room {
            Some(room) => nodes = cut::cut(nodes, room),
            None if !behind.is_empty() => spans::push_text(&mut nodes, behind),
            None => {}
        }
        Self(nodes)
    }

    /// What Slack makes messages of: blocks, elements, texts and attachments, or lists of them. A text whose words are
    /// `said` elsewhere is left out.
    pub(super) fn read_blocks(json: &'t Json, said: &str, room: Option<usize>) -> Self {
        let nodes = attachment::nodes(json, said, READ);
        Self(match room {
            Some(room) => cut::cut(nodes, room),
            None => nodes,
        })
    }

    /// As it is rendered in each context.
    pub(super) fn marked(&self, locale: Locale) -> Marked {
        let markdown = self.written(Surface::Block, locale);
        let line = Some(self.written(Surface::Line, locale));
        Marked { markdown, line, plain: self.plain(locale), ..Marked::default() }
    }

    /// The words alone, not escaped.
    pub(super) fn plain(&self, locale: Locale) -> String {
        self.written(Surface::Plain, locale)
    }

    fn written(&self, surface: Surface, locale: Locale) -> String {
        let mut writer = RichWriter { surface, locale, out: String::new() };
        writer.write(&self.0, true);
        writer.out
    }
}

/// Where the text is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Surface {
    Block,
    Line,
    Plain,
}

struct RichWriter {
    surface: Surface,
    locale: Locale,
    out: String,
}

impl RichWriter {
    /// `begins` where the nodes may be the beginning of a line.
    fn write(&mut self, nodes: &[RichNode<'_>], mut begins: bool) {
        // What each line begins with that is quoted or small, and whether a list's item began.
        let (mut prefix, mut in_item) = ("", false);
        for node in nodes {
            let before = self.out.len();
            match node {
                RichNode::Text(text) => self.text(text, begins),
                RichNode::Break => {
                    self.out.push(if self.surface == Surface::Line { ' ' } else { '\n' });
                    (prefix, in_item) = ("", false);
                }
                RichNode::Quote | RichNode::Small => {
                    prefix = if matches!(node, RichNode::Quote) { "> " } else { "-# " };
                    if self.surface == Surface::Block {
                        self.out.push_str(prefix);
                    }
                }
                RichNode::Item(depth, number) => {
                    self.item(*depth, *number);
                    in_item = true;
                }
                RichNode::Code(code) => self.code(code),
                RichNode::Fence { code, language } => self.fence(code, language, prefix, in_item),
                RichNode::Link { label, url } => self.link(label, url),
                RichNode::Moment { at, style } if self.surface == Surface::Plain => {
                    self.out.push_str(&moment::readable(*at, style, self.locale));
                }
                RichNode::Moment { at, style } => self.out.push_str(&format!("<t:{}:{style}>", at.secs())),
                RichNode::Emphasis(marks, nodes) => self.emphasis(marks, nodes, begins),
            }
            // An empty node is not the beginning of the line.
            let begins_anew = matches!(node, RichNode::Break | RichNode::Fence { .. }) || begins_line(node);
            begins = begins_anew || (begins && self.out.len() == before);
        }
    }

    fn text(&mut self, text: &str, begins: bool) {
        match self.surface {
            Surface::Plain => self.out.push_str(text),
            Surface::Block if begins => self.out.push_str(&escape(text, EscapeContext::Block)),
            Surface::Line if begins => self.out.push_str(&escape(text, EscapeContext::Line)),
            surface => self.out.push_str(&escape_behind(text, surface == Surface::Block)),
        }
    }

    /// Three levels at most, so that the words fit on a narrow screen.
    fn item(&mut self, depth: usize, number: Option<u64>) {
        let indent = if self.surface == Surface::Line { 0 } else { 2 * depth.min(3) };
        let mark = match (number, self.surface) {
            // In a line it is no list.
            (Some(number), Surface::Line) => format!("{number}\\."),
            (Some(number), _) => format!("{number}."),
            (None, Surface::Block) => "-".to_owned(),
            (None, _) => "•".to_owned(),
        };
        self.out.push_str(&format!("{:indent$}{mark} ", ""));
    }

    fn code(&mut self, code: &str) {
        match self.surface {
            Surface::Plain => self.out.push_str(code.trim()),
            _ => {
                let written = inline_code(code);
                if !written.is_empty() && self.out.ends_with('`') {
                    self.out.push(' ');
                }
                self.out.push_str(&written);
            }
        }
    }

    /// A block ends at the end of a line that is quoted or small, so that there each line is code by itself.
    fn fence(&mut self, code: &str, language: &str, prefix: &str, in_item: bool) {
        let code: String = clean(code, true).collect();
        let code = code.trim_end().trim_start_matches('\n');
        match self.surface {
            Surface::Plain => self.out.push_str(code.trim()),
            Surface::Block if !prefix.is_empty() => {
                let lines = code.lines().map(inline_code).filter(|line| !line.is_empty());
                self.out.push_str(&lines.collect::<Vec<_>>().join(&format!("\n{prefix}")));
            }
            Surface::Block if !code.trim().is_empty() => {
                if in_item || self.out.ends_with('`') {
                    self.out.push('\n');
                }
                self.out.push_str(&fenced(&in_block(code), language));
            }
            Surface::Block => {}
            Surface::Line => self.code(code),
        }
    }

    fn link(&mut self, label: &[RichNode<'_>], url: &str) {
        if self.surface == Surface::Plain {
            return self.write(label, false);
        }
        let mut inner = Self { surface: Surface::Line, out: String::new(), ..*self };
        inner.write(label, false);
        if inner.out.trim().is_empty() {
            inner.text(&spans::shortened(url), false);
        }
        self.out.push_str(&masked_link(&inner.out, url));
    }

    fn emphasis(&mut self, marks: &str, nodes: &[RichNode<'_>], begins: bool) {
        if self.surface == Surface::Plain || nodes.iter().any(|node| ends_emphasis(node, marks)) {
            return self.write(nodes, begins);
        }
        let mut inner = Self { out: String::new(), ..*self };
        inner.write(nodes, false);
        if !inner.out.trim().is_empty() {
            self.out.extend([marks, &inner.out, marks]);
        }
    }
}

/// Whether marks of a line's beginning may follow.
fn begins_line(node: &RichNode<'_>) -> bool {
    matches!(node, RichNode::Quote | RichNode::Small | RichNode::Item(..))
}

/// Whether something in it, where nothing can be escaped, could end the emphasis around it.
fn ends_emphasis(node: &RichNode<'_>, marks: &str) -> bool {
    match node {
        RichNode::Code(code) => code.contains(['*', '_', '~']),
        RichNode::Link { label, url } => url.contains(marks) || label.iter().any(|node| ends_emphasis(node, marks)),
        RichNode::Emphasis(_, nodes) => nodes.iter().any(|node| ends_emphasis(node, marks)),
        _ => false,
    }
}
