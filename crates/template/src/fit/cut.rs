//! Cuts one text to a length, leaving nothing half open, and counts what a reader loses.

mod lines;
mod middle;

use super::markdown::{self, Kind, Reading};
use hookbell_model::message::FitMode;
use hookbell_model::note::Lost;

/// Whether Discord renders markdown in the place the text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Marked,
    Plain,
}

/// How a cut text tells that it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// In words, where there is room for them.
    Told(FitMode),
    /// `…` at the end, in a title or a name.
    Dots,
}

/// A text as it is after the cut.
struct Cut {
    text: String,
    lost: Lost,
}

/// How far back a cut may move to end with a whole word, in characters.
const WORD: usize = 16;

/// Whether the text has more code points than that.
pub(super) fn is_over(text: &str, limit: usize) -> bool {
    // A byte is at most one code point, so most texts need no counting.
    text.len() > limit && text.chars().count() > limit
}

/// Cuts `text` to at most `limit` code points.
pub(super) fn cut(text: &mut String, limit: usize, place: Place, ending: Ending) -> Lost {
    if !is_over(text, limit) {
        return Lost::NOTHING;
    }
    let reading = if place == Place::Marked { markdown::read(text) } else { markdown::plain(text) };
    let knife = Knife::new(text, &reading, limit);
    let cut = match ending {
        Ending::Told(FitMode::Middle) => knife.middle(),
        Ending::Told(FitMode::Lines) => knife.lines(),
        Ending::Told(FitMode::End) | Ending::Dots => None,
    };
    // Where nothing better can be done the end goes, and where there is not even room to say so, all of it.
    let cut = cut.or_else(|| knife.end(ending)).unwrap_or_else(|| knife.nothing());
    *text = cut.text;
    cut.lost
}

/// Sums over the pieces before an index.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    bytes: usize,
    chars: usize,
    seen: usize,
}

struct Knife<'r> {
    text: &'r str,
    reading: &'r Reading,
    /// One more than there are pieces.
    sums: Vec<Sums>,
    /// What a reader would see of the whole text.
    total: usize,
    limit: usize,
}

impl<'r> Knife<'r> {
    fn new(text: &'r str, reading: &'r Reading, limit: usize) -> Self {
        let mut sums = Vec::with_capacity(reading.pieces.len() + 1);
        let mut sum = Sums::default();
        sums.push(sum);
        for piece in &reading.pieces {
            sum.bytes += piece.bytes;
            sum.chars += piece.chars;
            sum.seen += piece.seen;
            sums.push(sum);
        }
        Self { text, reading, sums, total: sum.seen, limit }
    }

    fn at(&self, kept: usize) -> Sums {
        self.sums.get(kept).copied().unwrap_or_default()
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.reading.pieces.get(index).map(|piece| piece.kind)
    }

    fn head(&self, kept: usize) -> &'r str {
        self.text.get(..self.at(kept).bytes).unwrap_or_default()
    }

    /// How many pieces fit into so many code points.
    fn within(&self, chars: usize) -> usize {
        self.sums.partition_point(|sum| sum.chars <= chars).saturating_sub(1)
    }

    /// The text with its end cut off; `None` when not even the ending fits.
    fn end(&self, ending: Ending) -> Option<Cut> {
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
        Some(Cut { text, lost: Lost::Characters(self.total - self.at(kept).seen) })
    }

    fn nothing(&self) -> Cut {
        Cut { text: String::new(), lost: Lost::Characters(self.total) }
    }

    /// Moves the cut back over what should not stand before it: white space, a lone backslash, a mark that
    /// was only just opened.
    fn settle(&self, kept: usize) -> usize {
        self.back_over(kept, &[Kind::Space, Kind::Line, Kind::Backslash, Kind::Backtick])
    }

    fn back_over(&self, mut kept: usize, kinds: &[Kind]) -> usize {
        loop {
            let before = kept;
            while kept > 0 && self.kind(kept - 1).is_some_and(|kind| kinds.contains(&kind)) {
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
    fn whole_words(&self, kept: usize) -> Option<usize> {
        let in_word = |index: usize| !matches!(self.kind(index), None | Some(Kind::Space | Kind::Line));
        if !in_word(kept) {
            return None;
        }
        let space = (kept.saturating_sub(WORD)..kept).rev().find(|index| !in_word(*index))?;
        Some(self.settle(space))
    }

    /// What is written behind the cut: what closes the open spans, then the ending.
    fn tail(&self, kept: usize, ending: Ending) -> String {
        let mut tail = self.closers(kept, usize::MAX);
        if tail.is_empty() && kept > 0 && self.kind(kept - 1) == Some(Kind::Url) {
            tail.push(' ');
        }
        tail.push('…');
        let lost = self.total - self.at(kept).seen;
        if ending != Ending::Dots && lost > 0 {
            tail.push_str(&format!(" and {}", Lost::Characters(lost).qualified("more")));
        }
        tail
    }

    /// What closes the spans that are open at `kept` and close before `until`, inner ones first.
    fn closers(&self, kept: usize, until: usize) -> String {
        let is_open = |open: usize, close: usize| open < kept && kept <= close && close < until;
        let mut open: Vec<_> = self.reading.spans.iter().filter(|span| is_open(span.open, span.close)).collect();
        open.sort_by_key(|span| std::cmp::Reverse(span.open));
        open.iter().map(|span| span.closer.as_str()).collect()
    }
}

#[cfg(test)]
mod tests;
