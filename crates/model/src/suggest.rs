//! Suggestions for misspelt words.

/// How many known words are compared: a config may hold thousands of names, and a mistake for each.
const COMPARED: usize = 500;

/// The known word nearest to what was written, when it is near enough to be a typo.
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (written, length) = (written.to_lowercase(), written.chars().count());
    let most = |word: &str| 1 + word.chars().count() / 4;
    known
        .into_iter()
        .take(COMPARED)
        .filter(|word| word.chars().count().abs_diff(length) <= most(word))
        .map(|word| (strsim::damerau_levenshtein(&written, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= most(word))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// A hint from the known words: the nearest one, or the whole list while it is short.
pub fn suggestion<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(word) = did_you_mean(written, known.iter().copied()) {
        return Some(format!("did you mean `{word}`?"));
    }
    let shown: Vec<String> = known.iter().take(24).map(|word| format!("`{word}`")).collect();
    let rest = known.len().saturating_sub(shown.len());
    match (shown.is_empty(), rest) {
        (true, _) => None,
        (false, 0) => Some(format!("known here: {}", shown.join(", "))),
        (false, rest) => Some(format!("known here: {} and {rest} more", shown.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_get_a_suggestion_and_other_words_do_not() {
        assert_eq!(did_you_mean("webhok_url", ["webhook_url", "thread"]), Some("webhook_url"));
        assert_eq!(did_you_mean("colour", ["title", "url"]), None);
        assert_eq!(suggestion("zzz", ["title", "url"]).as_deref(), Some("known here: `title`, `url`"));
    }
}
