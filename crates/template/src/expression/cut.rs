//! Shortens texts, with `…` where something was cut.

/// The beginning of a text; the last of its `n` characters is `…` if it was longer.
pub(crate) fn cut(text: &str, n: usize) -> String {
    if text.chars().nth(n).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(n.saturating_sub(1)).collect();
    if n == 0 { String::new() } else { tidied(&kept).to_owned() + "…" }
}

/// Not in the middle of an emoji that is made of several, and without blanks at the end.
fn tidied(kept: &str) -> &str {
    kept.trim_end_matches('\u{200d}').trim_end()
}

pub(super) fn cut_middle(text: &str, n: usize) -> String {
    let room = n.saturating_sub(1);
    let start: String = text.chars().take(room.div_ceil(2)).collect();
    let skipped = text.chars().count() - room / 2;
    let end: String = text.chars().skip(skipped).collect();
    let end = end.trim_start_matches(['\u{200d}', '\u{fe0f}']).trim_start();
    if n == 0 { String::new() } else { format!("{}…{end}", tidied(&start)) }
}

/// A word that alone is longer than half the limit is cut.
/// The beginning of a text, up to the end of a word.
pub(super) fn cut_words(text: &str, n: usize) -> String {
    let kept: String = text.chars().take(n.saturating_sub(1)).collect();
    let ends_there = text.chars().nth(n.saturating_sub(1)).is_some_and(char::is_whitespace);
    let whole =
        if ends_there { kept.as_str() } else { kept.rsplit_once(char::is_whitespace).map_or("", |(words, _)| words) };
    let whole = whole.trim_end().trim_end_matches([',', ';', ':', '-', '–']).trim_end();
    if whole.chars().count() * 2 < n { cut(text, n) } else { format!("{whole}…") }
}
