//! Makes text from outside harmless in its context: markdown, plain text, URLs. Independent of templates.

use std::borrow::Cow;

use super::url::segment;
use hookbell_model::privacy::hidden::is_invisible;

/// Where a text is shown, which decides how values from data are escaped in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscapeContext {
    /// Markdown of several lines: content, description, field value.
    Block,
    /// Markdown of one line: a line of a list.
    Line,
    /// Markdown of one line, where links and Discord's timestamps do not render: title, field name.
    Title,
    /// Where Discord renders no markdown: footer, author, username, button label.
    Plain,
    /// A value within a URL whose beginning the template holds.
    Url,
    /// A URL that begins with a value: the first value may be a whole URL.
    Href,
    /// Not displayed: `key`, `severity`, `timestamp`.
    Bare,
}

impl EscapeContext {
    pub(super) const ALL: [Self; 7] =
        [Self::Block, Self::Line, Self::Title, Self::Plain, Self::Url, Self::Href, Self::Bare];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Line => "line",
            Self::Title => "title",
            Self::Plain => "plain",
            Self::Url => "url",
            Self::Href => "href",
            Self::Bare => "bare",
        }
    }

    /// Whether Discord renders markdown here.
    pub fn is_markdown(self) -> bool {
        matches!(self, Self::Block | Self::Line | Self::Title)
    }
}

/// Characters of an emoji's name.
const EMOJI: usize = 64;

/// Combining marks kept on one base character; more would be drawn over adjacent lines.
const MARKS: usize = 4;

/// The text made harmless for `context`.
pub fn escape(text: &str, context: EscapeContext) -> Cow<'_, str> {
    if text.bytes().all(|byte| is_harmless(byte, context)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(match context {
        EscapeContext::Block => markdown(text, true, LineState::Start),
        EscapeContext::Line | EscapeContext::Title => markdown(text, false, LineState::Start),
        EscapeContext::Plain | EscapeContext::Bare => clean(text, false).collect(),
        EscapeContext::Url | EscapeContext::Href => segment(text),
    })
}

/// As [`escape`], for markdown that goes on behind a mark-up of hookbell's own, so that nothing begins with it.
pub(super) fn escape_behind(text: &str, lines: bool) -> String {
    markdown(text, lines, LineState::Text)
}

/// Bytes that never need escaping; most texts consist of them alone.
fn is_harmless(byte: u8, context: EscapeContext) -> bool {
    byte.is_ascii_alphanumeric()
        || match context {
            EscapeContext::Block | EscapeContext::Line | EscapeContext::Title => b" ,;/=?!$%&'\"".contains(&byte),
            EscapeContext::Plain | EscapeContext::Bare => (b' '..0x7f).contains(&byte),
            EscapeContext::Url | EscapeContext::Href => b"-_~".contains(&byte),
        }
}

/// A backslash before each character that is markup in its position, and before no other, because a phone's
/// notification shows the text with its backslashes.
fn markdown(text: &str, lines: bool, begin: LineState) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut chars = clean(text, lines).peekable();
    // The beginning of a value may be the beginning of a line, and may follow anything of the template.
    let (mut first, mut line) = (begin == LineState::Start, begin);
    while let Some(c) = chars.next() {
        let special = match c {
            // Mark-up, code, spoilers, masked links, mentions: anywhere.
            '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<' => true,
            // `@everyone` and `@here`, and what a `<` of the template would make a mention.
            '@' => first || may_ping(chars.clone()),
            ':' => may_go_on(chars.clone()),
            // The target of a link whose label the template holds.
            '(' => first,
            // Headings, sub-text, quotes, lists.
            '#' | '-' | '+' | '>' => line == LineState::Start,
            '.' => (first || line == LineState::Digits) && chars.peek().is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        line = line.after(c);
        first = false;
    }
    out
}

/// Whether what follows an `@` is, or may become with the next value, `everyone` or `here`.
fn may_ping(rest: impl Iterator<Item = char>) -> bool {
    let next: String = rest.take("everyone".len()).map(|c| c.to_ascii_lowercase()).collect();
    ["everyone", "here"].iter().any(|ping| next.starts_with(ping) || ping.starts_with(&next))
}

/// Whether a colon begins an emoji's name or ends a URL's scheme, or the next value may make it do so.
fn may_go_on(mut rest: impl Iterator<Item = char>) -> bool {
    match rest.next() {
        None => true,
        Some('/') => rest.next().is_none_or(|next| next == '/'),
        Some(first) => {
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '+' | '-' | '~');
            is_name(first) && rest.take(EMOJI).find(|c| !is_name(*c)).is_none_or(|end| end == ':')
        }
    }
}

/// What a line holds so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineState {
    /// Nothing but white space and what begins quotes, lists and headings.
    Start,
    /// A number, which a full stop would make a list.
    Digits,
    Text,
}

impl LineState {
    fn after(self, c: char) -> Self {
        match (self, c) {
            (_, '\n') => Self::Start,
            (Self::Start | Self::Digits, '0'..='9') => Self::Digits,
            (Self::Start, '#' | '-' | '+' | '>') => Self::Start,
            (Self::Start, c) if c.is_whitespace() => Self::Start,
            _ => Self::Text,
        }
    }
}

/// The characters of a text without those that hide, reorder or break: controls, direction overrides,
/// zero-width and other invisible ones. Line ends become `\n`, or a space where one line is wanted.
pub fn clean(text: &str, lines: bool) -> impl Iterator<Item = char> + Clone + '_ {
    let mut before = '\0';
    let mut marks = 0;
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let c = rest.next()?;
            let next = rest.peek().copied();
            let kept = match c {
                '\r' if next == Some('\n') => None,
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    Some(if lines { '\n' } else { ' ' })
                }
                '\t' => Some(' '),
                _ if c.is_ascii() && !c.is_ascii_control() => Some(c),
                _ if c.is_control() => None,
                // The joiners make one emoji of several and shape some scripts; elsewhere they only hide.
                '\u{200c}' | '\u{200d}' => {
                    (!before.is_ascii() && next.is_some_and(|next| !next.is_ascii() && !is_joiner(next))).then_some(c)
                }
                _ if is_invisible(c) => None,
                _ if is_mark(c) && marks >= MARKS => None,
                _ => Some(c),
            };
            if let Some(kept) = kept {
                marks = if is_mark(kept) { marks + 1 } else { 0 };
                before = kept;
                return Some(kept);
            }
        }
    })
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Combining marks of the blocks that exist for nothing else.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests;
