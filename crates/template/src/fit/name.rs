//! Makes a webhook's name valid for Discord. Words and characters that it refuses are changed as little as possible:
//! `Discord` becomes `Dis·cord`.

use super::cut::{CutEnding, TextSyntax, cut_part};
use super::tidy::tidy;
use hookbell_model::message::limit;
use hookbell_model::note::{MessagePart, Note};

/// Refused anywhere in a name, whatever the case, and where the dot goes.
const WORDS: [(&str, usize); 2] = [("discord", 3), ("clyde", 2)];
/// Refused as a whole name, and its replacement.
const NAMES: [(&str, &str); 2] = [("everyone", "every·one"), ("here", "he·re")];

pub(super) fn fit(name: &mut String, notes: &mut Vec<Note>) {
    tidy(name);
    if is_squeezed(name) && !name.contains(['@', '#', ':']) && !name.contains("```") && !is_reserved(name) {
        cut_part(name, limit::USERNAME, TextSyntax::Plain, CutEnding::Ellipsis, MessagePart::Username, notes);
        return;
    }
    let squeezed = squeeze(name);
    let better = part_words(&squeeze(&replace_characters(&squeezed)));
    if better != squeezed {
        notes.push(Note::UsernameChanged);
    }
    *name = better;
    cut_part(name, limit::USERNAME, TextSyntax::Plain, CutEnding::Ellipsis, MessagePart::Username, notes);
}

fn is_squeezed(name: &str) -> bool {
    let mut was_space = false;
    name.chars().all(|c| {
        let fine = !c.is_whitespace() || (c == ' ' && !was_space);
        was_space = c.is_whitespace();
        fine
    })
}

/// Every run of white space becomes one blank, none stay at the edges.
fn squeeze(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_reserved(name: &str) -> bool {
    WORDS.iter().any(|(word, _)| find(name, word).is_some())
        || NAMES.iter().any(|(reserved, _)| name.eq_ignore_ascii_case(reserved))
}

/// Where the word begins, whatever its case, in bytes.
fn find(name: &str, word: &str) -> Option<usize> {
    let length = word.len();
    name.as_bytes().windows(length).position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// `@` becomes "at" or goes, `:` becomes a dash or a dot, `#` and code fences go.
fn replace_characters(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '@' if out.is_empty() || out.ends_with(' ') => {}
            '@' => out.push_str(" at "),
            ':' if rest.peek().is_none_or(|next| next.is_whitespace()) => out.push_str(" –"),
            ':' => out.push('·'),
            '#' => {}
            '`' if out.ends_with("``") => {}
            other => out.push(other),
        }
    }
    out
}

fn part_words(name: &str) -> String {
    let mut name = name.to_owned();
    for (word, middle) in WORDS {
        while let Some(at) = find(&name, word) {
            name.insert(at + middle, '·');
        }
    }
    match NAMES.iter().find(|(reserved, _)| name.eq_ignore_ascii_case(reserved)) {
        Some((_, instead)) => (*instead).to_owned(),
        None => name,
    }
}
