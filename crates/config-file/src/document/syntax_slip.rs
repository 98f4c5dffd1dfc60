//! What was most likely meant where a file is not valid TOML: quotes of a word processor, invisible characters, YAML, a value
//! without quotes. Looks at the text around the parser's error; names keys and characters, never a value.

use std::fmt;
use std::ops::Range;

use hookbell_model::odd_character::OddCharacter;

/// A syntax mistake that people make, more exactly than the parser can say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SyntaxSlip {
    /// A character that looks like one with a meaning.
    Odd(OddCharacter),
    /// `key: value`, as in YAML.
    Colon { key: String },
    /// `{`, as JSON begins.
    Json,
    /// `True`, `yes`: no word of TOML.
    Boolean { key: String, meant: bool },
    /// A value that should be in quotes.
    Unquoted { key: String },
    /// A string that its line does not end.
    Unclosed { quote: char },
    /// A key or a table that is there twice.
    Duplicate { table: bool },
    /// A blank in the name of a table.
    BlankInName,
}

impl SyntaxSlip {
    /// The slip behind the parser's error at these bytes, and where it is.
    pub(super) fn find(text: &str, error: &Range<usize>, message: &str) -> Option<(Self, Range<usize>)> {
        let start = text.get(..error.start)?.rfind('\n').map_or(0, |at| at + 1);
        let end = text.get(error.start..)?.find('\n').map_or(text.len(), |at| error.start + at);
        let line = text.get(start..end)?.trim_end_matches('\r');
        if let Some((odd, bytes)) = odd(text, &(start..end), error) {
            return Some((Self::Odd(odd), bytes));
        }
        if message.contains("duplicate key") {
            return Some((Self::Duplicate { table: line.trim_start().starts_with('[') }, error.clone()));
        }
        if start == 0 && line.trim_start().starts_with('{') {
            return Some((Self::Json, error.clone()));
        }
        if line.trim_start().starts_with('[') && message.contains("unclosed table") {
            return Some((Self::BlankInName, error.clone()));
        }
        let (name, value) = line.split_once(['=', ':'])?;
        let key = plain(name.trim())?;
        let rest = value.trim_start();
        if line.as_bytes().get(name.len()) == Some(&b':') {
            // `::` and URLs are no YAML.
            let yaml = value.is_empty() || value.starts_with(' ') || value.starts_with('\r');
            return yaml.then(|| (Self::Colon { key }, start + name.len()..start + name.len() + 1));
        }
        let at = start + line.len() - rest.len();
        let word: &str = rest.split([' ', '#', ',']).next().unwrap_or_default();
        if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            let open = !rest.get(1..).unwrap_or_default().contains(quote);
            return open.then(|| (Self::Unclosed { quote }, at..at + 1));
        }
        match word {
            "True" | "TRUE" | "yes" | "Yes" | "on" | "On" => {
                Some((Self::Boolean { key, meant: true }, at..at + word.len()))
            }
            "False" | "FALSE" | "no" | "No" | "off" | "Off" => {
                Some((Self::Boolean { key, meant: false }, at..at + word.len()))
            }
            _ if rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '$' | '%' | '<' | '@' | '*')) => {
                Some((Self::Unquoted { key }, at..at + rest.trim_end().len()))
            }
            _ => None,
        }
    }

    /// What would be right.
    pub(super) fn help(&self) -> String {
        match self {
            Self::Odd(odd) => odd.help(),
            Self::Colon { key } => format!("`{key} = \"…\"`; a table is `[{key}]`"),
            Self::Json => "`hookbell example-config` prints a config to start from".to_owned(),
            Self::Boolean { key, meant } => format!("`{key} = {meant}`"),
            Self::Unquoted { key } => format!("write it in quotes: `{key} = \"…\"`"),
            Self::Unclosed { quote } => format!("end it with `{quote}` on the same line"),
            Self::Duplicate { table: true } => "put the keys of both under one, or rename one of the two".to_owned(),
            Self::Duplicate { table: false } => {
                "keep one of the two; where both are meant, write a list: `[\"…\", \"…\"]`".to_owned()
            }
            Self::BlankInName => {
                "a name with blanks is in quotes, or has `-` instead: `[destinations.my-channel]`".to_owned()
            }
        }
    }
}

impl fmt::Display for SyntaxSlip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Odd(odd) => odd.fmt(f),
            Self::Colon { .. } => f.write_str("a `:` where TOML has `=`"),
            Self::Json => f.write_str("this looks like JSON; the file is TOML"),
            Self::Boolean { .. } => f.write_str("TOML has only `true` and `false`, in small letters"),
            Self::Unquoted { .. } => f.write_str("a text must be in quotes"),
            Self::Unclosed { quote } => write!(f, "the `{quote}` that begins this text is not closed"),
            Self::Duplicate { table: true } => f.write_str("this table is in the file twice"),
            Self::Duplicate { table: false } => f.write_str("this key is in its table twice"),
            Self::BlankInName => f.write_str("the name of a table has a blank or a sign in it, or no `]` at its end"),
        }
    }
}

/// The odd character that the parser stumbled over: at its error, directly before it, or at the beginning of the value.
fn odd(text: &str, line: &Range<usize>, error: &Range<usize>) -> Option<(OddCharacter, Range<usize>)> {
    let value = text.get(line.clone())?.split_once('=').map(|(key, value)| {
        let blank = |c: char| c == ' ' || c == '\t';
        line.start + key.len() + 1 + value.len() - value.trim_start_matches(blank).len()
    });
    let before = text.get(line.start..error.start)?.chars().next_back().map(|c| error.start - c.len_utf8());
    let at_error = text.get(error.start..error.end.clamp(error.start, line.end))?.char_indices();
    let places = [Some(error.start), before, value].into_iter().flatten();
    let mut places = places.chain(at_error.map(|(at, _)| error.start + at));
    places.find_map(|at| {
        let c = text.get(at..line.end)?.chars().next()?;
        Some((OddCharacter::of(c)?, at..at + c.len_utf8()))
    })
}

/// A key that may be shown.
fn plain(key: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
    (!key.is_empty() && key.len() <= 40 && key.chars().all(is_plain)).then(|| key.to_owned())
}
