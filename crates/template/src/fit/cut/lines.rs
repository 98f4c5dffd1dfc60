//! Cuts at the end of a line, and counts the lines that were cut.

use super::cutter::{CutText, Cutter};
use super::pieces::PieceKind;
use hookbell_model::note::Lost;

/// A line of the text, as indexes of pieces; its line feed is the piece at `end`.
struct LineRange {
    start: usize,
    end: usize,
    /// Whether this is a visible line: a code block's fences are not.
    is_visible: bool,
}

/// The lines that fit; `None` when not even the first does.
pub(super) fn lines(cutter: &Cutter<'_>) -> Option<CutText> {
    let lines = split(cutter);
    let most = cutter.within(cutter.limit);
    let mut count = lines.partition_point(|line| line.end <= most);
    while count > 0 {
        let kept = cutter.back_over(lines.get(count - 1)?.end, &[PieceKind::Space, PieceKind::LineFeed]);
        let whole = lines.partition_point(|line| line.start < kept);
        let lost = lines.iter().skip(whole).filter(|line| line.is_visible).count();
        if let Some(text) = lines_kept(cutter, kept, lost) {
            return Some(CutText { text, lost: Lost::Lines(lost) });
        }
        count = whole.min(count).checked_sub(1)?;
    }
    None
}

fn split(cutter: &Cutter<'_>) -> Vec<LineRange> {
    let mut lines = Vec::new();
    let (mut start, mut is_visible) = (0, false);
    for (at, piece) in cutter.pieces.pieces.iter().enumerate() {
        match piece.kind {
            PieceKind::LineFeed => {
                lines.push(LineRange { start, end: at, is_visible: is_visible || at == start });
                (start, is_visible) = (at + 1, false);
            }
            PieceKind::FenceLine => {
                lines.push(LineRange { start, end: at, is_visible });
                (start, is_visible) = (at + 1, false);
            }
            PieceKind::Fence => {}
            _ => is_visible = true,
        }
    }
    lines.push(LineRange { start, end: cutter.pieces.pieces.len(), is_visible });
    lines
}

/// The text up to there and the count of the rest; `None` when it does not fit.
fn lines_kept(cutter: &Cutter<'_>, kept: usize, lost: usize) -> Option<String> {
    let closers = cutter.closers(kept, usize::MAX);
    // What closes a span must not be escaped by the text, nor become longer by it.
    let is_spoilt = matches!(cutter.kind(kept.checked_sub(1)?), Some(PieceKind::Backslash | PieceKind::Backtick));
    if lost == 0 || (is_spoilt && !closers.is_empty() && !closers.starts_with('\n')) {
        return None;
    }
    let line = if closers.ends_with("\n```") { "" } else { "\n" };
    let text = format!("{}{closers}{line}… and {}", cutter.head(kept), Lost::Lines(lost).qualified("more"));
    (text.chars().count() <= cutter.limit).then_some(text)
}
