//! Keywords of a provider file: a value out of a fixed list.

use std::fmt;

/// The text is none of the keywords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownKeyword {
    known: Vec<String>,
}

impl fmt::Display for UnknownKeyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected one of ")?;
        for (at, word) in self.known.iter().enumerate() {
            write!(f, "{}`{word}`", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownKeyword {}

/// The value that a keyword denotes.
///
/// # Errors
/// When the text is none of the keywords; the error lists them.
pub(crate) fn parse<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, UnknownKeyword> {
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| UnknownKeyword { known: words.iter().map(|(word, _)| (*word).to_owned()).collect() })
}
