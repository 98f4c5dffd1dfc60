//! Hostile texts in every context.

use proptest::prelude::*;

use super::*;
use crate::expression::url::{check_url, path};
use url::Url;

#[test]
fn hostile_texts_are_escaped_by_context() {
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
fn excess_combining_marks_are_removed() {
    let tower = format!("Z{}", "\u{301}".repeat(100));
    assert_eq!(escape(&tower, EscapeContext::Line).chars().count(), 1 + MARKS);
}

#[test]
fn a_value_cannot_leave_its_part_of_a_url() {
    assert_eq!(escape("a/b?c=d#e&f", EscapeContext::Url), "a%2Fb%3Fc%3Dd%23e%26f");
    for dots in ["..", ".", "\0.", ".\u{200b}."] {
        assert_eq!(escape(dots, EscapeContext::Url), "", "{dots:?}");
    }
    assert_eq!(escape("ü \n\u{202e}x", EscapeContext::Url), "%C3%BC%20x");
    assert_eq!(path("/owner/../re po/"), "owner/re%20po");
}

/// No character that is markup in Discord's markdown is without a backslash, and nothing invisible is
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
    // The text between two colons, and after the last one.
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
fn the_harmlessness_check_detects_violations() {
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
