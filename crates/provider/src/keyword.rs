//! Keywords of a provider file: a value out of a fixed list.

/// The value that a keyword denotes.
///
/// # Errors
/// When the text is none of the keywords; the error lists them.
pub(crate) fn parse<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        format!("expected one of {}", all.join(", "))
    })
}
