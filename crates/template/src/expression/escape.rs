//! Makes text from outside harmless for the place it stands in: markdown, plain text, URLs. Knows nothing
//! of templates.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use hookbell_model::privacy::hidden::is_invisible;

/// Where a text stands, which decides how values from data are escaped in it.
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
    /// Not shown to anybody: `key`, `severity`, `timestamp`.
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

/// What may stand in a URL's path segment or query value unescaped: unreserved characters alone.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Characters of an emoji's name.
const EMOJI: usize = 64;

/// Combining marks kept on one base character; more than that paints over the neighbouring lines.
const MARKS: usize = 4;

/// The text made harmless for `place`.
pub fn escape(text: &str, place: EscapeContext) -> Cow<'_, str> {
    if text.bytes().all(|byte| means_nothing(byte, place)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(match place {
        EscapeContext::Block => markdown(text, true, Line::Start),
        EscapeContext::Line | EscapeContext::Title => markdown(text, false, Line::Start),
        EscapeContext::Plain | EscapeContext::Bare => clean(text, false).collect(),
        EscapeContext::Url | EscapeContext::Href => segment(text),
    })
}

/// As [`escape`], for markdown that goes on behind a mark-up of hookbell's own, so that nothing begins with it.
pub(super) fn escape_behind(text: &str, lines: bool) -> String {
    markdown(text, lines, Line::Text)
}

/// What is the same wherever it stands in a text, as all of most texts is.
fn means_nothing(byte: u8, place: EscapeContext) -> bool {
    byte.is_ascii_alphanumeric()
        || match place {
            EscapeContext::Block | EscapeContext::Line | EscapeContext::Title => b" ,;/=?!$%&'\"".contains(&byte),
            EscapeContext::Plain | EscapeContext::Bare => (b' '..0x7f).contains(&byte),
            EscapeContext::Url | EscapeContext::Href => b"-_~".contains(&byte),
        }
}

/// A backslash before each character that could mean something where it stands, and before no other: what a
/// phone's notification shows is the text as it was sent.
fn markdown(text: &str, lines: bool, begin: Line) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut chars = clean(text, lines).peekable();
    // The beginning of a value may be the beginning of a line, and may follow anything of the template.
    let (mut first, mut line) = (begin == Line::Start, begin);
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
            '#' | '-' | '+' | '>' => line == Line::Start,
            '.' => (first || line == Line::Digits) && chars.peek().is_none_or(|next| next.is_whitespace()),
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
enum Line {
    /// Nothing but white space and what begins quotes, lists and headings.
    Start,
    /// A number, which a full stop would make a list.
    Digits,
    Text,
}

impl Line {
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

/// One value within a URL: it cannot end its segment or query value. A value of dots alone would walk up
/// the path (also percent-encoded), so it is left out.
fn segment(text: &str) -> String {
    let kept: String = clean_url(text).collect();
    if kept.chars().all(|c| c == '.') { String::new() } else { utf8_percent_encode(&kept, SEGMENT).collect() }
}

fn clean_url(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !c.is_control() && !is_invisible(*c))
}

/// A path of several segments, such as `owner/repo`: each encoded by itself, dots dropped.
pub fn path(text: &str) -> String {
    let segments: Vec<Cow<'_, str>> = text.split('/').map(|part| escape(part, EscapeContext::Url)).collect();
    segments.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// A URL that may be posted: http or https, without a password in it, and serialised anew.
///
/// # Errors
/// Says why it may not; never repeats the text.
pub fn check_url(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let is_hidden = |c: char| c.is_ascii_control() || (!c.is_ascii() && (c.is_control() || is_invisible(c)));
    if text.chars().any(is_hidden) {
        return Err("it holds invisible characters");
    }
    let url = Url::parse(text).map_err(|_| "it is not a whole URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are allowed");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("it names no host");
    }
    // `parse` also takes `https:host` and back slashes, which Discord reads otherwise.
    let rest = text.split_once(':').map_or("", |(_, rest)| rest);
    if !rest.starts_with("//") {
        return Err("it is not a whole URL");
    }
    Ok(url.into())
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_texts_are_escaped_by_place() {
        for (text, block, line, plain) in [
            ("@everyone", r"\@everyone", r"\@everyone", "@everyone"),
            ("<@&1>", r"\<@&1>", r"\<@&1>", "<@&1>"),
            ("ada@example.com", "ada@example.com", "ada@example.com", "ada@example.com"),
            ("[x](http://evil)", r"\[x\](http\://evil)", r"\[x\](http\://evil)", "[x](http://evil)"),
            ("a\n-# sub", "a\n\\-\\# sub", r"a -# sub", "a -# sub"),
            ("> q\r\n1. x", "\\> q\n1\\. x", r"\> q 1. x", "> q 1. x"),
            ("v1.2 at 10:30, 3-4: #7", "v1.2 at 10:30, 3-4: #7", "v1.2 at 10:30, 3-4: #7", "v1.2 at 10:30, 3-4: #7"),
            ("``a`", r"\`\`a\`", r"\`\`a\`", "``a`"),
            ("abc\u{202e}def\0g\u{200b}h\u{2066}", "abcdefgh", "abcdefgh", "abcdefgh"),
            (
                "👩\u{200d}👩\u{200d}👧 ok",
                "👩\u{200d}👩\u{200d}👧 ok",
                "👩\u{200d}👩\u{200d}👧 ok",
                "👩\u{200d}👩\u{200d}👧 ok",
            ),
            ("a\u{200d}b", "ab", "ab", "ab"),
            ("a\u{2028}b\tc", "a\nb c", "a b c", "a b c"),
        ] {
            assert_eq!(escape(text, EscapeContext::Block), block);
            assert_eq!(escape(text, EscapeContext::Line), line);
            assert_eq!(escape(text, EscapeContext::Plain), plain);
        }
    }

    #[test]
    fn a_tower_of_marks_is_lowered() {
        let tower = format!("Z{}", "\u{301}".repeat(100));
        assert_eq!(escape(&tower, EscapeContext::Line).chars().count(), 1 + MARKS);
    }

    #[test]
    fn a_value_cannot_leave_its_place_in_a_url() {
        assert_eq!(escape("a/b?c=d#e&f", EscapeContext::Url), "a%2Fb%3Fc%3Dd%23e%26f");
        for dots in ["..", ".", "\0.", ".\u{200b}."] {
            assert_eq!(escape(dots, EscapeContext::Url), "", "{dots:?}");
        }
        assert_eq!(escape("ü \n\u{202e}x", EscapeContext::Url), "%C3%BC%20x");
        assert_eq!(path("/owner/../re po/"), "owner/re%20po");
    }

    #[test]
    fn urls_are_checked_whole() {
        assert_eq!(
            check_url(" https://Example.com/a b?c=\"d\" ").as_deref(),
            Ok("https://example.com/a%20b?c=%22d%22")
        );
        for wrong in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a/b",
            "//evil/x",
            "/x",
            "https:evil.com",
            "https:\\\\evil.com",
            "https://user:pw@evil.com/",
            "https://good.com@evil.com/",
            "https://a/\u{202e}b",
            "https://a/\nb",
            "http://",
            "discord://x",
        ] {
            assert!(check_url(wrong).is_err(), "{wrong}");
        }
    }

    /// Nothing that Discord's markdown gives a meaning to stands there without a backslash, and nothing hidden is
    /// left. Reads the escaped text from the outside, line by line, as a client would.
    fn is_harmless(text: &str) -> bool {
        let bare: String = {
            // A dot in the place of each escaped character: what is left is live.
            let mut chars = text.chars();
            std::iter::from_fn(|| chars.next().map(|c| if c == '\\' { chars.next().map_or('\\', |_| '·') } else { c }))
                .collect()
        };
        let anywhere = |c: char| matches!(c, '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<');
        let pings = ["@everyone", "@here"].iter().any(|ping| bare.to_ascii_lowercase().contains(ping));
        let hidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
        let begins_block = |line: &str| {
            let line = line.trim_start();
            let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
            line.starts_with(['#', '-', '+', '>'])
                || (after_digits.len() < line.len() && (after_digits == "." || after_digits.starts_with(". ")))
        };
        // What stands between two colons, and behind the last one.
        let mut names = bare.split(':').skip(1).peekable();
        let is_name = |text: &str| {
            !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
        };
        let live_colon = std::iter::from_fn(|| names.next().map(|name| (name, names.peek().is_none())))
            .any(|(name, last)| name.starts_with("//") || is_name(name) || (last && (name.is_empty() || name == "/")));
        !bare.contains(anywhere)
            && !bare.contains(hidden)
            && !bare.lines().any(begins_block)
            && !live_colon
            && !pings
            && !bare.starts_with(['(', '@'])
            && !bare.starts_with(". ")
    }

    #[test]
    fn the_judge_of_harmlessness_sees_harm() {
        for harm in [
            "*a*",
            "x\n- y",
            "1. z",
            "http://x",
            "(u)",
            "\\\\*a",
            "<@1>",
            "hi @everyone",
            "a\n> q",
            "-# s",
            ":smile:",
            "x :smi",
            "1.",
            "http:",
            "a:/",
        ] {
            assert!(!is_harmless(harm), "{harm}");
        }
        for fine in ["2026-11-21 at 10: fine (really). C# + 1.5", "1.5 at 09:00 UTC", "a:b c", "1.4.0: x"] {
            assert!(is_harmless(fine) && escape(fine, EscapeContext::Block) == fine, "{fine}");
        }
    }

    proptest! {
        #[test]
        fn no_text_keeps_live_mark_up(text in "\\PC*|[\\\\*_~|`>#+.\\[\\]()<:@\\-\\n\\r\\x00a1 ]*|(?s).*") {
            prop_assert!(is_harmless(&escape(&text, EscapeContext::Block)));
            let line = escape(&text, EscapeContext::Line);
            prop_assert!(is_harmless(&line) && !line.contains('\n'));
        }

        #[test]
        fn no_value_changes_the_host_or_the_path_before_it(value in "(?s).*") {
            let text = format!("https://example.com/a/{}/z?q={}", escape(&value, EscapeContext::Url), escape(&value, EscapeContext::Url));
            let url = Url::parse(&check_url(&text).expect("a URL")).expect("a URL");
            prop_assert_eq!(url.host_str(), Some("example.com"));
            prop_assert!(url.path().starts_with("/a/") && url.path().ends_with("/z"));
            prop_assert_eq!(url.path().matches('/').count(), 3);
            prop_assert_eq!(url.query_pairs().count(), 1);
            prop_assert!(url.fragment().is_none());
        }
    }
}
