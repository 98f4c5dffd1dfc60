//! The source line that a diagnostic shows. Of a file that may hold secrets only the structure is shown, and values
//! only of keys that never hold one.

use std::ops::Range;

use super::possible_secrets::{is_placeholder, is_secret};
use super::source::Document;
use crate::diagnostic::Snippet;

/// A longer line is shown around its mark.
const LONGEST: usize = 100;
/// Characters before the mark in a cropped line.
const BEFORE: usize = 40;
const HIDDEN: &str = "\"…\"";

/// A range of the line that is replaced.
struct Hidden {
    span: Range<usize>,
    shown: &'static str,
}

/// How much of its first line the span takes, in characters; at least 1.
pub(super) fn width(document: &Document, span: &Range<usize>) -> usize {
    let line = line(document, span.start);
    document.text.get(span.start..span.end.min(line.end)).map_or(1, |text| text.chars().count().max(1))
}

/// The line in which the span begins. None where nothing of it may be shown, or it is empty.
pub(super) fn of(document: &Document, span: &Range<usize>) -> Option<Snippet> {
    let line = line(document, span.start);
    let text = document.text.get(line.clone())?;
    if text.trim().is_empty() {
        return None;
    }
    let hidden = match (document.guarded, document.broken) {
        (false, _) => Vec::new(),
        (true, false) => hidden(document, &line),
        (true, true) => vec![unread(text, line.start)?],
    };
    let (mut shown, mut places) = (String::new(), Vec::new());
    for (at, c) in text.char_indices().map(|(at, c)| (line.start + at, c)) {
        match hidden.iter().find(|hidden| hidden.span.contains(&at)) {
            Some(piece) if piece.span.start.max(line.start) == at => {
                for c in piece.shown.chars() {
                    shown.push(c);
                    places.push(piece.span.clone());
                }
            }
            Some(_) => {}
            None => {
                shown.push(visible(c));
                places.push(at..at + c.len_utf8());
            }
        }
    }
    let within = |place: &Range<usize>| place.start < span.end.max(span.start + 1) && place.end > span.start;
    let mark = places.iter().position(within).unwrap_or(places.len());
    let width = places.iter().skip(mark).take_while(|place| within(place)).count().max(1);
    Some(cropped(&shown, mark, width))
}

/// The line around a byte, without its end.
fn line(document: &Document, byte: usize) -> Range<usize> {
    let at = document.lines.partition_point(|start| *start <= byte);
    let start = document.lines.get(at.saturating_sub(1)).copied().unwrap_or_default();
    let end = document.lines.get(at).map_or(document.text.len(), |next| next - 1);
    let text = document.text.get(start..end).unwrap_or_default();
    start..start + text.trim_end_matches('\r').len()
}

/// The parts of a line that may be secret: comments, and all values but those of harmless keys.
fn hidden(document: &Document, line: &Range<usize>) -> Vec<Hidden> {
    let leaves = document.secrets().leaves_in(line);
    let is_in_line = |span: &Range<usize>| line.start <= span.start && span.end <= line.end;
    let is_pasted = |span: &Range<usize>| document.text.get(span.clone()).is_none_or(is_secret);
    let text = document.text.get(line.clone()).unwrap_or_default();
    let outside = |at: &usize| !leaves.iter().any(|(span, _)| span.contains(&(line.start + at)));
    let remark = text.match_indices('#').map(|(at, _)| at).find(outside);
    let names = |span: &Range<usize>| document.text.get(span.clone()).is_some_and(is_placeholder);
    let shows =
        |(span, harmless): &(Range<usize>, bool)| is_in_line(span) && (names(span) || (*harmless && !is_pasted(span)));
    let secret = leaves.iter().filter(|leaf| !shows(leaf));
    let mut hidden: Vec<Hidden> = secret.map(|(span, _)| Hidden { span: span.clone(), shown: HIDDEN }).collect();
    hidden.extend(remark.map(|at| Hidden { span: line.start + at..line.end, shown: "" }));
    hidden
}

/// Whether the value at these bytes may be shown.
pub(super) fn may_show(document: &Document, span: &Range<usize>) -> bool {
    let harmless = || document.secrets().leaves_in(span).iter().all(|(_, harmless)| *harmless);
    let pasted = || document.text.get(span.clone()).is_none_or(is_secret);
    !document.guarded || (!document.broken && harmless() && !pasted())
}

/// The message without values that may be secret: where a file could not be parsed, a value may have been taken for
/// that of another key.
pub(super) fn without_secrets(document: &Document, words: String) -> String {
    if document.guarded && words.contains('`') { document.secrets().left_out(words) } else { words }
}

/// In a file that could not be parsed, the part of a line after the key; none where there is no plain key. Which part
/// of the line is a value is not known there.
fn unread(line: &str, start: usize) -> Option<Hidden> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
    let plain = |name: &str| !name.is_empty() && name.len() <= 40 && name.chars().all(is_plain);
    let trimmed = line.trim();
    let header = trimmed.trim_start_matches('[').trim_end_matches(']');
    if trimmed.starts_with('[') && plain(header) {
        return Some(Hidden { span: start + line.len()..start + line.len(), shown: "" });
    }
    let (key, value) = line.split_once('=')?;
    let from = start + line.len() - value.trim_start().len();
    plain(key.trim()).then(|| Hidden { span: from..start + line.len(), shown: HIDDEN })
}

/// Replaces characters that would move the mark or change the text's direction.
fn visible(c: char) -> char {
    match c {
        c if c.is_control() => ' ',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

/// Without the blanks around it, and not too long.
fn cropped(text: &str, mark: usize, width: usize) -> Snippet {
    let indent = text.chars().take_while(|c| *c == ' ').count().min(mark);
    let rest: Vec<char> = text.trim_end().chars().skip(indent).collect();
    let mark = mark - indent;
    if rest.len() <= LONGEST {
        return Snippet { text: rest.into_iter().collect(), mark, width };
    }
    let from = if mark + width <= LONGEST { 0 } else { mark.saturating_sub(BEFORE) };
    let kept: String = rest.iter().skip(from).take(LONGEST).collect();
    let (begin, end) = (if from > 0 { "…" } else { "" }, if from + LONGEST < rest.len() { "…" } else { "" });
    let mark = mark - from + begin.chars().count();
    Snippet { text: format!("{begin}{kept}{end}"), mark, width: width.min(LONGEST.saturating_sub(mark).max(1)) }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::code::Code;
    use crate::diagnostic::Diagnostics;
    use crate::document::KeyHomes;

    /// The excerpts of every line of a config, asked for at each of its characters.
    fn shown(text: &str) -> String {
        let document = Document::parse_guarded("config.toml", text, &mut Diagnostics::default());
        let places = text.char_indices().map(|(at, _)| at);
        let excerpts = places.filter_map(|at| of(&document, &(at..at + 1)));
        let mut lines: Vec<String> = excerpts.map(|snippet| snippet.text).collect();
        lines.dedup();
        lines.join("\n")
    }

    const CONFIG: &str = r#"
to = ['a', 'b']  # S3
sekret = 'S3'
secret = 53
verify = { scheme = 'token', token = "S3" }
template = 'https://discord.com/api/webhooks/1/S3'
api_base = 'https://me:S3@host'
source.x = 'S3'
conf = { source = 'S3' }
secrets = [
  'S3', # S3
  """
S3
S3""",
]
[sources.x] # S3
"#;

    #[test]
    fn a_config_shows_structure_and_the_values_of_harmless_keys_alone() {
        let shown = shown(CONFIG);
        assert!(!shown.contains("S3") && !shown.contains("53"), "{shown}");
        for part in ["to = ['a', 'b']", "sekret = \"…\"", "{ scheme = 'token', token = \"…\" }", "[sources.x]"] {
            assert!(shown.contains(part), "{part}\n--\n{shown}");
        }
    }

    #[test]
    fn a_value_of_a_known_key_is_shown_and_one_of_a_key_that_may_hold_a_secret_never() {
        static HOMES: LazyLock<KeyHomes> = LazyLock::new(|| {
            KeyHomes::of_example(
                "[a]\nbudget = 1\nsecret = 1\nwebhook_url = 1\nbot_token = 1\n# fallback = { url = 1 }\n",
            )
        });
        let shown = |line: &str| {
            let document = Document::parse_guarded("config.toml", line, &mut Diagnostics::default());
            let document = document.with_homes(&HOMES);
            let at = line.len() - 1;
            of(&document, &(at..at + 1)).map(|snippet| snippet.text).unwrap_or_default()
        };
        assert_eq!(shown("budget = 'thirty'"), "budget = 'thirty'");
        assert_eq!(shown("secret = '${NAME}'"), "secret = '${NAME}'");
        let long = "https://host.example/v1/S3aaaaaaaaaaaaaaaaaa";
        for value in ["S3", "S3 with blanks", long, "S3-4f5e6d7c8b9a0f1e2d3c4b5a"] {
            for key in ["secret", "webhook_url", "bot_token", "url", "secrt", "webhok_url", "bot_tokn", "x"] {
                let shown = shown(&format!("{key} = '{value}'"));
                assert!(!shown.contains("S3"), "{shown}");
            }
        }
        // In the wrong place they look like what they are.
        for value in [long, "S3-4f5e6d7c8b9a0f1e2d3c4b5a", "https://me:S3@host"] {
            assert!(!shown(&format!("budget = '{value}'")).contains("S3"), "{value}");
        }
    }

    #[test]
    fn of_a_config_that_cannot_be_read_only_keys_are_shown() {
        for text in [
            "secret = S3\nto = 'a'\n",
            "secret S3\n",
            "to = 'S3\nsecret = 'S3'\n",
            "to = '''\nsecret = 'S3'\nS3=\n",
            "to = ['a', 'S3]\nsecret = 'S3'\n[x] = S3\n",
            "secret = \"S3\n",
        ] {
            let shown = shown(text);
            assert!(!shown.contains("S3"), "{text}\n--\n{shown}");
        }
        assert_eq!(shown("secret = S3\n"), "secret = \"…\"");
    }

    #[test]
    fn the_mark_is_under_its_text_in_long_lines_too() {
        let text = format!("\tx = \"{} wrong {}\"\n", "é".repeat(200), "y".repeat(200));
        let document = Document::parse("a.toml", &text, &mut Diagnostics::default());
        let at = text.find("wrong").expect("there");
        let snippet = of(&document, &(at..at + 5)).expect("a line");
        let marked: String = snippet.text.chars().skip(snippet.mark).take(snippet.width).collect();
        assert_eq!(marked, "wrong");
        let ends = snippet.text.starts_with('…') && snippet.text.ends_with('…');
        assert!(ends && snippet.text.chars().count() <= LONGEST + 2, "{snippet:?}");
        assert_eq!(width(&document, &(at..at + 5)), 5);
    }

    /// How long it takes to report a mistake in each of so many tables.
    fn reporting(tables: usize) -> Duration {
        let url = "https://discord.com/api/webhooks/1/S3";
        let text: String =
            (0..tables).map(|at| format!("[destinations.d{at}]\nwebhook_url = \"{url}{at}\"\n")).collect();
        let document = Document::parse_guarded("config.toml", &text, &mut Diagnostics::default());
        let begun = Instant::now();
        let named = document.root().named_tables("destinations", &mut Diagnostics::default());
        for (at, (name, table)) in named.iter().enumerate() {
            let what = format!("`{name}` has `{url}{at}` and `x`");
            let reported = table.error("webhook_url", Code::INVALID_VALUE, what).to_string();
            assert!(!reported.contains("S3") && reported.contains("has `…` and `x`"), "{reported}");
        }
        begun.elapsed()
    }

    #[test]
    fn the_mistakes_of_a_long_config_take_a_time_that_grows_with_their_number_alone() {
        let shortest = |tables: usize| (0..5).map(|_| reporting(tables)).min().unwrap_or_default();
        // Four times as many take four times as long, or, where each looks through the whole file, sixteen times.
        let (few, many) = (shortest(1000), shortest(4000));
        assert!(many < few * 9, "{few:?} {many:?}");
    }

    #[test]
    fn a_secret_with_a_back_quote_is_hidden_too() {
        let text = "x = \"https://a`b@host\"\ny = 1\n";
        let document = Document::parse_guarded("config.toml", text, &mut Diagnostics::default());
        let words = without_secrets(&document, "there is no `https://a`b@host`, but `y`".to_owned());
        assert_eq!(words, "there is no `…`, but `y`");
    }
}
