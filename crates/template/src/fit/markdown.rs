//! Reads Discord's markdown just far enough to know where a text may be cut: what must stay whole (escapes,
//! links, mentions, timestamps), what must be closed again (code, bold, spoilers), and what a reader sees.

/// The smallest thing that may be kept or cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// In bytes of the text.
    pub(super) bytes: usize,
    /// In code points, as Discord counts.
    pub(super) chars: usize,
    /// In characters as a reader counts: an escape is one, a link is as long as its label.
    pub(super) seen: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ordinary,
    Space,
    /// A line feed.
    Line,
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
pub(super) struct Span {
    /// Indexes of the pieces that open and close it.
    pub(super) open: usize,
    pub(super) close: usize,
    /// What closes it early.
    pub(super) closer: String,
    /// What opens it anew.
    pub(super) opener: String,
}

#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) pieces: Vec<Piece>,
    /// In the order in which they end.
    pub(super) spans: Vec<Span>,
}

/// Every character on its own, for places where Discord renders no markdown.
pub(super) fn plain(text: &str) -> Reading {
    let pieces = text.chars().map(character).collect();
    Reading { pieces, spans: Vec::new() }
}

pub(super) fn read(text: &str) -> Reading {
    let mut reader = Reader { rest: text, ..Reader::default() };
    while let Some(first) = reader.rest.chars().next() {
        reader.step(first);
    }
    reader.reading
}

#[derive(Debug, Default)]
struct Reader<'t> {
    rest: &'t str,
    reading: Reading,
    /// Bold, underline, strike-through and spoiler marks that wait for their partner: the mark, its piece.
    open: Vec<(&'t str, usize)>,
    /// Lengths of backtick runs that no later run closes.
    unclosed: Vec<usize>,
}

impl<'t> Reader<'t> {
    fn step(&mut self, first: char) {
        match first {
            '\\' => self.escape(),
            '`' => self.code(),
            '*' | '_' | '~' | '|' => self.emphasis(),
            '<' | '[' | 'h' => match whole(self.rest) {
                Some((bytes, seen, kind)) => self.take(bytes, seen, kind),
                None => self.character(),
            },
            _ => self.character(),
        }
    }

    fn character(&mut self) {
        if let Some(first) = self.rest.chars().next() {
            self.push(character(first));
        }
    }

    /// Takes the next `bytes` bytes as one piece.
    fn take(&mut self, bytes: usize, seen: usize, kind: Kind) {
        let chars = head(self.rest, bytes).chars().count();
        self.push(Piece { bytes, chars, seen, kind });
    }

    fn push(&mut self, piece: Piece) {
        self.rest = tail(self.rest, piece.bytes);
        self.reading.pieces.push(piece);
    }

    fn escape(&mut self) {
        match self.rest.chars().nth(1) {
            Some(second) if !second.is_ascii_alphanumeric() && !second.is_whitespace() => {
                self.take(1 + second.len_utf8(), 1, Kind::Ordinary);
            }
            _ => self.take(1, 1, Kind::Backslash),
        }
    }

    /// A doubled mark opens, or closes the nearest of its kind. Alone it is what it looks like.
    fn emphasis(&mut self) {
        let Some(mark) = ["**", "__", "~~", "||"].into_iter().find(|mark| self.rest.starts_with(mark)) else {
            return self.character();
        };
        let here = self.reading.pieces.len();
        let waiting = self.open.iter().rposition(|(open, _)| *open == mark);
        let opened = waiting.and_then(|at| self.open.get(at)).map(|(_, piece)| *piece);
        if let Some(at) = waiting {
            self.open.truncate(at);
        }
        match opened {
            // A pair around nothing is no pair: Discord shows `____` as it stands.
            Some(opened) if opened + 1 < here => {
                if let Some(piece) = self.reading.pieces.get_mut(opened) {
                    piece.seen = 0;
                }
                self.take(mark.len(), 0, Kind::Ordinary);
                self.reading.spans.push(Span {
                    open: opened,
                    close: here,
                    closer: mark.to_owned(),
                    opener: mark.to_owned(),
                });
            }
            _ => {
                self.open.push((mark, here));
                self.take(mark.len(), mark.len(), Kind::Ordinary);
            }
        }
    }

    /// A code span or block: nothing inside is markdown, and the backticks are not seen.
    fn code(&mut self) {
        let run = self.rest.len() - self.rest.trim_start_matches('`').len();
        let Some(inside) = self.inside(run) else { return self.take(run, run, Kind::Ordinary) };
        let opened = self.reading.pieces.len();
        let language = if run >= 3 { language(inside) } else { 0 };
        let end = inside.len() - language;
        let (closer, opener) = match (run >= 3, language > 0) {
            (true, true) => ("\n```".to_owned(), "```".to_owned() + head(inside, language)),
            (true, false) => ("\n```".to_owned(), "```\n".to_owned()),
            (false, _) => ("`".repeat(run), "`".repeat(run)),
        };
        let (opens, closes) = match (run >= 3, language > 0) {
            (true, true) => (Kind::FenceLine, Kind::Fence),
            (true, false) => (Kind::Fence, Kind::Fence),
            (false, _) => (Kind::Ordinary, Kind::Ordinary),
        };
        self.take(run + language, 0, opens);
        for c in head(self.rest, end).chars() {
            self.push(if c == '`' { Piece { kind: Kind::Backtick, ..character(c) } } else { character(c) });
        }
        let close = self.reading.pieces.len();
        self.take(run.min(3), 0, closes);
        self.reading.spans.push(Span { open: opened, close, closer, opener });
    }

    /// What stands between this run of backticks and the one that closes it.
    fn inside(&mut self, run: usize) -> Option<&'t str> {
        if self.unclosed.contains(&run) {
            return None;
        }
        let body = tail(self.rest, run);
        let mut at = 0;
        while let Some(found) = tail(body, at).find('`') {
            at += found;
            let after = tail(body, at);
            let length = after.len() - after.trim_start_matches('`').len();
            if length == run || (run >= 3 && length >= 3) {
                return Some(head(body, at));
            }
            at += length;
        }
        self.unclosed.push(run);
        None
    }
}

fn character(c: char) -> Piece {
    let kind = match c {
        '\n' => Kind::Line,
        c if c.is_whitespace() => Kind::Space,
        _ => Kind::Ordinary,
    };
    Piece { bytes: c.len_utf8(), chars: 1, seen: 1, kind }
}

/// The length of a code block's language line, line feed included.
fn language(inside: &str) -> usize {
    let Some((line, _)) = inside.split_once('\n') else { return 0 };
    let is_name = line.chars().all(|c| c.is_ascii_alphanumeric() || "_+-.#".contains(c));
    if is_name { line.len() + 1 } else { 0 }
}

/// What must stay whole at the start of the text: its bytes, what is seen of it, its kind.
fn whole(text: &str) -> Option<(usize, usize, Kind)> {
    if text.starts_with('<') {
        return angle(text).map(|bytes| (bytes, head(text, bytes).chars().count(), Kind::Ordinary));
    }
    if text.starts_with('[') {
        return masked(text).map(|(bytes, seen)| (bytes, seen, Kind::Ordinary));
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        let end = text.find(|c: char| c.is_whitespace() || "<>)]|`".contains(c)).unwrap_or(text.len());
        return Some((end, head(text, end).chars().count(), Kind::Url));
    }
    None
}

/// `<t:1>`, `<@1>`, `<@&1>`, `<#1>`, `<:name:1>`, `<a:name:1>`, `</name:1>`, `<id:guide>`, `<https://…>`.
fn angle(text: &str) -> Option<usize> {
    let inner = tail(text, 1);
    let known = ["t:", "@", "#", ":", "a:", "/", "id:", "http://", "https://"];
    if !known.iter().any(|start| inner.starts_with(start)) {
        return None;
    }
    let end = inner.find(['>', '<', '\n'])?;
    tail(inner, end).starts_with('>').then_some(end + 2)
}

/// `[label](url)`. The label ends at the first bracket that is not escaped: looking no further keeps reading
/// linear.
fn masked(text: &str) -> Option<(usize, usize)> {
    let mut seen = 0;
    let mut escaped = false;
    let mut label = None;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            ']' if !escaped => {
                label = Some(at);
                break;
            }
            '[' if !escaped => return None,
            _ => {}
        }
        seen += 1;
        escaped = false;
    }
    let target = tail(text, label? + 1).strip_prefix('(')?;
    let end = target.find([')', '[', '\n'])?;
    let bytes = text.len() - target.len() + end + 1;
    tail(target, end).starts_with(')').then_some((bytes, seen))
}

fn head(text: &str, bytes: usize) -> &str {
    text.get(..bytes).unwrap_or(text)
}

fn tail(text: &str, bytes: usize) -> &str {
    text.get(bytes..).unwrap_or_default()
}
