//! Invisible characters: they would split what is searched for, and be removed later.

use std::borrow::Cow;

/// Characters that print nothing, or change the direction of the text around them.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Line ends and the joiners that emoji are made with stay: they are shown.
fn hides(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || (is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{2028}' | '\u{2029}'))
}

/// The text without them; a joiner is removed too where it is next to ASCII, as it joins nothing there.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..0x7f).contains(&b) || matches!(b, b'\n' | b'\r' | b'\t')) {
        return Cow::Borrowed(text);
    }
    let is_joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    if !text.chars().any(|c| hides(c) || is_joiner(c)) {
        return Cow::Borrowed(text);
    }
    let mut before = '\0';
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().filter(|c| !hides(*c)).peekable();
    while let Some(c) = rest.next() {
        let joins = !before.is_ascii() && rest.peek().is_some_and(|next| !next.is_ascii() && !is_joiner(*next));
        if !is_joiner(c) || joins {
            out.push(c);
            before = c;
        }
    }
    Cow::Owned(out)
}
