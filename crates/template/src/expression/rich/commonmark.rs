//! Reads Markdown as GitHub and its like write it: CommonMark with tables, tasks and struck words. Comments, tags
//! and what only a web page could show are left out.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::html::without_tags;
use super::node::{RichNode, unnested};
use super::spans::{address, begins_word, emoji, push_text, shortened};
use crate::expression::url::check_url;

/// Emphasis and links within one another; what is deeper loses its marks.
const DEPTH: usize = 6;

pub(super) fn nodes(text: &str) -> Vec<RichNode<'static>> {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES;
    let mut reader = MarkdownReader { open: vec![Vec::new()], ..MarkdownReader::default() };
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        reader.read(event);
    }
    // All are closed by now.
    reader.open.into_iter().flatten().collect()
}

#[derive(Default)]
struct MarkdownReader {
    /// What is being read: the whole text, and within it what has marks.
    open: Vec<Vec<RichNode<'static>>>,
    /// Line ends that are due before the next words.
    due: usize,
    quotes: usize,
    /// Whether the line before is one of a quote.
    was_quoted: bool,
    /// The lists that are open, each with its next number where it has one.
    lists: Vec<Option<u64>>,
    /// What is not read as Markdown: a block of code, or tags.
    verbatim: Option<String>,
    /// The language of the block of code that is open.
    language: String,
    /// Where the links lead that are open.
    targets: Vec<String>,
    /// Cells before this one in its row of a table.
    cells: usize,
}

impl MarkdownReader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) => match &mut self.verbatim {
                Some(verbatim) => verbatim.push_str(&text),
                None => self.words(&text),
            },
            Event::Code(code) => self.push(RichNode::Code(Cow::Owned(code.into_string()))),
            Event::InlineHtml(tag) if tag.starts_with("<br") => self.due = self.due.max(1),
            Event::InlineHtml(_) => {}
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.words(&text),
            Event::SoftBreak | Event::HardBreak => self.due = self.due.max(1),
            Event::Rule => self.due = 2,
            Event::TaskListMarker(done) => {
                // A box needs no other mark before it.
                self.open.last_mut().and_then(|nodes| nodes.pop_if(|node| matches!(node, RichNode::Item(..))));
                self.words(if done { "☑ " } else { "☐ " });
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        if matches!(tag, Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock) {
            // In a tight list nothing else ends the line before.
            let in_line =
                self.open.last().and_then(|nodes| nodes.last()).is_some_and(|node| !matches!(node, RichNode::Item(..)));
            self.due = self.due.max(usize::from(in_line));
        }
        match tag {
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(_) | Tag::HtmlBlock => self.verbatim = Some(String::new()),
            Tag::List(first) => {
                self.due = self.due.max(1);
                self.lists.push(*first);
            }
            Tag::Item => {
                let depth = self.lists.len().saturating_sub(1);
                let number = self.lists.last_mut().and_then(|next| next.replace((*next)?.saturating_add(1)));
                self.push(RichNode::Item(depth, number));
            }
            Tag::TableHead | Tag::TableRow => self.cells = 0,
            Tag::TableCell => {
                if self.cells > 0 {
                    self.words(" · ");
                }
                self.cells += 1;
            }
            Tag::Heading { .. }
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. } => {
                self.flush();
                self.open.push(Vec::new());
            }
            _ => {}
        }
        if let Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } = tag {
            self.targets.push(dest_url.to_string());
        }
        if let Tag::CodeBlock(CodeBlockKind::Fenced(info)) = tag {
            self.language = info.split_whitespace().next().unwrap_or_default().to_owned();
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Table => self.due = 2,
            TagEnd::Heading(_) => {
                self.close("**");
                self.due = 1;
            }
            TagEnd::BlockQuote(_) => {
                self.quotes = self.quotes.saturating_sub(1);
                self.due = 2;
            }
            TagEnd::CodeBlock => {
                let (code, language) = (self.verbatim.take().unwrap_or_default(), std::mem::take(&mut self.language));
                self.push(RichNode::Fence { code: code.into(), language });
                self.due = 1;
            }
            TagEnd::HtmlBlock => {
                for line in without_tags(&self.verbatim.take().unwrap_or_default()) {
                    self.words(&line);
                    self.due = 1;
                }
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.due = if self.lists.is_empty() { 2 } else { 1 };
            }
            TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow => self.due = 1,
            TagEnd::Emphasis => self.close("*"),
            TagEnd::Strong => self.close("**"),
            TagEnd::Strikethrough => self.close("~~"),
            TagEnd::Link | TagEnd::Image => self.close_link(),
            _ => {}
        }
    }

    fn close(&mut self, marks: &'static str) {
        let inner = self.open.pop().unwrap_or_default();
        if self.open.len() > DEPTH {
            inner.into_iter().for_each(|node| self.push(node));
        } else if !inner.is_empty() {
            self.push(RichNode::Emphasis(marks, unnested(marks, inner)));
        }
    }

    /// A link within a link, as a picture in one, is its words.
    fn close_link(&mut self) {
        let (label, target) = (self.open.pop().unwrap_or_default(), self.targets.pop().unwrap_or_default());
        match check_url(&target) {
            Ok(url) if self.targets.is_empty() && !label.is_empty() && self.open.len() <= DEPTH => {
                // Words that are an address could name another one.
                let is_address = label.iter().any(|node| matches!(node, RichNode::Text(text) if text.contains("://")));
                let label = if is_address { vec![RichNode::Text(shortened(&target))] } else { label };
                self.push(RichNode::Link { label, url });
            }
            _ => label.into_iter().for_each(|node| self.push(node)),
        }
    }

    /// The line ends that are due, none before the first words; each line of a quote begins as one.
    fn flush(&mut self) {
        let due = std::mem::take(&mut self.due);
        let quoted = self.quotes > 0;
        let was_quoted = std::mem::replace(&mut self.was_quoted, quoted);
        let begins = self.open.iter().all(Vec::is_empty);
        let Some(nodes) = self.open.last_mut() else { return };
        if begins && quoted {
            nodes.push(RichNode::Quote);
        }
        for left in (0..if begins { 0 } else { due }).rev() {
            nodes.push(RichNode::Break);
            if quoted && (was_quoted || left == 0) {
                nodes.push(RichNode::Quote);
            }
        }
    }

    fn push(&mut self, node: RichNode<'static>) {
        self.flush();
        match (self.open.last_mut(), node) {
            (Some(nodes), RichNode::Text(text)) => push_text(nodes, &text),
            (Some(nodes), node) => nodes.push(node),
            (None, _) => {}
        }
    }

    /// Words, in which emoji by name and bare addresses are known.
    fn words(&mut self, text: &str) {
        let in_link = !self.targets.is_empty();
        let (mut rest, mut before) = (text, None);
        while let Some(c) = rest.chars().next() {
            let found = match c {
                ':' => emoji(rest, before),
                'h' if !in_link && begins_word(before) => address(rest, |text| text.into()),
                _ => None,
            };
            let (node, length) = found.unwrap_or_else(|| {
                let end =
                    rest.char_indices().skip(1).find(|(_, c)| matches!(c, ':' | 'h')).map_or(rest.len(), |(at, _)| at);
                (RichNode::Text(rest.get(..end).unwrap_or_default().to_owned()), end)
            });
            self.push(node);
            let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            (rest, before) = (after, taken.chars().next_back());
        }
    }
}
