//! Values from outside in a reply: short, on one line, and harmless in Discord's Markdown.

use hookbell_template::expression::escape::{EscapeContext, clean, escape};

/// On one line and at most `max` characters, escaped for Markdown (which at most doubles it).
pub(super) fn safe(text: &str, max: usize) -> String {
    escape(&plain(text, max), EscapeContext::Line).into_owned()
}

/// As [`safe`], for places without Markdown: titles, footers, button labels, choices.
pub(super) fn plain(text: &str, max: usize) -> String {
    // Enough for `max` characters after the blanks and marks that are removed.
    let clean: String = clean(text, false).take(max.saturating_mul(4)).collect();
    cut(&clean.split_whitespace().collect::<Vec<_>>().join(" "), max)
}

/// As a code span. Backslashes do not help in there, so backticks are replaced.
pub(super) fn code(text: &str, max: usize) -> String {
    let text = plain(text, max).replace('`', "\u{2cb}");
    if text.is_empty() { text } else { format!("`{text}`") }
}

/// At most `max` characters, the last of them `…` where something was cut.
pub(super) fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_on_one_line_and_cannot_format() {
        assert_eq!(safe("  **a**\n\t# b ", 20), r"\*\*a\*\* # b");
        assert_eq!(code("a`b``\n c", 20), "`aˋbˋˋ c`");
        assert_eq!(code(" \u{200b} ", 20), "");
        assert_eq!(plain("äöüß", 3), "äö…");
    }
}
