//! Text from outside made fit to be kept: without control characters, of a sane length.

use std::borrow::Cow;

/// The first line that is not empty, without control characters, cut at `longest` characters.
pub(super) fn line(text: &str, longest: usize) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let line = clean(line);
    let line = line.trim();
    (!line.is_empty()).then(|| cut(line, longest))
}

/// Without control characters.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(text.chars().filter(|c| !c.is_control()).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// At most `longest` characters, the last one an ellipsis where something was cut.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_clean_and_short() {
        assert_eq!(line("\n  one\u{7}\u{1b}[31m \ntwo", 300).as_deref(), Some("one[31m"));
        assert_eq!(line("\u{0}\n ", 300), None);
        assert_eq!(line("äöü", 2).as_deref(), Some("ä…"));
    }
}
