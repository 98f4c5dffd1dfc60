//! Cuts the middle out: of a stack trace or a log the first and the last lines matter most.

use super::cutter::{CutText, Cutter, WORD};
use super::pieces::PieceKind;
use hookbell_model::note::Lost;

/// How far a cut may move to fall between two lines, in characters.
const LINE: usize = 200;
/// The middle is cut only from this limit on, in characters.
const LEAST: usize = 40;
/// The length of what closes and opens spans is not known before the cut, so the limit is reduced until it fits.
const TRIES: usize = 8;

/// One of the two cuts.
#[derive(Clone, Copy)]
struct CutEdge {
    at: usize,
    /// Whether it falls between two lines.
    is_line: bool,
}

/// Beginning and end; `None` when they do not both fit.
pub(super) fn middle(cutter: &Cutter<'_>) -> Option<CutText> {
    let mut room = cutter.limit.checked_sub(marker(cutter.total).chars().count() + "\n\n".len())?;
    for _ in 0..TRIES {
        if room < LEAST {
            return None;
        }
        let head = head_edge(cutter, room / 2);
        let tail = tail_edge(cutter, room - cutter.at(head.at).chars, head.at);
        if head.at == 0 || tail.at >= cutter.pieces.pieces.len() {
            return None;
        }
        let lost = cutter.total - cutter.at(head.at).visible - (cutter.total - cutter.at(tail.at).visible);
        let text = joined(cutter, head, tail, lost);
        let over = text.chars().count().saturating_sub(cutter.limit);
        if over == 0 {
            return (lost > 0).then_some(CutText { text, lost: Lost::Characters(lost) });
        }
        room = room.checked_sub(over)?;
    }
    None
}

fn head_edge(cutter: &Cutter<'_>, room: usize) -> CutEdge {
    let most = cutter.within(room);
    let lines = (most.saturating_sub(LINE)..=most).rev();
    if let Some(line) = lines.into_iter().find(|at| *at > 0 && cutter.kind(*at) == Some(PieceKind::LineFeed)) {
        let at = cutter.settle(line);
        if at > 0 {
            return CutEdge { at, is_line: true };
        }
    }
    let settled = cutter.settle(most);
    CutEdge { at: cutter.whole_words(settled).filter(|at| *at > 0).unwrap_or(settled), is_line: false }
}

/// Where the end begins that fits into so many code points, not before `from`.
fn tail_edge(cutter: &Cutter<'_>, room: usize, from: usize) -> CutEdge {
    let all = cutter.pieces.pieces.len();
    let before = cutter.at(all).chars.saturating_sub(room);
    let first = cutter.sums.partition_point(|sum| sum.chars < before).clamp(from, all);
    let is_start = |at: usize| matches!(cutter.kind(at - 1), Some(PieceKind::LineFeed | PieceKind::FenceLine));
    let line = (first.max(1)..all.min(first + LINE)).find(|at| is_start(*at));
    if let Some(line) = line {
        let at = unclosed(cutter, line, from);
        return CutEdge { at, is_line: at == line };
    }
    let is_blank = |at: usize| matches!(cutter.kind(at), Some(PieceKind::Space | PieceKind::LineFeed));
    let blank = (first..all.min(first + WORD)).find(|at| is_blank(*at));
    let mut at = blank.unwrap_or(first);
    while is_blank(at) {
        at += 1;
    }
    CutEdge { at: unclosed(cutter, at, from), is_line: false }
}

/// Moves the beginning of the end over what would close a span that has only just been opened anew.
fn unclosed(cutter: &Cutter<'_>, mut at: usize, from: usize) -> usize {
    loop {
        let before = at;
        while cutter.kind(at) == Some(PieceKind::Backtick) {
            at += 1;
        }
        if cutter.pieces.spans.iter().any(|span| span.close == at && from <= span.open) {
            at += 1;
        }
        if at == before {
            return at;
        }
    }
}

fn joined(cutter: &Cutter<'_>, head: CutEdge, tail: CutEdge, lost: usize) -> String {
    let closers = cutter.closers(head.at, tail.at);
    let openers = openers(cutter, head.at, tail.at);
    let before = if head.is_line || closers.ends_with("\n```") { "\n" } else { " " };
    let after = if tail.is_line || openers.starts_with("```") { "\n" } else { " " };
    let rest = cutter.text.get(cutter.at(tail.at).bytes..).unwrap_or_default();
    format!("{}{closers}{before}{}{after}{openers}{rest}", cutter.head(head.at), marker(lost))
}

/// What opens anew the spans that were opened in what is left out and end behind it, outer ones first.
fn openers(cutter: &Cutter<'_>, from: usize, at: usize) -> String {
    let spans = cutter.pieces.spans.iter();
    let mut open: Vec<_> = spans.filter(|span| (from..at).contains(&span.open) && at <= span.close).collect();
    open.sort_by_key(|span| span.open);
    open.iter().map(|span| span.opener.as_str()).collect()
}

fn marker(lost: usize) -> String {
    format!("… {} left out …", Lost::Characters(lost))
}
