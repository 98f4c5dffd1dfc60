//! Finds e-mail addresses around an `@`.

use super::masked_range::{COVER, MaskedRange};

/// The first letter and the domain are shown.
pub(super) fn find(text: &str) -> Vec<MaskedRange> {
    let mut from = 0;
    let mut found = Vec::new();
    for (at, sign) in text.match_indices(['@', '＠']) {
        let (before, after) = (text.get(from..at).unwrap_or_default(), text.get(at + sign.len()..).unwrap_or_default());
        let (Some(name), Some(domain)) = (name(before), domain(after)) else { continue };
        let first = name.chars().find(|c| *c != '"').unwrap_or('•');
        let end = at + sign.len() + domain.len();
        found.push(MaskedRange { at: at - name.len()..end, shown: format!("{first}{COVER}@{domain}") });
        from = end;
    }
    found
}

/// The local part at the end of a text. A quoted one may hold anything but a quote.
fn name(before: &str) -> Option<&str> {
    if let Some(quoted) = before.strip_suffix('"') {
        let open = quoted.rfind(['"', '\n'])?;
        return before.get(open..).filter(|name| name.starts_with('"') && name.len() > 2);
    }
    let fits =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '!' | '#' | '$' | '&' | '*');
    let start = before.char_indices().rev().take_while(|(_, c)| fits(*c)).last()?.0;
    let name = before.get(start..)?.trim_start_matches(['.', '\'', '*', '-', '#', '!', '&']);
    (!name.is_empty()).then_some(name)
}

/// The domain at the beginning of a text: labels with a full stop between, the last of two letters at least.
fn domain(after: &str) -> Option<&str> {
    let end = after.find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-')).unwrap_or(after.len());
    let mut domain = after.get(..end)?.trim_end_matches(['.', '-']);
    // `ada@example.com..next` ends at the empty label.
    if let Some((first, _)) = domain.split_once("..") {
        domain = first;
    }
    let (rest, last) = domain.rsplit_once('.')?;
    (!rest.is_empty() && last.chars().count() >= 2 && !domain.starts_with('.')).then_some(domain)
}
