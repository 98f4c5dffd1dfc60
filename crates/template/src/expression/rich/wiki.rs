//! The words of Jira's wiki markup, which its server and its webhooks still use.
//! <https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all>

use super::slack::UNNAMED;
use super::spans::shortened;

/// Macros that stand in braces around a text.
const MACROS: [&str; 7] = ["noformat", "code", "quote", "panel", "color", "anchor", "info"];
/// Those whose text is as it is.
const VERBATIM: [&str; 2] = ["noformat", "code"];
/// Bytes between two marks.
const SPAN: usize = 1_000;
/// Marks within marks.
const DEPTH: usize = 3;
/// Characters that are read; what is behind them is kept as it is written.
const READ: usize = 8_000;

/// The words, without marks; lists keep a bullet.
pub(in crate::expression) fn wiki_words(text: &str) -> String {
    let end = text.char_indices().nth(READ).map_or(text.len(), |(at, _)| at);
    let (text, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut lines: Vec<String> = Vec::new();
    let mut verbatim: Option<&str> = None;
    for line in text.lines() {
        let mut words = String::new();
        let mut rest = line;
        loop {
            let found = macro_in(rest, verbatim);
            let (before, behind) = found.map_or((rest, None), |(start, name, end)| {
                (rest.get(..start).unwrap_or_default(), Some((name, rest.get(end..).unwrap_or_default())))
            });
            if verbatim.is_some() {
                words.push_str(before);
            } else {
                words.push_str(&line_words(before));
            }
            let Some((name, after)) = behind else { break };
            if VERBATIM.contains(&name) {
                verbatim = if verbatim.is_some() { None } else { Some(name) };
            }
            rest = after;
        }
        // A line of macros alone is none.
        if !words.trim().is_empty() || line.trim().is_empty() {
            lines.push(words.trim_end().to_owned());
        }
    }
    lines.join("\n").trim().to_owned() + behind
}

/// Where the next macro stands, and its name: within verbatim text its end alone.
fn macro_in(line: &str, verbatim: Option<&str>) -> Option<(usize, &'static str, usize)> {
    line.match_indices('{').find_map(|(start, _)| {
        let inside = line.get(start + 1..)?;
        let (inside, _) = inside.split_once('}')?;
        let name = inside.split(':').next().unwrap_or_default();
        let name = MACROS.into_iter().find(|known| *known == name)?;
        verbatim.is_none_or(|open| open == name).then_some((start, name, start + inside.len() + 2))
    })
}

fn line_words(line: &str) -> String {
    let trimmed = line.trim_start();
    let heading = (1..=6).find_map(|level| trimmed.strip_prefix(&*format!("h{level}. ")));
    if let Some(words) = heading.or_else(|| trimmed.strip_prefix("bq. ")) {
        return inline(words, DEPTH);
    }
    let marks: String = trimmed.chars().take_while(|c| matches!(c, '*' | '#' | '-')).collect();
    if let Some(words) =
        trimmed.get(marks.len()..).and_then(|rest| rest.strip_prefix(' ')).filter(|_| !marks.is_empty())
    {
        return format!("{:indent$}• {}", "", inline(words, DEPTH), indent = 2 * (marks.len().min(4) - 1));
    }
    if trimmed.len() >= 4 && trimmed.chars().all(|c| c == '-') {
        return String::new();
    }
    if let Some(row) = trimmed.strip_prefix('|').and_then(|row| row.trim_end().strip_suffix('|')) {
        // A link in a cell has a bar of its own.
        let cells = inline(&row.trim_matches('|').replace("||", "|"), DEPTH);
        return cells.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · ");
    }
    inline(line, DEPTH)
}

fn inline(text: &str, depth: usize) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        let found = match c {
            '\\' => escaped(rest),
            '[' => link(rest),
            '!' => picture(rest),
            '{' => rest
                .strip_prefix("{{")
                .and_then(|inside| inside.split_once("}}"))
                .map(|(code, _)| (code.to_owned(), code.len() + 4)),
            '*' | '_' | '-' | '+' | '^' | '~' if depth > 0 => emphasis(c, rest, before, depth),
            _ => None,
        };
        let (words, length) = found.unwrap_or_else(|| (c.to_string(), c.len_utf8()));
        out.push_str(&words);
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// A backslash before what could be a mark; two of them end a line.
fn escaped(rest: &str) -> Option<(String, usize)> {
    let next = rest.chars().nth(1)?;
    match next {
        '\\' => Some(("\n".to_owned(), 2)),
        next if next.is_ascii_punctuation() => Some((next.to_string(), 2)),
        _ => None,
    }
}

/// `[words|https://example.com]`, `[https://example.com]`, `[~accountid:5b10]`, `[^file.txt]`, `[#anchor]`.
fn link(rest: &str) -> Option<(String, usize)> {
    let (inside, _) = rest.strip_prefix('[')?.split_once(']')?;
    let words = match inside.split_once('|') {
        Some((label, _)) if !label.trim().is_empty() => inline_once(label),
        _ => {
            let target = inside.trim_start_matches('|');
            match target.split_at_checked(1)? {
                ("~", name) if name.starts_with("accountid:") || name.is_empty() => format!("@{UNNAMED}"),
                ("~", name) => format!("@{name}"),
                ("^" | "#", name) => name.to_owned(),
                _ if target.contains("://") => shortened(target),
                _ => target.strip_prefix("mailto:").filter(|bare| !bare.is_empty())?.to_owned(),
            }
        }
    };
    Some((words, inside.len() + 2))
}

fn inline_once(label: &str) -> String {
    label.trim_matches(['*', '_', '+']).to_owned()
}

/// `!lamp.png|thumbnail!`
fn picture(rest: &str) -> Option<(String, usize)> {
    let (inside, _) = rest.strip_prefix('!')?.split_once('!')?;
    let name = inside.split('|').next().unwrap_or_default();
    let fits = name.contains('.') && !name.contains(char::is_whitespace) && inside.len() < SPAN;
    fits.then(|| (name.rsplit('/').next().unwrap_or(name).to_owned(), inside.len() + 2))
}

/// `*bold*`, `_italic_`, `-struck-`, `+inserted+`, `^super^`, `~sub~`: begun and ended at the edges of words.
fn emphasis(mark: char, rest: &str, before: Option<char>, depth: usize) -> Option<(String, usize)> {
    let inside = rest.strip_prefix(mark)?;
    if before.is_some_and(char::is_alphanumeric) || inside.starts_with(|c: char| c.is_whitespace() || c == mark) {
        return None;
    }
    let mut last = ' ';
    for (at, c) in inside.char_indices().take_while(|(at, _)| *at < SPAN) {
        let after = inside.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        if c == mark
            && at > 0
            && !last.is_whitespace()
            && last != '\\'
            && after.is_none_or(|after| !after.is_alphanumeric() && after != mark)
        {
            let inside = inside.get(..at)?;
            return Some((inline(inside, depth - 1), inside.len() + 2));
        }
        last = c;
    }
    None
}
