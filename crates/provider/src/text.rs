//! Cleans text from outside before it is stored: no control characters, bounded length.

use std::borrow::Cow;

/// The first line that is not empty, without control characters, truncated to `max` characters.
pub(crate) fn first_line(text: &str, max: usize) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let line = without_control_characters(line);
    let line = line.trim();
    (!line.is_empty()).then(|| truncate(line, max))
}

pub(crate) fn without_control_characters(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(text.chars().filter(|c| !c.is_control()).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// At most `max` characters, the last one an ellipsis where something was removed.
fn truncate(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_clean_and_short() {
        assert_eq!(first_line("\n  one\u{7}\u{1b}[31m \ntwo", 300).as_deref(), Some("one[31m"));
        assert_eq!(first_line("\u{0}\n ", 300), None);
        assert_eq!(first_line("äöü", 2).as_deref(), Some("ä…"));
    }
}
