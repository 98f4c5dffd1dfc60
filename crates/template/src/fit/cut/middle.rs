//! Cuts the middle out: of a stack trace or a log the first and the last lines say most.

use super::{Cut, Kind, Knife};
use hookbell_model::note::Lost;

/// How far a cut may move to fall between two lines, in characters.
const LINE: usize = 200;
/// Less than this is not worth having two ends, in characters.
const LEAST: usize = 40;
/// What closes and opens spans is not known before the cut, so it is tried with less and less room.
const TRIES: usize = 8;

/// One of the two cuts.
#[derive(Clone, Copy)]
struct Edge {
    at: usize,
    /// Whether it falls between two lines.
    is_line: bool,
}

impl Knife<'_> {
    /// Beginning and end; `None` when there is no room for both.
    pub(super) fn middle(&self) -> Option<Cut> {
        let mut room = self.limit.checked_sub(marker(self.total).chars().count() + "\n\n".len())?;
        for _ in 0..TRIES {
            if room < LEAST {
                return None;
            }
            let head = self.head_edge(room / 2);
            let tail = self.tail_edge(room - self.at(head.at).chars, head.at);
            if head.at == 0 || tail.at >= self.reading.pieces.len() {
                return None;
            }
            let lost = self.total - self.at(head.at).seen - (self.total - self.at(tail.at).seen);
            let text = self.joined(head, tail, lost);
            let over = text.chars().count().saturating_sub(self.limit);
            if over == 0 {
                return (lost > 0).then_some(Cut { text, lost: Lost::Characters(lost) });
            }
            room = room.checked_sub(over)?;
        }
        None
    }

    fn head_edge(&self, room: usize) -> Edge {
        let most = self.within(room);
        let lines = (most.saturating_sub(LINE)..=most).rev();
        if let Some(line) = lines.into_iter().find(|at| *at > 0 && self.kind(*at) == Some(Kind::Line)) {
            let at = self.settle(line);
            if at > 0 {
                return Edge { at, is_line: true };
            }
        }
        let settled = self.settle(most);
        Edge { at: self.whole_words(settled).filter(|at| *at > 0).unwrap_or(settled), is_line: false }
    }

    /// Where the end begins that fits into so many code points, not before `from`.
    fn tail_edge(&self, room: usize, from: usize) -> Edge {
        let all = self.reading.pieces.len();
        let before = self.at(all).chars.saturating_sub(room);
        let first = self.sums.partition_point(|sum| sum.chars < before).clamp(from, all);
        let is_start = |at: usize| matches!(self.kind(at - 1), Some(Kind::Line | Kind::FenceLine));
        let line = (first.max(1)..all.min(first + LINE)).find(|at| is_start(*at));
        if let Some(line) = line {
            let at = self.unclosed(line, from);
            return Edge { at, is_line: at == line };
        }
        let is_blank = |at: usize| matches!(self.kind(at), Some(Kind::Space | Kind::Line));
        let blank = (first..all.min(first + super::WORD)).find(|at| is_blank(*at));
        let mut at = blank.unwrap_or(first);
        while is_blank(at) {
            at += 1;
        }
        Edge { at: self.unclosed(at, from), is_line: false }
    }

    /// Moves the beginning of the end over what would close a span that has only just been opened anew.
    fn unclosed(&self, mut at: usize, from: usize) -> usize {
        loop {
            let before = at;
            while self.kind(at) == Some(Kind::Backtick) {
                at += 1;
            }
            if self.reading.spans.iter().any(|span| span.close == at && from <= span.open) {
                at += 1;
            }
            if at == before {
                return at;
            }
        }
    }

    fn joined(&self, head: Edge, tail: Edge, lost: usize) -> String {
        let closers = self.closers(head.at, tail.at);
        let openers = self.openers(head.at, tail.at);
        let before = if head.is_line || closers.ends_with("\n```") { "\n" } else { " " };
        let after = if tail.is_line || openers.starts_with("```") { "\n" } else { " " };
        let rest = self.text.get(self.at(tail.at).bytes..).unwrap_or_default();
        format!("{}{closers}{before}{}{after}{openers}{rest}", self.head(head.at), marker(lost))
    }

    /// What opens anew the spans that were opened in what is left out and end behind it, outer ones first.
    fn openers(&self, from: usize, at: usize) -> String {
        let spans = self.reading.spans.iter();
        let mut open: Vec<_> = spans.filter(|span| (from..at).contains(&span.open) && at <= span.close).collect();
        open.sort_by_key(|span| span.open);
        open.iter().map(|span| span.opener.as_str()).collect()
    }
}

fn marker(lost: usize) -> String {
    format!("… {} left out …", Lost::Characters(lost))
}
