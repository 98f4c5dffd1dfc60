//! Discord's Markdown as a terminal shows it: bold is bold, a link is its words and its address, a timestamp is a
//! date. The demo's page has the same rules for browsers.

use anstyle::{AnsiColor, Effects, Style};
use hookbell_template::discord_markdown::{CodeSpan, MarkPairs, Token, Tokenizer};
use time::OffsetDateTime;

use super::paint::{Paint, wrap};

/// What a hidden address shows of its beginning and its end, in characters.
const HEAD: usize = 44;
const TAIL: usize = 8;

/// A whole text in lines of at most `width` columns.
pub(super) fn block(text: &str, paint: Paint, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut quoted = false;
    let mut from = 0;
    let mut at = 0;
    for (token, source) in Tokenizer::new(text) {
        if let Token::Code(code) = token
            && code.is_block()
        {
            rows(text.get(from..at).unwrap_or_default(), &mut quoted, paint, width, &mut lines);
            lines.extend(code_block(code, paint, width));
            from = at + source.len();
        }
        at += source.len();
    }
    rows(text.get(from..).unwrap_or_default(), &mut quoted, paint, width, &mut lines);
    lines
}

/// Lines without code blocks. `>>> ` quotes all that follows, over code blocks too.
fn rows(text: &str, quoted: &mut bool, paint: Paint, width: usize, lines: &mut Vec<String>) {
    // The line feeds around a code block end its lines.
    let text = text.strip_prefix('\n').unwrap_or(text);
    for row in text.lines() {
        let row = match row.strip_prefix(">>> ") {
            Some(rest) => {
                *quoted = true;
                rest
            }
            None => row,
        };
        lines.extend(line(row, *quoted, paint, width));
    }
}

/// The language of a code block is not shown.
fn code_block(code: CodeSpan<'_>, paint: Paint, width: usize) -> Vec<String> {
    let row = |row: &str| wrap(&format!("  {}", paint.text(code_style(), row)), width, "  ");
    code.text.lines().flat_map(row).collect()
}

/// A line in the style that its beginning gives: a heading, a quote, an item of a list.
fn line(row: &str, quoted: bool, paint: Paint, width: usize) -> Vec<String> {
    let whole = |style: Style, row: &str| inline(row, style, true, paint);
    let plain = Style::new();
    if let Some(rest) = if quoted { Some(row) } else { row.strip_prefix("> ") } {
        let inner = line_body(rest, paint, width.saturating_sub(2));
        return inner.into_iter().map(|line| format!("{} {line}", paint.text(plain.dimmed(), "│"))).collect();
    }
    for (mark, style) in [("# ", plain.bold().underline()), ("## ", plain.bold()), ("### ", plain.bold())] {
        if let Some(rest) = row.strip_prefix(mark) {
            return wrap(&whole(style, rest), width, "");
        }
    }
    line_body(row, paint, width)
}

fn line_body(row: &str, paint: Paint, width: usize) -> Vec<String> {
    let plain = Style::new();
    if let Some(rest) = row.strip_prefix("-# ") {
        return wrap(&inline(rest, plain.dimmed(), true, paint), width, "");
    }
    let indent: String = row.chars().take_while(|c| *c == ' ').collect();
    let item = row.trim_start();
    if let Some(rest) = item.strip_prefix("- ").or_else(|| item.strip_prefix("* ")) {
        return wrap(&format!("{indent}• {}", inline(rest, plain, true, paint)), width, &format!("{indent}  "));
    }
    wrap(&inline(row, plain, true, paint), width, "")
}

/// Text within a line. `links` allows words that hide an address, which titles and names do not have.
pub(super) fn inline(text: &str, style: Style, links: bool, paint: Paint) -> String {
    let tokens: Vec<(Token<'_>, &str)> = Tokenizer::new(text).collect();
    let emphasis = Emphasis::of(&tokens);
    let mut line = Line { paint, drawn: String::new(), plain: String::new(), style };
    for (at, (token, source)) in tokens.iter().enumerate() {
        let style = style.effects(style.get_effects() | emphasis.effects(at));
        match token {
            Token::Mark(_) if emphasis.is_mark(at) => {}
            Token::Escape(c) => line.text(c.encode_utf8(&mut [0; 4]), style),
            Token::Code(code) => line.piece(&code_span(*code, paint)),
            Token::Angle(inner) => match pointed(inner, style) {
                Some((shown, style)) => line.piece(&paint.text(style, &shown)),
                None => line.text(source, style),
            },
            Token::Link { label, url } if links => match link(label, url, style, paint) {
                Some(shown) => line.piece(&shown),
                None => line.text(source, style),
            },
            Token::Url(url) => {
                // Punctuation behind an address ends the sentence, not the address.
                let address = url.trim_end_matches(['.', ',', ':', ';', '"', '\'']);
                line.piece(&paint.text(link_style(style), address));
                line.text(url.get(address.len()..).unwrap_or_default(), style);
            }
            _ => line.text(source, style),
        }
    }
    line.finish()
}

/// A line being built: plain text is collected while its style stays the same.
struct Line {
    paint: Paint,
    drawn: String,
    plain: String,
    style: Style,
}

impl Line {
    fn text(&mut self, text: &str, style: Style) {
        if style != self.style {
            self.flush();
            self.style = style;
        }
        self.plain.push_str(text);
    }

    /// Something that has its own style.
    fn piece(&mut self, drawn: &str) {
        self.flush();
        self.drawn.push_str(drawn);
    }

    fn flush(&mut self) {
        self.drawn.push_str(&self.paint.text(self.style, &std::mem::take(&mut self.plain)));
    }

    fn finish(mut self) -> String {
        self.flush();
        self.drawn
    }
}

/// The pairs of emphasis marks among the tokens of a text.
struct Emphasis {
    /// Token indexes that open and close it, and the effect on what is between.
    spans: Vec<(usize, usize, Effects)>,
}

impl Emphasis {
    fn of(tokens: &[(Token<'_>, &str)]) -> Self {
        // A single mark may overlap a doubled one, as in `***both***`.
        let (mut doubled, mut single) = (MarkPairs::default(), MarkPairs::default());
        let mut spans = Vec::new();
        for (at, (token, _)) in tokens.iter().enumerate() {
            let Token::Mark(mark) = token else { continue };
            let opened = if mark.len() > 1 {
                doubled.add(mark, at)
            } else {
                let (opens, closes) = single_mark(mark, tokens, at);
                let opened = closes.then(|| single.close(mark, at)).flatten();
                if opened.is_none() && opens {
                    single.open(mark, at);
                }
                opened
            };
            spans.extend(opened.map(|opened| (opened, at, effect(mark))));
        }
        Self { spans }
    }

    fn is_mark(&self, at: usize) -> bool {
        self.spans.iter().any(|(open, close, _)| *open == at || *close == at)
    }

    fn effects(&self, at: usize) -> Effects {
        let around = self.spans.iter().filter(|(open, close, _)| *open < at && at < *close);
        around.fold(Effects::new(), |effects, (_, _, effect)| effects | *effect)
    }
}

fn effect(mark: &str) -> Effects {
    match mark {
        "**" => Effects::BOLD,
        "__" => Effects::UNDERLINE,
        "~~" => Effects::STRIKETHROUGH,
        "||" => Effects::DIMMED,
        _ => Effects::ITALIC,
    }
}

/// Whether a single mark can open emphasis, and whether it can close it: `*` not at a blank, `_` not within a word.
fn single_mark(mark: &str, tokens: &[(Token<'_>, &str)], at: usize) -> (bool, bool) {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at)).and_then(|(_, source)| source.chars().next_back());
    let after = tokens.get(at + 1).and_then(|(_, source)| source.chars().next());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if mark == "_" {
        (!before.is_some_and(is_word), !after.is_some_and(is_word))
    } else {
        (after.is_some_and(|c| c != ' '), before.is_some_and(|c| c != ' '))
    }
}

fn code_span(code: CodeSpan<'_>, paint: Paint) -> String {
    let shown = if paint == Paint::Plain { format!("`{}`", code.text) } else { code.text.trim().to_owned() };
    paint.text(code_style(), &shown)
}

/// What is between `<` and `>`, with its style: an address, a mention, a timestamp, an emoji.
fn pointed(inner: &str, style: Style) -> Option<(String, Style)> {
    if inner.starts_with("https://") || inner.starts_with("http://") {
        return (!inner.contains(char::is_whitespace)).then(|| (inner.to_owned(), link_style(style)));
    }
    let is_id = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shown = if let Some(timestamp) = inner.strip_prefix("t:") {
        date(timestamp)?
    } else if let Some(id) = inner.strip_prefix("@&").filter(is_id) {
        format!("@role {id}")
    } else if let Some(id) = inner.strip_prefix('@').map(|id| id.trim_start_matches('!')).filter(is_id) {
        format!("@user {id}")
    } else if let Some(id) = inner.strip_prefix('#').filter(is_id) {
        format!("#channel {id}")
    } else {
        let emoji = inner.strip_prefix("a:").or_else(|| inner.strip_prefix(':'))?;
        format!(":{}:", emoji.rsplit_once(':')?.0)
    };
    Some((shown, style.underline()))
}

/// The words of a link, then its address.
fn link(label: &str, url: &str, style: Style, paint: Paint) -> Option<String> {
    let url = url.trim_start_matches('<').trim_end_matches('>');
    let is_real = url.starts_with("https://") || url.starts_with("http://");
    // Discord shows a label that looks like an address as it was written.
    if !is_real || label.contains("://") || url.contains(char::is_whitespace) {
        return None;
    }
    let words = inline(label, link_style(style), false, paint);
    Some(format!("{words} {}", paint.text(style.dimmed(), &format!("({})", shortened(url)))))
}

/// Long addresses lose their middle: what matters is where a link leads, not every digit of it.
fn shortened(url: &str) -> String {
    let count = url.chars().count();
    if count <= HEAD + TAIL + 1 {
        return url.to_owned();
    }
    let (head, tail) = (url.chars().take(HEAD), url.chars().skip(count - TAIL));
    head.chain(['…']).chain(tail).collect()
}

/// `SECONDS` or `SECONDS:STYLE` as a date, in UTC.
fn date(timestamp: &str) -> Option<String> {
    let (secs, style) = timestamp.split_once(':').unwrap_or((timestamp, "f"));
    let at = OffsetDateTime::from_unix_timestamp(secs.parse().ok()?).ok()?;
    let date = format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day());
    let clock = format!("{:02}:{:02} UTC", at.hour(), at.minute());
    match style {
        "d" | "D" => Some(date),
        "t" | "T" => Some(clock),
        "f" | "F" | "s" | "S" | "R" => Some(format!("{date} {clock}")),
        _ => None,
    }
}

fn code_style() -> Style {
    AnsiColor::Cyan.on_default()
}

fn link_style(style: Style) -> Style {
    style.fg_color(Some(AnsiColor::Blue.into())).underline()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        block(text, Paint::Plain, 60).join("\n")
    }

    #[test]
    fn marks_become_emphasis_and_escapes_become_text() {
        let bold = |text: &str| inline(text, Style::new(), true, Paint::Full).replace('\u{1b}', "^");
        assert_eq!(bold("a **b** c"), "a ^[1mb^[0m c");
        assert_eq!(bold(r"\*\*b\*\* snake_case_name 2 * 3 * 4"), "**b** snake_case_name 2 * 3 * 4");
        assert_eq!(bold("***x*** __u__ ~~s~~"), "^[1m^[3mx^[0m ^[4mu^[0m ^[9ms^[0m");
        assert_eq!(bold("`a*b*`"), "^[36ma*b*^[0m");
        assert_eq!(bold("**never closed"), "**never closed");
    }

    #[test]
    fn links_and_timestamps_are_shown_in_full() {
        assert_eq!(
            plain("[the *run*](https://a.example/1) at <t:1795255200:R>"),
            "the run (https://a.example/1) at 2026-11-21 10:00 UTC"
        );
        assert_eq!(plain("<https://a.example> <@&12> <@!3> <:ok:1>"), "https://a.example @role 12 @user 3 :ok:");
        assert_eq!(
            plain("[https://good.example](https://evil.example)"),
            "[https://good.example](https://evil.example)"
        );
        assert_eq!(plain("<t:99999999999999999:R> <t:1:q>"), "<t:99999999999999999:R> <t:1:q>");
    }

    #[test]
    fn blocks_keep_their_shape() {
        let text = "# Head\n- one\n  - two\n> said\n```rust\nlet a = 1; // *no*\n```\n-# small";
        assert_eq!(plain(text), "Head\n• one\n  • two\n│ said\n  let a = 1; // *no*\nsmall");
        assert_eq!(plain(">>> a\nb"), "│ a\n│ b");
        assert_eq!(plain("before ```code``` after"), "before\n  code\n after");
        assert_eq!(plain("```never closed\n**b**"), "```never closed\nb");
    }

    #[test]
    fn hostile_depth_and_length_end() {
        let text = "*_".repeat(3000);
        assert_eq!(inline(&text, Style::new(), true, Paint::Plain).matches(['*', '_']).count() % 2, 0);
        assert!(!block(&"[".repeat(4000), Paint::Plain, 40).is_empty());
    }
}
