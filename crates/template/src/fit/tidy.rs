//! White space and control characters as Discord counts them.

/// Trims as Discord does, so that what is counted is what Discord counts. Control characters other than tab
/// and line feed go first: Discord drops them, and a text of nothing else would count as missing.
pub(super) fn tidy(text: &mut String) {
    if text.chars().any(is_dropped) {
        text.retain(|c| !is_dropped(c));
    }
    text.truncate(text.trim_end().len());
    let leading = text.len() - text.trim_start().len();
    if leading > 0 {
        text.drain(..leading);
    }
}

fn is_dropped(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// Makes one line of a text, without the characters that [`tidy`] drops.
pub(super) fn to_line(text: &mut String) {
    tidy(text);
    if text.contains(['\n', '\t']) {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}
