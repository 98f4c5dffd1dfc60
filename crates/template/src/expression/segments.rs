//! A template taken apart: its own words, and the tags between them.

use super::scan::{Lexer, Token};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Segment<'t> {
    /// The template's own words.
    Literal(&'t str),
    /// `{{ inside }}`, and how it begins and ends (`{{-`).
    Print(&'t str, &'t str, &'t str),
    /// `{% inside %}`, the same.
    Statement(&'t str, &'t str, &'t str),
    /// A remark, or what begins and ends raw text.
    Other(&'t str),
}

pub(super) fn segments(source: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = source;
    while let Some(at) = begin(rest) {
        let (literal, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if !literal.is_empty() {
            segments.push(Segment::Literal(literal));
        }
        let end = match tag.chars().nth(1) {
            Some('{') => "}}",
            Some('%') => "%}",
            _ => {
                let (remark, after) = split_behind(tag, "#}");
                segments.push(Segment::Other(remark));
                rest = after;
                continue;
            }
        };
        let (tag, after) = split_tag(tag, end);
        rest = after;
        if end == "%}" && tag.1.trim() == "raw" {
            let at = raw_end(rest).unwrap_or(rest.len());
            let (literal, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            segments.extend([
                Segment::Other(tag.0),
                Segment::Other(tag.1),
                Segment::Other(tag.2),
                Segment::Literal(literal),
            ]);
            let (end, after) = split_behind(after, "%}");
            segments.push(Segment::Other(end));
            rest = after;
        } else if end == "%}" {
            segments.push(Segment::Statement(tag.0, tag.1, tag.2));
        } else {
            segments.push(Segment::Print(tag.0, tag.1, tag.2));
        }
    }
    if !rest.is_empty() {
        segments.push(Segment::Literal(rest));
    }
    segments
}

/// Where the next tag begins.
fn begin(text: &str) -> Option<usize> {
    text.match_indices('{')
        .map(|(at, _)| at)
        .find(|at| text.get(at + 1..).is_some_and(|after| after.starts_with(['{', '%', '#'])))
}

fn split_behind<'t>(text: &'t str, end: &str) -> (&'t str, &'t str) {
    let at = text.find(end).map_or(text.len(), |at| at + end.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Where `{% endraw %}` begins.
fn raw_end(text: &str) -> Option<usize> {
    text.match_indices("{%").map(|(at, _)| at).find(|at| {
        let tag = text.get(at + 2..).unwrap_or_default();
        tag.trim_start_matches(['-', '+']).trim_start().starts_with("endraw")
    })
}

type Tag<'t> = (&'t str, &'t str, &'t str);

/// A tag in its beginning, inside and end, and what comes behind it. The end does not count within quotes and
/// brackets.
fn split_tag<'t>(text: &'t str, end: &str) -> (Tag<'t>, &'t str) {
    let after = text.get(2..).unwrap_or_default();
    let signs = usize::from(after.starts_with(['-', '+']));
    let (open, inside) = text.split_at_checked(2 + signs).unwrap_or((text, ""));
    let mut lexer = Lexer { rest: inside };
    let mut depth = 0_usize;
    loop {
        let blanks = lexer.rest.trim_start();
        let ends = blanks.starts_with(end) || blanks.strip_prefix(['-', '+']).is_some_and(|rest| rest.starts_with(end));
        if blanks.is_empty() || (depth == 0 && ends) {
            break;
        }
        match lexer.next() {
            Some(Token::Sign("(" | "[" | "{")) => depth += 1,
            Some(Token::Sign(")" | "]" | "}")) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let (inside, rest) = inside.split_at_checked(inside.len() - lexer.rest.trim_start().len()).unwrap_or((inside, ""));
    let signs = usize::from(rest.starts_with(['-', '+']));
    let (close, rest) = rest.split_at_checked(signs + end.len()).unwrap_or((rest, ""));
    ((open, inside, close), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_the_sum_of_its_segments() {
        for source in [
            "a {{- b|f(\"}}\") -}} c {% if {'a': {'b': 1}} %}{# {{ }} #}{% endif -%} {% raw %}{{ x }}{% endraw %} z",
            "{{ {'a': {'b': 1}} }}{",
            "{{ unfinished",
            "{% raw %} unfinished {{ x }}",
            "{# unfinished",
            "{{",
            "ä{{ö}}ü",
        ] {
            let whole: String = segments(source)
                .iter()
                .map(|segment| match segment {
                    Segment::Literal(text) | Segment::Other(text) => (*text).to_owned(),
                    Segment::Print(open, inside, close) | Segment::Statement(open, inside, close) => {
                        [*open, *inside, *close].concat()
                    }
                })
                .collect();
            assert_eq!(whole, source);
        }
        assert_eq!(segments("{{ {'a': {}} }}x"), [Segment::Print("{{", " {'a': {}} ", "}}"), Segment::Literal("x")]);
        assert_eq!(segments("{%- a -%}"), [Segment::Statement("{%-", " a ", "-%}")]);
    }
}
