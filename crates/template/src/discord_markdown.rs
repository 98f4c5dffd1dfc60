//! Tokens of Discord's Markdown: the only parser of it, for cutting a text and for showing it in a terminal.
//!
//! Emphasis is paired by [`MarkPairs`], as every other mark only means something with its partner. Reading is linear
//! in the length of the text, whatever is in it.

/// What is at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'t> {
    /// A run of characters that mean themselves.
    Text(&'t str),
    /// A backslash and the character that it escapes.
    Escape(char),
    /// A backslash that escapes nothing.
    Backslash,
    /// `**`, `__`, `~~`, `||`, `*` or `_`: emphasis where it has a partner, else text.
    Mark(&'static str),
    /// A code span or block: nothing inside is Markdown.
    Code(CodeSpan<'t>),
    /// A run of backticks that no later run closes.
    Backticks,
    /// What is between `<` and `>`: a mention, an emoji, a timestamp, an address.
    Angle(&'t str),
    /// `[label](url)`
    Link { label: &'t str, url: &'t str },
    /// A URL that was not marked as a link.
    Url(&'t str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSpan<'t> {
    /// The backticks that open it; three or more open a block.
    pub backticks: usize,
    /// The first line of a block that names its language, line feed included; empty where there is none.
    pub language: &'t str,
    pub text: &'t str,
}

impl CodeSpan<'_> {
    pub fn is_block(&self) -> bool {
        self.backticks >= 3
    }
}

/// The tokens of a text in order, each with its source.
#[derive(Debug)]
pub struct Tokenizer<'t> {
    rest: &'t str,
    /// Lengths of backtick runs that no later run closes.
    unclosed: Vec<usize>,
}

impl<'t> Tokenizer<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { rest: text, unclosed: Vec::new() }
    }

    /// The code that this run of backticks opens, and the length of its source.
    fn code(&mut self) -> Option<(CodeSpan<'t>, usize)> {
        let run = leading_backticks(self.rest);
        if self.unclosed.contains(&run) {
            return None;
        }
        let Some((inside, closing)) = closed_by(tail(self.rest, run), run) else {
            self.unclosed.push(run);
            return None;
        };
        let (language, text) = inside.split_at(if run >= 3 { language_line(inside) } else { 0 });
        Some((CodeSpan { backticks: run, language, text }, run + inside.len() + closing))
    }
}

impl<'t> Iterator for Tokenizer<'t> {
    type Item = (Token<'t>, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.rest.chars().next()?;
        let found = match first {
            '\\' => Some(escape(self.rest)),
            '`' => Some(match self.code() {
                Some((code, length)) => (Token::Code(code), length),
                None => (Token::Backticks, leading_backticks(self.rest)),
            }),
            '*' | '_' | '~' | '|' => mark(self.rest).map(|mark| (Token::Mark(mark), mark.len())),
            '<' => angle(self.rest).map(|inner| (Token::Angle(inner), inner.len() + "<>".len())),
            '[' => link(self.rest),
            'h' => bare_url(self.rest).map(|url| (Token::Url(url), url.len())),
            _ => None,
        };
        let (token, length) = found.unwrap_or_else(|| {
            let text = text_run(self.rest, first.len_utf8());
            (Token::Text(text), text.len())
        });
        let (source, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        Some((token, source))
    }
}

/// The words of a text, without its marks: what a reader sees of it in one line.
pub fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (token, source) in Tokenizer::new(text) {
        match token {
            Token::Link { label, .. } => {
                Tokenizer::new(label).for_each(|(token, source)| push_plain(&mut plain, token, source));
            }
            token => push_plain(&mut plain, token, source),
        }
    }
    plain
}

fn push_plain(plain: &mut String, token: Token<'_>, source: &str) {
    match token {
        Token::Mark(_) => {}
        Token::Escape(character) => plain.push(character),
        Token::Code(code) => plain.push_str(code.text),
        _ => plain.push_str(source),
    }
}

/// Finds the partners of emphasis marks.
#[derive(Debug, Default)]
pub struct MarkPairs {
    /// Marks without a partner so far, with their indexes.
    open: Vec<(&'static str, usize)>,
}

impl MarkPairs {
    /// Takes the next mark. Returns the index of the one that it closes, the nearest of its kind; marks opened in
    /// between stay without a partner. None = it waits for a partner of its own. A pair around nothing is no pair:
    /// Discord shows `____` as it is.
    pub fn add(&mut self, mark: &'static str, index: usize) -> Option<usize> {
        let closed = self.close(mark, index);
        if closed.is_none() {
            self.open.push((mark, index));
        }
        closed
    }

    /// As [`MarkPairs::add`] for a mark that can close another, but open none.
    pub fn close(&mut self, mark: &'static str, index: usize) -> Option<usize> {
        let at = self.open.iter().rposition(|(open, _)| *open == mark)?;
        let opened = self.open.get(at).map(|(_, opened)| *opened)?;
        self.open.truncate(at);
        (opened + 1 < index).then_some(opened)
    }

    /// As [`MarkPairs::add`] for a mark that can open, but close none.
    pub fn open(&mut self, mark: &'static str, index: usize) {
        self.open.push((mark, index));
    }
}

/// Up to where the next token may begin; what is before `from` begins none.
fn text_run(text: &str, from: usize) -> &str {
    let begins = |byte: u8| matches!(byte, b'\\' | b'`' | b'*' | b'_' | b'~' | b'|' | b'<' | b'[' | b'h');
    let rest = tail(text, from);
    let next = rest
        .bytes()
        .enumerate()
        .find(|(at, byte)| begins(*byte) && (*byte != b'h' || tail(rest, *at).starts_with("http")));
    next.map_or(text, |(at, _)| head(text, from + at))
}

fn escape(text: &str) -> (Token<'_>, usize) {
    match text.chars().nth(1) {
        Some(second) if !second.is_ascii_alphanumeric() && !second.is_whitespace() => {
            (Token::Escape(second), 1 + second.len_utf8())
        }
        _ => (Token::Backslash, 1),
    }
}

fn mark(text: &str) -> Option<&'static str> {
    ["**", "__", "~~", "||", "*", "_"].into_iter().find(|mark| text.starts_with(mark))
}

fn leading_backticks(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// What is before the run of backticks that closes one of this length, and how many backticks of it do so.
fn closed_by(body: &str, run: usize) -> Option<(&str, usize)> {
    let mut at = 0;
    while let Some(found) = tail(body, at).find('`') {
        at += found;
        let length = leading_backticks(tail(body, at));
        if length == run || (run >= 3 && length >= 3) {
            return Some((head(body, at), run.min(3)));
        }
        at += length;
    }
    None
}

/// The length of a code block's language line, line feed included.
fn language_line(inside: &str) -> usize {
    let Some((line, _)) = inside.split_once('\n') else { return 0 };
    let is_name = line.chars().all(|c| c.is_ascii_alphanumeric() || "_+-.#".contains(c));
    if is_name { line.len() + 1 } else { 0 }
}

/// `<t:1>`, `<@1>`, `<@&1>`, `<#1>`, `<:name:1>`, `<a:name:1>`, `</name:1>`, `<id:guide>`, `<https://…>`.
fn angle(text: &str) -> Option<&str> {
    let inner = tail(text, 1);
    let known = ["t:", "@", "#", ":", "a:", "/", "id:", "http://", "https://"];
    if !known.iter().any(|start| inner.starts_with(start)) {
        return None;
    }
    let end = inner.find(['>', '<', '\n'])?;
    tail(inner, end).starts_with('>').then(|| head(inner, end))
}

/// `[label](url)`. The label ends at the first bracket that is not escaped: looking no further keeps reading
/// linear.
fn link(text: &str) -> Option<(Token<'_>, usize)> {
    let end = label_end(text)?;
    let target = tail(text, end + 1).strip_prefix('(')?;
    let url = head(target, target.find([')', '[', '\n'])?);
    let length = text.len() - target.len() + url.len() + 1;
    let label = text.get(1..end)?;
    tail(target, url.len()).starts_with(')').then_some((Token::Link { label, url }, length))
}

fn label_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => return Some(at),
            '[' => return None,
            _ => {}
        }
    }
    None
}

fn bare_url(text: &str) -> Option<&str> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || "<>)]|`".contains(c)).unwrap_or(text.len());
    Some(head(text, end))
}

fn head(text: &str, bytes: usize) -> &str {
    text.get(..bytes).unwrap_or(text)
}

fn tail(text: &str, bytes: usize) -> &str {
    text.get(bytes..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        let read: Vec<_> = Tokenizer::new(text).collect();
        let sources: String = read.iter().map(|(_, source)| *source).collect();
        assert_eq!(sources, text, "every byte is in one token");
        read.into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn plain_text_has_the_words_alone() {
        let text = r"**Firing:** `a*b` on [host\_1](https://x.example/a_b) \*now\*, _2_ left";
        assert_eq!(plain_text(&text.replace(r"\\", r"\")), "Firing: a*b on host_1 *now*, 2 left");
    }

    #[test]
    fn escapes_marks_and_characters_are_distinguished() {
        use Token::{Backslash, Escape, Mark, Text};
        assert_eq!(tokens(r"\*\a\"), [Escape('*'), Backslash, Text("a"), Backslash]);
        assert_eq!(tokens("***_~~||"), [Mark("**"), Mark("*"), Mark("_"), Mark("~~"), Mark("||")]);
        assert_eq!(tokens("~|é"), [Text("~"), Text("|é")]);
    }

    #[test]
    fn code_holds_no_markdown() {
        let code = |backticks, language, text| Token::Code(CodeSpan { backticks, language, text });
        assert_eq!(tokens("`a*`"), [code(1, "", "a*")]);
        assert_eq!(tokens("``a`b``"), [code(2, "", "a`b")]);
        assert_eq!(tokens("```rust\nlet a;\n```"), [code(3, "rust\n", "let a;\n")]);
        assert_eq!(tokens("```two words\n```"), [code(3, "", "two words\n")]);
        assert_eq!(tokens("``"), [Token::Backticks]);
    }

    #[test]
    fn links_and_mentions_are_whole() {
        assert_eq!(tokens("[a\\]b](https://x.test)"), [Token::Link { label: "a\\]b", url: "https://x.test" }]);
        assert_eq!(tokens("<t:1:R>"), [Token::Angle("t:1:R")]);
        assert_eq!(tokens("https://x.test/a|"), [Token::Url("https://x.test/a"), Token::Text("|")]);
        for text in ["[a", "[a](", "[a](b", "[[", "<b>", "<@1", "http:"] {
            assert!(tokens(text).iter().all(|token| matches!(token, Token::Text(_))), "{text}");
        }
    }

    #[test]
    fn a_mark_closes_the_nearest_of_its_kind() {
        let mut pairs = MarkPairs::default();
        assert_eq!(pairs.add("**", 0), None);
        assert_eq!(pairs.add("__", 2), None);
        assert_eq!(pairs.add("**", 4), Some(0));
        assert_eq!(pairs.add("__", 6), None, "it was opened inside a pair that is closed");
        assert_eq!(pairs.add("__", 7), None, "around nothing");
        assert_eq!(pairs.add("__", 9), Some(7));
    }
}
