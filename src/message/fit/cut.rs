//! Cuts one text to a length, leaving nothing half open, and counts what a reader loses.

use super::markdown::{self, Kind, Reading};
use crate::money::grouped;

/// Whether Discord renders markdown in the place the text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Marked,
    Plain,
}

/// How a cut text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// `… and 1,204 more characters`, where there is room for words.
    Counted,
    /// `…`, in a title or a name.
    Dots,
}

/// How far back a cut may move to end with a whole word, in characters.
const WORD: usize = 16;

/// Cuts `text` to at most `limit` code points. Returns how many characters a reader loses, 0 for none.
pub(super) fn cut(text: &mut String, limit: usize, place: Place, ending: Ending) -> usize {
    // A byte is at most one code point, so most texts need no counting.
    if text.len() <= limit || text.chars().count() <= limit {
        return 0;
    }
    let reading = if place == Place::Marked { markdown::read(text) } else { markdown::plain(text) };
    let knife = Knife::new(&reading, limit, ending);
    let Some(kept) = knife.longest() else {
        text.clear();
        return knife.total;
    };
    text.truncate(knife.at(kept).bytes);
    text.push_str(&knife.end(kept));
    knife.lost(kept)
}

/// Sums over the pieces before an index.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    bytes: usize,
    chars: usize,
    seen: usize,
}

struct Knife<'r> {
    reading: &'r Reading,
    /// One more than there are pieces.
    sums: Vec<Sums>,
    /// What a reader would see of the whole text.
    total: usize,
    limit: usize,
    ending: Ending,
}

impl<'r> Knife<'r> {
    fn new(reading: &'r Reading, limit: usize, ending: Ending) -> Self {
        let mut sums = Vec::with_capacity(reading.pieces.len() + 1);
        let mut sum = Sums::default();
        sums.push(sum);
        for piece in &reading.pieces {
            sum.bytes += piece.bytes;
            sum.chars += piece.chars;
            sum.seen += piece.seen;
            sums.push(sum);
        }
        Self { reading, sums, total: sum.seen, limit, ending }
    }

    fn at(&self, kept: usize) -> Sums {
        self.sums.get(kept).copied().unwrap_or_default()
    }

    fn lost(&self, kept: usize) -> usize {
        self.total - self.at(kept).seen
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.reading.pieces.get(index).map(|piece| piece.kind)
    }

    /// How many pieces can be kept; `None` when not even the ending fits.
    fn longest(&self) -> Option<usize> {
        let mut kept = self.sums.partition_point(|sum| sum.chars <= self.limit).saturating_sub(1);
        loop {
            kept = self.settle(kept);
            if self.fits(kept) {
                return Some(self.whole_words(kept));
            }
            kept = kept.checked_sub(1)?;
        }
    }

    fn fits(&self, kept: usize) -> bool {
        self.at(kept).chars + self.end(kept).chars().count() <= self.limit
    }

    /// Moves the cut back over what should not stand before it: white space, a lone backslash, a mark that
    /// was only just opened.
    fn settle(&self, mut kept: usize) -> usize {
        loop {
            let before = kept;
            while kept > 0 && matches!(self.kind(kept - 1), Some(Kind::Space | Kind::Backslash)) {
                kept -= 1;
            }
            if let Some(span) = self.reading.spans.iter().find(|span| span.open + 1 == kept && kept <= span.close) {
                kept = span.open;
            }
            if kept == before {
                return kept;
            }
        }
    }

    /// The same cut, moved to the end of a word when one ends near.
    fn whole_words(&self, kept: usize) -> usize {
        let in_word = |index: usize| self.kind(index).is_some_and(|kind| kind != Kind::Space);
        if !in_word(kept) {
            return kept;
        }
        let space = (kept.saturating_sub(WORD)..kept).rev().find(|index| !in_word(*index));
        let Some(moved) = space.map(|index| self.settle(index)) else { return kept };
        if moved > 0 && self.fits(moved) { moved } else { kept }
    }

    /// What is written behind the cut: what closes the open spans, inner ones first, then the ending.
    fn end(&self, kept: usize) -> String {
        let mut open: Vec<_> =
            self.reading.spans.iter().filter(|span| span.open < kept && kept <= span.close).collect();
        open.sort_by_key(|span| std::cmp::Reverse(span.open));
        let mut end: String = open.iter().map(|span| span.closer.as_str()).collect();
        if end.is_empty() && kept > 0 && self.kind(kept - 1) == Some(Kind::Url) {
            end.push(' ');
        }
        end.push('…');
        if self.ending == Ending::Counted {
            let lost = self.lost(kept);
            let noun = if lost == 1 { "character" } else { "characters" };
            end.push_str(&format!(" and {} more {noun}", group(lost)));
        }
        end
    }
}

/// A count with its thousands apart: `1,204`.
pub(super) fn group(number: usize) -> String {
    grouped(number as u128)
}
