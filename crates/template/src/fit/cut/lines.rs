//! Cuts at the end of a line, and counts the lines that a reader loses.

use super::{Cut, Kind, Knife};
use hookbell_model::note::Lost;

/// A line of the text, as indexes of pieces; what ends it stands behind `end`.
struct Line {
    start: usize,
    end: usize,
    /// Whether a reader sees a line here: a code block's fences are none.
    is_seen: bool,
}

impl Knife<'_> {
    /// The lines that fit; `None` when not even the first does.
    pub(super) fn lines(&self) -> Option<Cut> {
        let lines = self.split();
        let most = self.within(self.limit);
        let mut count = lines.partition_point(|line| line.end <= most);
        while count > 0 {
            let kept = self.back_over(lines.get(count - 1)?.end, &[Kind::Space, Kind::Line]);
            let whole = lines.partition_point(|line| line.start < kept);
            let lost = lines.iter().skip(whole).filter(|line| line.is_seen).count();
            if let Some(text) = self.lines_kept(kept, lost) {
                return Some(Cut { text, lost: Lost::Lines(lost) });
            }
            count = whole.min(count).checked_sub(1)?;
        }
        None
    }

    fn split(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let (mut start, mut is_seen) = (0, false);
        for (at, piece) in self.reading.pieces.iter().enumerate() {
            match piece.kind {
                Kind::Line => {
                    lines.push(Line { start, end: at, is_seen: is_seen || at == start });
                    (start, is_seen) = (at + 1, false);
                }
                Kind::FenceLine => {
                    lines.push(Line { start, end: at, is_seen });
                    (start, is_seen) = (at + 1, false);
                }
                Kind::Fence => {}
                _ => is_seen = true,
            }
        }
        lines.push(Line { start, end: self.reading.pieces.len(), is_seen });
        lines
    }

    /// The text up to there and what tells of the rest; `None` when it does not fit.
    fn lines_kept(&self, kept: usize, lost: usize) -> Option<String> {
        let closers = self.closers(kept, usize::MAX);
        // What closes a span must not be escaped by the text, nor become longer by it.
        let is_spoilt = matches!(self.kind(kept.checked_sub(1)?), Some(Kind::Backslash | Kind::Backtick));
        if lost == 0 || (is_spoilt && !closers.is_empty() && !closers.starts_with('\n')) {
            return None;
        }
        let line = if closers.ends_with("\n```") { "" } else { "\n" };
        let text = format!("{}{closers}{line}… and {}", self.head(kept), Lost::Lines(lost).qualified("more"));
        (text.chars().count() <= self.limit).then_some(text)
    }
}
