//! A text to be cut: its pieces, and what may be kept before an index of a piece.

use super::ending::CutEnding;
use super::pieces::{PieceKind, Pieces};
use hookbell_model::note::Lost;

/// A text as it is after the cut.
pub(super) struct CutText {
    pub(super) text: String,
    pub(super) lost: Lost,
}

/// How far back a cut may move to end with a whole word, in characters.
pub(super) const WORD: usize = 16;

/// Sums over the pieces before an index.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PrefixSums {
    pub(super) bytes: usize,
    pub(super) chars: usize,
    pub(super) visible: usize,
}

pub(super) struct Cutter<'r> {
    pub(super) text: &'r str,
    pub(super) pieces: &'r Pieces,
    /// One more than there are pieces.
    pub(super) sums: Vec<PrefixSums>,
    /// The visible characters of the whole text.
    pub(super) total: usize,
    pub(super) limit: usize,
}

impl<'r> Cutter<'r> {
    pub(super) fn new(text: &'r str, pieces: &'r Pieces, limit: usize) -> Self {
        let mut sums = Vec::with_capacity(pieces.pieces.len() + 1);
        let mut sum = PrefixSums::default();
        sums.push(sum);
        for piece in &pieces.pieces {
            sum.bytes += piece.bytes;
            sum.chars += piece.chars;
            sum.visible += piece.visible;
            sums.push(sum);
        }
        Self { text, pieces, sums, total: sum.visible, limit }
    }

    pub(super) fn at(&self, kept: usize) -> PrefixSums {
        self.sums.get(kept).copied().unwrap_or_default()
    }

    pub(super) fn kind(&self, index: usize) -> Option<PieceKind> {
        self.pieces.pieces.get(index).map(|piece| piece.kind)
    }

    pub(super) fn head(&self, kept: usize) -> &'r str {
        self.text.get(..self.at(kept).bytes).unwrap_or_default()
    }

    /// How many pieces fit into so many code points.
    pub(super) fn within(&self, chars: usize) -> usize {
        self.sums.partition_point(|sum| sum.chars <= chars).saturating_sub(1)
    }

    /// The text with its end cut off; `None` when not even the ending fits.
    pub(super) fn end(&self, ending: CutEnding) -> Option<CutText> {
        let fits = |kept: usize| self.at(kept).chars + self.tail(kept, ending).chars().count() <= self.limit;
        let mut kept = self.within(self.limit);
        loop {
            kept = self.settle(kept);
            if fits(kept) {
                break;
            }
            kept = kept.checked_sub(1)?;
        }
        if let Some(moved) = self.whole_words(kept).filter(|moved| *moved > 0 && fits(*moved)) {
            kept = moved;
        }
        let text = self.head(kept).to_owned() + &self.tail(kept, ending);
        Some(CutText { text, lost: Lost::Characters(self.total - self.at(kept).visible) })
    }

    pub(super) fn nothing(&self) -> CutText {
        CutText { text: String::new(), lost: Lost::Characters(self.total) }
    }

    /// Moves the cut back over what must not end a text: white space, a lone backslash, a mark that was only just
    /// opened.
    pub(super) fn settle(&self, kept: usize) -> usize {
        self.back_over(kept, &[PieceKind::Space, PieceKind::LineFeed, PieceKind::Backslash, PieceKind::Backtick])
    }

    pub(super) fn back_over(&self, mut kept: usize, kinds: &[PieceKind]) -> usize {
        loop {
            let before = kept;
            while kept > 0 && self.kind(kept - 1).is_some_and(|kind| kinds.contains(&kind)) {
                kept -= 1;
            }
            if let Some(span) = self.pieces.spans.iter().find(|span| span.open + 1 == kept && kept <= span.close) {
                kept = span.open;
            }
            if kept == before {
                return kept;
            }
        }
    }

    /// The same cut, moved to the end of a word when one ends near.
    pub(super) fn whole_words(&self, kept: usize) -> Option<usize> {
        let in_word = |index: usize| !matches!(self.kind(index), None | Some(PieceKind::Space | PieceKind::LineFeed));
        if !in_word(kept) {
            return None;
        }
        let space = (kept.saturating_sub(WORD)..kept).rev().find(|index| !in_word(*index))?;
        Some(self.settle(space))
    }

    /// What is written behind the cut: what closes the open spans, then the ending.
    fn tail(&self, kept: usize, ending: CutEnding) -> String {
        let mut tail = self.closers(kept, usize::MAX);
        if tail.is_empty() && kept > 0 && self.kind(kept - 1) == Some(PieceKind::Url) {
            tail.push(' ');
        }
        tail.push('…');
        let lost = self.total - self.at(kept).visible;
        if ending != CutEnding::Ellipsis && lost > 0 {
            tail.push_str(&format!(" and {}", Lost::Characters(lost).qualified("more")));
        }
        tail
    }

    /// What closes the spans that are open at `kept` and close before `until`, inner ones first.
    pub(super) fn closers(&self, kept: usize, until: usize) -> String {
        let is_open = |open: usize, close: usize| open < kept && kept <= close && close < until;
        let mut open: Vec<_> = self.pieces.spans.iter().filter(|span| is_open(span.open, span.close)).collect();
        open.sort_by_key(|span| std::cmp::Reverse(span.open));
        open.iter().map(|span| span.closer.as_str()).collect()
    }
}
