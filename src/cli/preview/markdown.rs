//! Discord's markdown as a terminal shows it: bold is bold, a link is its words and its address, a moment is a
//! date. The demo's page has the same rules for browsers.

use anstyle::{AnsiColor, Effects, Style};
use time::OffsetDateTime;

use super::paint::{Paint, wrap};

/// Emphasis within emphasis beyond this is no emphasis any more.
const DEEPEST: usize = 12;
/// What a hidden address shows of its beginning and its end, in characters.
const HEAD: usize = 44;
const TAIL: usize = 8;
/// Each mark and what it does to the text between two of them; the first that fits is taken.
const MARKS: [(&str, Effects); 7] = [
    ("***", Effects::BOLD.insert(Effects::ITALIC)),
    ("**", Effects::BOLD),
    ("__", Effects::UNDERLINE),
    ("~~", Effects::STRIKETHROUGH),
    ("||", Effects::DIMMED),
    ("*", Effects::ITALIC),
    ("_", Effects::ITALIC),
];

/// A whole text in lines of at most `width` columns.
pub(super) fn block(text: &str, paint: Paint, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fenced = false;
    let mut quoted = false;
    for row in text.lines() {
        if let Some(rest) = row.strip_prefix("```") {
            fenced = !fenced && !rest.ends_with("```");
            // The language says nothing to the eye; a fence of one line is text.
            if let Some(code) = rest.strip_suffix("```").filter(|code| !code.is_empty()) {
                lines.extend(wrap(&paint.text(code_style(), &format!("  {code}")), width, "  "));
            }
        } else if fenced {
            let (code, closes) = row.strip_suffix("```").map_or((row, false), |code| (code, true));
            fenced = !closes;
            lines.extend(wrap(&format!("  {}", paint.text(code_style(), code)), width, "  "));
        } else {
            let (row, all) = row.strip_prefix(">>> ").map_or((row, quoted), |row| (row, true));
            quoted = all;
            lines.extend(line(row, quoted, paint, width));
        }
    }
    lines
}

/// A line with what it begins with: a heading, a quote, an item of a list.
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
    Inline { paint, links, depth: 0 }.draw(text, style)
}

#[derive(Clone, Copy)]
struct Inline {
    paint: Paint,
    links: bool,
    depth: usize,
}

impl Inline {
    fn draw(self, text: &str, style: Style) -> String {
        let (mut drawn, mut plain, mut rest) = (String::new(), String::new(), text);
        let mut before = None;
        while let Some(first) = rest.chars().next() {
            let special =
                if first.is_alphanumeric() && first != 'h' { None } else { self.special(rest, before, style) };
            let (found, after) = special.map_or((None, rest), |(found, after)| (Some(found), after));
            match found {
                Some(Found::Text(c)) => plain.push(c),
                Some(Found::Drawn(piece)) => {
                    drawn.push_str(&self.paint.text(style, &std::mem::take(&mut plain)));
                    drawn.push_str(&piece);
                }
                None => plain.push(first),
            }
            before = Some(first);
            rest = if after.len() < rest.len() { after } else { behind(rest) };
        }
        drawn.push_str(&self.paint.text(style, &plain));
        drawn
    }

    fn special(self, text: &str, before: Option<char>, style: Style) -> Option<(Found, &str)> {
        if let Some(rest) = text.strip_prefix('\\') {
            let c = rest.chars().next().filter(char::is_ascii_punctuation)?;
            return Some((Found::Text(c), behind(rest)));
        }
        let drawn = match text.chars().next()? {
            '`' => self.code(text),
            '<' => self.pointed(text, style),
            '[' => self.link(text, style),
            'h' => bare_link(text).map(|(url, rest)| (self.paint.text(link_style(style), url), rest)),
            '*' | '_' | '~' | '|' => self.marked(text, before, style),
            _ => None,
        };
        drawn.map(|(drawn, rest)| (Found::Drawn(drawn), rest))
    }

    fn code(self, text: &str) -> Option<(String, &str)> {
        let rest = text.trim_start_matches('`');
        let ticks = "`".repeat(text.len() - rest.len());
        let (code, rest) = rest.split_once(&ticks)?;
        let shown = if self.paint == Paint::Plain { format!("`{code}`") } else { code.trim().to_owned() };
        (!code.is_empty() && !rest.starts_with('`')).then(|| (self.paint.text(code_style(), &shown), rest))
    }

    /// What stands between `<` and `>`: a mention, a moment, an address.
    fn pointed(self, text: &str, style: Style) -> Option<(String, &str)> {
        let (inner, rest) = text.strip_prefix('<')?.split_once('>')?;
        if inner.starts_with("https://") || inner.starts_with("http://") {
            let one = !inner.contains(char::is_whitespace);
            return one.then(|| (self.paint.text(link_style(style), inner), rest));
        }
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let shown = if let Some(told) = inner.strip_prefix("t:") {
            moment(told)?
        } else if let Some(id) = inner.strip_prefix("@&").filter(|id| number(id)) {
            format!("@role {id}")
        } else if let Some(id) = inner.strip_prefix('@').map(|id| id.trim_start_matches('!')).filter(|id| number(id)) {
            format!("@user {id}")
        } else if let Some(id) = inner.strip_prefix('#').filter(|id| number(id)) {
            format!("#channel {id}")
        } else if let Some((name, _)) = inner.strip_prefix(':').and_then(|inner| inner.rsplit_once(':')) {
            format!(":{name}:")
        } else {
            return None;
        };
        Some((self.paint.text(style.underline(), &shown), rest))
    }

    fn link(self, text: &str, style: Style) -> Option<(String, &str)> {
        if !self.links {
            return None;
        }
        let (label, rest) = closed(text.strip_prefix('[')?, "]")?;
        let (url, rest) = rest.strip_prefix('(')?.split_once(')')?;
        let url = url.trim_start_matches('<').trim_end_matches('>');
        let real = url.starts_with("https://") || url.starts_with("http://");
        // Discord shows a label that looks like an address as it was written.
        if !real || label.contains("://") || url.contains(char::is_whitespace) {
            return None;
        }
        let words = Self { links: false, ..self }.draw(label, link_style(style));
        Some((format!("{words} {}", self.paint.text(style.dimmed(), &format!("({})", shortened(url)))), rest))
    }

    fn marked(self, text: &str, before: Option<char>, style: Style) -> Option<(String, &str)> {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for (mark, effect) in MARKS {
            let Some(inner) = text.strip_prefix(mark).filter(|_| self.depth < DEEPEST) else { continue };
            let found = closed(inner, mark);
            let Some((inner, rest)) = found else { continue };
            let spaced = mark == "*" && (inner.starts_with(' ') || inner.ends_with(' '));
            let within = mark == "_" && (before.is_some_and(word) || rest.starts_with(word));
            if !spaced && !within {
                let deeper = Self { depth: self.depth + 1, ..self };
                return Some((deeper.draw(inner, style.effects(style.get_effects() | effect)), rest));
            }
        }
        None
    }
}

/// A character that was escaped, or a piece that is done.
enum Found {
    Text(char),
    Drawn(String),
}

fn behind(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// What stands before the mark that ends it, and what after. A doubled mark is another mark.
fn closed<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let sign = mark.chars().next()?;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == sign {
            let (inner, tail) = text.split_at(at);
            match tail.strip_prefix(mark) {
                Some(after) if !inner.is_empty() && !after.starts_with(sign) => return Some((inner, after)),
                Some(after) if mark.len() == 1 && after.starts_with(sign) => drop(chars.next()),
                _ => {}
            }
        }
    }
    None
}

/// Long addresses lose their middle: what is told is where a link leads, not every digit of it.
fn shortened(url: &str) -> String {
    let count = url.chars().count();
    if count <= HEAD + TAIL + 1 {
        return url.to_owned();
    }
    let (head, tail) = (url.chars().take(HEAD), url.chars().skip(count - TAIL));
    head.chain(['…']).chain(tail).collect()
}

fn bare_link(text: &str) -> Option<(&str, &str)> {
    let prefix = ["https://", "http://"].into_iter().find(|prefix| text.starts_with(prefix))?;
    let end = text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len());
    let (url, _) = text.split_at(end);
    let url = url.trim_end_matches(['.', ',', ':', ';', '"', '\'', ']', ')']);
    (url.len() > prefix.len()).then(|| text.split_at(url.len()))
}

/// `SECONDS` or `SECONDS:STYLE` as a date, in UTC.
fn moment(told: &str) -> Option<String> {
    let (secs, style) = told.split_once(':').unwrap_or((told, "f"));
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
    fn links_and_moments_are_told_in_full() {
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
    }

    #[test]
    fn hostile_depth_and_length_end() {
        let text = "*_".repeat(3000);
        assert_eq!(inline(&text, Style::new(), true, Paint::Plain).matches(['*', '_']).count() % 2, 0);
        assert!(!block(&"[".repeat(4000), Paint::Plain, 40).is_empty());
    }
}
