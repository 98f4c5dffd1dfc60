//! What a terminal can show: emphasis, colours, lines of its width.

use anstyle::{Ansi256Color, Color, RgbColor, Style};
use textwrap::{Options, WordSeparator, WordSplitter};

use crate::cli::color;

/// A line longer than this is tiring to read, however wide the terminal is.
const WIDEST: usize = 90;
const NARROWEST: usize = 24;

/// How much of a colour there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Text alone: a file, a pipe, `NO_COLOR`.
    Plain,
    /// Emphasis and 256 colours.
    Few,
    /// 24 bits.
    Full,
}

/// Paint and width of what is drawn on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Canvas {
    pub(super) paint: Paint,
    /// In columns.
    pub(super) width: usize,
}

impl Canvas {
    /// What stdout is.
    pub(super) fn stdout() -> Self {
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        Self { paint: Paint::stdout(), width: width.clamp(NARROWEST, WIDEST) }
    }

    /// A file or another program.
    pub(super) fn plain() -> Self {
        Self { paint: Paint::Plain, width: 80 }
    }
}

impl Paint {
    fn stdout() -> Self {
        match color::is_wanted() {
            false => Self::Plain,
            true if anstyle_query::truecolor() => Self::Full,
            true => Self::Few,
        }
    }

    /// Each word by itself, so that a line may break between any two of them.
    pub(super) fn text(self, style: Style, text: &str) -> String {
        if self == Self::Plain || style.is_plain() {
            return text.to_owned();
        }
        let styled = |word: &str| match word.trim() {
            "" => word.to_owned(),
            _ => format!("{}{word}{}", style.render(), style.render_reset()),
        };
        text.split(' ').map(styled).collect::<Vec<_>>().join(" ")
    }

    /// The nearest there is to 0xRRGGBB.
    pub(super) fn color(self, color: u32) -> Style {
        let [_, red, green, blue] = color.to_be_bytes();
        let color = match self {
            Self::Plain => return Style::new(),
            Self::Full => Color::Rgb(RgbColor(red, green, blue)),
            Self::Few => Color::Ansi256(Ansi256Color(cube(red, green, blue))),
        };
        Style::new().fg_color(Some(color))
    }
}

/// The colour's place in the cube of six steps each.
fn cube(red: u8, green: u8, blue: u8) -> u8 {
    let step = |part: u8| ((u16::from(part) * 5 + 127) / 255) as u8;
    16 + 36 * step(red) + 6 * step(green) + step(blue)
}

/// The columns a text takes, its colours not counted.
pub(super) fn width(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// Lines of at most this many columns. `hang` is put before every line but the first.
pub(super) fn wrap(text: &str, width: usize, hang: &str) -> Vec<String> {
    let options = Options::new(width.max(1))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .subsequent_indent(hang);
    let lines = textwrap::wrap(text, options).into_iter();
    let mut open = String::new();
    lines.map(|line| mend(&mut open, &line, hang)).collect()
}

/// A line that begins within a coloured word begins with its colour, and none leaves one open.
fn mend(open: &mut String, line: &str, hang: &str) -> String {
    const RESET: &str = "\u{1b}[0m";
    let mut whole = match line.strip_prefix(hang).filter(|_| !open.is_empty()) {
        Some(rest) => format!("{hang}{open}{rest}"),
        None => format!("{open}{line}"),
    };
    open.clear();
    if let Some((_, after)) = whole.rsplit_once(RESET).or(Some(("", whole.as_str())))
        && let Some((_, codes)) = after.split_once('\u{1b}')
    {
        let codes: String = codes.split('\u{1b}').map(|code| format!("\u{1b}{}", until_m(code))).collect();
        *open = codes;
        whole.push_str(RESET);
    }
    whole
}

fn until_m(code: &str) -> String {
    code.split_inclusive('m').next().unwrap_or_default().to_owned()
}

/// Text from outside on its way to a terminal: what could move the cursor or turn the line around is left out.
pub(super) fn harmless(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace("\r\n", "\n")
        .replace('\t', " ")
        .chars()
        .filter(|c| *c == '\n' || !(c.is_control() || turns(*c)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_broken_in_two_keeps_its_colour_and_leaks_none() {
        let text = Paint::Full.text(Style::new().bold(), "abcdefghij kl");
        assert_eq!(wrap(&text, 6, ""), ["\u{1b}[1mabcdef\u{1b}[0m", "\u{1b}[1mghij\u{1b}[0m", "\u{1b}[1mkl\u{1b}[0m"]);
        assert_eq!(wrap("one two", 5, "> "), ["one", "> two"]);
    }

    #[test]
    fn colours_come_as_near_as_the_terminal_can() {
        assert_eq!(Paint::Full.color(0x2d_a0_5a).render().to_string(), "\u{1b}[38;2;45;160;90m");
        assert_eq!(Paint::Few.color(0xff_00_00).render().to_string(), "\u{1b}[38;5;196m");
        assert!(Paint::Plain.color(0xff_00_00).is_plain());
    }

    #[test]
    fn nothing_from_outside_moves_the_cursor() {
        assert_eq!(harmless("a\u{1b}[2Jb\r\nc\u{202e}d\te"), "a[2Jb\ncd e");
    }
}
