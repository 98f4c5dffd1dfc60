//! Cuts one text to a length, closes open markup, and counts what was cut.

mod cutter;
mod ending;
mod lines;
mod middle;
mod pieces;

use self::cutter::Cutter;
pub(super) use self::ending::{CutEnding, TextSyntax};
use hookbell_model::message::FitMode;
use hookbell_model::note::{Lost, MessagePart, Note};

/// Whether the text has more code points than that.
pub(super) fn is_over(text: &str, limit: usize) -> bool {
    // A byte is at most one code point, so most texts need no counting.
    text.len() > limit && text.chars().count() > limit
}

/// Cuts `text` to at most `limit` code points.
pub(super) fn cut(text: &mut String, limit: usize, syntax: TextSyntax, ending: CutEnding) -> Lost {
    if !is_over(text, limit) {
        return Lost::NOTHING;
    }
    let pieces = match syntax {
        TextSyntax::Markdown => pieces::of_markdown(text),
        TextSyntax::Plain => pieces::of_plain(text),
    };
    let cutter = Cutter::new(text, &pieces, limit);
    let cut = match ending {
        CutEnding::Counted(FitMode::Middle) => middle::middle(&cutter),
        CutEnding::Counted(FitMode::Lines) => lines::lines(&cutter),
        CutEnding::Counted(FitMode::End) | CutEnding::Ellipsis => None,
    };
    // Otherwise the end is cut, and where not even the ending fits, all of it.
    let cut = cut.or_else(|| cutter.end(ending)).unwrap_or_else(|| cutter.nothing());
    *text = cut.text;
    cut.lost
}

/// As [`cut`], with a note about the part where something was lost. Returns whether it was.
pub(super) fn cut_part(
    text: &mut String,
    limit: usize,
    syntax: TextSyntax,
    ending: CutEnding,
    part: MessagePart,
    notes: &mut Vec<Note>,
) -> bool {
    let lost = cut(text, limit, syntax, ending);
    if lost != Lost::NOTHING {
        notes.push(Note::Cut { part, lost });
    }
    lost != Lost::NOTHING
}

#[cfg(test)]
mod tests;
