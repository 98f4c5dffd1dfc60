//! The pieces of Discord's markdown that filters make: no content can break out of them.

use super::escape::clean;

/// Replaces a back quote that would end the code around it.
pub(super) const LOOKS_LIKE: char = '\u{2cb}';

/// Inline code. Nothing can be escaped in it, so its own delimiter becomes a look-alike. Empty for an empty text.
pub(super) fn inline_code(text: &str) -> String {
    let inside: String = clean(text, false).collect();
    let inside = inside.trim().replace('`', "\u{2cb}");
    if inside.is_empty() { String::new() } else { format!("`{inside}`") }
}

/// A block of code around what has been made harmless by [`in_block`], in a language where that can be one's name.
pub(super) fn fenced(inside: &str, language: &str) -> String {
    let fits = language.len() <= 20 && language.chars().all(|c| c.is_ascii_alphanumeric() || "+#-_".contains(c));
    format!("```{}\n{inside}\n```", if fits { language } else { "" })
}

/// Three back quotes in a row would end a block; so would one at its edge, beside another.
pub(super) fn in_block(text: &str) -> String {
    let inner = text.trim_matches('`');
    let edge = text.chars().take_while(|c| *c == '`').count();
    let end = text.chars().count() - edge - inner.chars().count();
    let quotes = |count: usize| LOOKS_LIKE.to_string().repeat(count);
    format!("{}{}{}", quotes(edge), inner.replace("```", &quotes(3)), quotes(end))
}

/// `[label](url)`, of a label that is one line of markdown and a URL that was checked.
pub(super) fn masked_link(label: &str, url: &str) -> String {
    format!("[{}]({})", in_label(label.trim()), link_target(url))
}

/// Unescaped brackets would end the label, also in code: they become look-alikes.
fn in_label(label: &str) -> String {
    let (mut in_code, mut escaped) = (false, false);
    let look = |c: char| {
        let live = !std::mem::take(&mut escaped);
        match c {
            '\\' if live && !in_code => escaped = true,
            '`' if live => in_code = !in_code,
            '[' if live => return '\u{ff3b}',
            ']' if live => return '\u{ff3d}',
            _ => {}
        }
        c
    };
    label.chars().map(look).collect()
}

/// What would end the link early is percent-encoded.
pub(super) fn link_target(url: &str) -> String {
    let mut target = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '(' | ')' | '<' | '>' | '[' | ']' | '\\' | '`' | '|' | '*' => {
                target.push_str(&format!("%{:02X}", c as u32))
            }
            _ => target.push(c),
        }
    }
    target
}
