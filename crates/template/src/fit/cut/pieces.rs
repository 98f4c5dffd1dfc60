//! Where a text may be cut: what must stay whole (escapes, links, mentions, timestamps), what must be closed again
//! (code, bold, spoilers), and what is visible.

use crate::discord_markdown::{CodeSpan, MarkPairs, Token, Tokenizer};

/// The smallest thing that may be kept or cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// In bytes of the text.
    pub(super) bytes: usize,
    /// In code points, as Discord counts.
    pub(super) chars: usize,
    /// In characters as a reader counts: an escape is one, a link is as long as its label.
    pub(super) visible: usize,
    pub(super) kind: PieceKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    Ordinary,
    Space,
    LineFeed,
    /// What opens or closes a code block.
    Fence,
    /// What opens a code block, with the line feed behind it.
    FenceLine,
    /// A backtick inside code: written right before what closes the code it would become part of that.
    Backtick,
    /// A bare URL: what is written right behind it would become part of the link.
    Url,
    /// A backslash that escapes nothing yet.
    Backslash,
}

/// A stretch between two pieces that must not be left open.
#[derive(Debug, Clone)]
pub(super) struct OpenSpan {
    /// Indexes of the pieces that open and close it.
    pub(super) open: usize,
    pub(super) close: usize,
    /// What closes it early.
    pub(super) closer: String,
    /// What opens it anew.
    pub(super) opener: String,
}

#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) pieces: Vec<Piece>,
    /// In the order in which they end.
    pub(super) spans: Vec<OpenSpan>,
}

/// Every character on its own, for places where Discord renders no Markdown.
pub(super) fn of_plain(text: &str) -> Pieces {
    Pieces { pieces: text.chars().map(Piece::character).collect(), spans: Vec::new() }
}

pub(super) fn of_markdown(text: &str) -> Pieces {
    let (mut pieces, mut pairs) = (Pieces::default(), MarkPairs::default());
    for (token, source) in Tokenizer::new(text) {
        match token {
            // A single mark closes nothing that has to be closed again.
            Token::Mark("*" | "_") => pieces.characters(source),
            Token::Mark(mark) => pieces.mark(mark, &mut pairs),
            Token::Text(text) => pieces.characters(text),
            Token::Escape(_) => pieces.push(Piece::whole(source, 1, PieceKind::Ordinary)),
            Token::Backslash => pieces.push(Piece::whole(source, 1, PieceKind::Backslash)),
            Token::Code(code) => pieces.code(code),
            Token::Backticks => pieces.push(Piece::whole(source, source.len(), PieceKind::Ordinary)),
            Token::Angle(_) => pieces.push(Piece::whole(source, count(source), PieceKind::Ordinary)),
            Token::Link { label, .. } => pieces.push(Piece::whole(source, unescaped(label), PieceKind::Ordinary)),
            Token::Url(url) => pieces.push(Piece::whole(source, count(url), PieceKind::Url)),
        }
    }
    pieces
}

impl Piece {
    fn character(c: char) -> Self {
        let kind = match c {
            '\n' => PieceKind::LineFeed,
            c if c.is_whitespace() => PieceKind::Space,
            _ => PieceKind::Ordinary,
        };
        Self { bytes: c.len_utf8(), chars: 1, visible: 1, kind }
    }

    fn whole(source: &str, visible: usize, kind: PieceKind) -> Self {
        Self { bytes: source.len(), chars: count(source), visible, kind }
    }

    /// Invisible ASCII.
    fn hidden(length: usize, kind: PieceKind) -> Self {
        Self { bytes: length, chars: length, visible: 0, kind }
    }
}

impl Pieces {
    fn push(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    fn characters(&mut self, text: &str) {
        self.pieces.extend(text.chars().map(Piece::character));
    }

    fn mark(&mut self, mark: &'static str, pairs: &mut MarkPairs) {
        let here = self.pieces.len();
        let Some(open) = pairs.add(mark, here) else {
            return self.push(Piece::whole(mark, mark.len(), PieceKind::Ordinary));
        };
        if let Some(piece) = self.pieces.get_mut(open) {
            piece.visible = 0;
        }
        self.push(Piece::hidden(mark.len(), PieceKind::Ordinary));
        self.spans.push(OpenSpan { open, close: here, closer: mark.to_owned(), opener: mark.to_owned() });
    }

    /// The backticks and the language of code are not visible.
    fn code(&mut self, code: CodeSpan<'_>) {
        let backticks = |count: usize| "`".repeat(count);
        let (opens, closes) = match (code.is_block(), code.language.is_empty()) {
            (true, false) => (PieceKind::FenceLine, PieceKind::Fence),
            (true, true) => (PieceKind::Fence, PieceKind::Fence),
            (false, _) => (PieceKind::Ordinary, PieceKind::Ordinary),
        };
        let (closer, opener) = match (code.is_block(), code.language) {
            (true, "") => ("\n```".to_owned(), "```\n".to_owned()),
            (true, language) => ("\n```".to_owned(), format!("```{language}")),
            (false, _) => (backticks(code.backticks), backticks(code.backticks)),
        };
        let open = self.pieces.len();
        self.push(Piece::hidden(code.backticks + code.language.len(), opens));
        for c in code.text.chars() {
            let kind = (c == '`').then_some(PieceKind::Backtick);
            let piece = Piece::character(c);
            self.push(Piece { kind: kind.unwrap_or(piece.kind), ..piece });
        }
        let close = self.pieces.len();
        self.push(Piece::hidden(code.backticks.min(3), closes));
        self.spans.push(OpenSpan { open, close, closer, opener });
    }
}

fn count(text: &str) -> usize {
    text.chars().count()
}

/// The visible characters of a label, without the backslashes that escape.
fn unescaped(label: &str) -> usize {
    let (mut visible, mut escaped) = (0, false);
    for c in label.chars() {
        escaped = c == '\\' && !escaped;
        visible += usize::from(!escaped);
    }
    visible
}
