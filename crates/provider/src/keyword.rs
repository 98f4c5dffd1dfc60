//! Keywords of a provider file: a value that is one of a few words.

/// The value of one of the words.
///
/// # Errors
/// Lists the words.
pub(crate) fn parse<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        format!("expected one of {}", all.join(", "))
    })
}
