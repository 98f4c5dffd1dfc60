//! The words of HTML: tags and comments are left out, entities are what they stand for.

use std::borrow::Cow;

/// The entities that senders use; those with a number need no table.
const ENTITIES: [(&str, &str); 22] = [
    ("nbsp", " "),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("amp", "&"),
    ("hellip", "…"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("euro", "€"),
    ("pound", "£"),
    ("copy", "©"),
    ("reg", "®"),
    ("times", "×"),
];
/// Bytes of an entity's name.
const NAME: usize = 10;
/// What a reader of the words never sees, with all that is in it.
const HIDDEN: [&str; 4] = ["script", "style", "head", "title"];

/// The words of a text in HTML, a line for each paragraph, item or row.
pub(crate) fn html_words(html: &str) -> String {
    without_tags(html).join("\n")
}

/// The lines of text between the tags, without comments.
pub(super) fn without_tags(html: &str) -> Vec<String> {
    let (mut words, mut rest) = (String::new(), html);
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')) {
            words.push('<');
            rest = tag;
            continue;
        }
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let name = name_of(tag);
        let ends_line = ["/p", "/li", "/h", "/tr", "/div", "/blockquote", "/pre", "br"];
        words.push_str(match name.as_str() {
            name if ends_line.iter().any(|ending| name.starts_with(ending)) => "\n",
            // Within a word.
            "b" | "i" | "em" | "strong" | "u" | "s" | "a" | "span" | "code" | "/b" | "/i" | "/em" | "/strong"
            | "/u" | "/s" | "/a" | "/span" | "/code" => "",
            _ => " ",
        });
        rest = tag.split_once(end).map_or("", |(_, behind)| behind);
        if HIDDEN.contains(&name.as_str()) {
            rest = behind_end_of(&name, rest);
        }
    }
    words.push_str(rest);
    let words = decoded(&words);
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    words.lines().map(line).filter(|line| !line.is_empty()).collect()
}

fn name_of(tag: &str) -> String {
    let name = |c: &char| c.is_ascii_alphanumeric() || *c == '/';
    tag.char_indices()
        .take_while(|(at, c)| name(c) && (*c != '/' || *at == 0))
        .map(|(_, c)| c.to_ascii_lowercase())
        .collect()
}

/// What follows the end of an element; all of it where it does not end.
fn behind_end_of<'h>(name: &str, html: &'h str) -> &'h str {
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("</") {
        rest = tag;
        if name_of(tag) == name {
            return tag.split_once('>').map_or("", |(_, behind)| behind);
        }
    }
    html
}

/// Entities are what they stand for, once: `&amp;lt;` is `&lt;`.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let entity = behind.split_once(';').filter(|(name, _)| name.len() <= NAME);
        match entity.and_then(|(name, after)| Some((meaning(name)?, after))) {
            Some((meaning, after)) => {
                out.push_str(&meaning);
                rest = after;
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out.into()
}

fn meaning(name: &str) -> Option<String> {
    let number = name.strip_prefix('#').map(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    });
    match number {
        Some(number) => number.ok().and_then(char::from_u32).map(String::from),
        None => ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, meaning)| (*meaning).to_owned()),
    }
}
