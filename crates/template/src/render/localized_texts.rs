//! Texts in the reader's language: `[text.en]`, `[text.de]` … of a template file.

use std::collections::BTreeMap;
use std::fmt;

use minijinja::Value;

use crate::codes;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{self, Code, SourceSpan, Table};
use hookbell_model::suggest::suggestion;

/// The tables of a file, or of several overlaid files. The first language is the fallback of the others.
#[derive(Debug, Clone, Default)]
pub(super) struct LocalizedTexts<'d>(Vec<(String, Vec<LocalizedText<'d>>)>);

#[derive(Debug, Clone)]
struct LocalizedText<'d> {
    key: String,
    text: String,
    span: SourceSpan<'d>,
}

impl<'d> LocalizedTexts<'d> {
    /// Reads the tables under `text`.
    pub(super) fn read(root: &mut Table<'d>, diagnostics: &mut Diagnostics) -> Self {
        let mut languages = Vec::new();
        for (language, table) in root.named_tables("text", diagnostics) {
            let mut words = Vec::new();
            for entry in table.all() {
                match &entry.node.value {
                    hookbell_config_file::TomlKind::String(text) => {
                        let span = table.span(&entry.key);
                        words.push(LocalizedText { key: entry.key.clone(), text: text.clone(), span });
                    }
                    other => diagnostics.add(table.error(
                        &entry.key,
                        Code::WRONG_TYPE,
                        format!("expected a text, found {}", other.kind()),
                    )),
                }
            }
            languages.push((language, words));
        }
        // English where there is some, else the first.
        languages.sort_by_key(|(language, _)| language != "en");
        let words = Self(languages);
        words.warn_of_gaps(diagnostics);
        words
    }

    /// A text that is missing in one of the languages.
    fn warn_of_gaps(&self, diagnostics: &mut Diagnostics) {
        for (language, _) in &self.0 {
            for word in self.0.iter().flat_map(|(_, words)| words) {
                if self.own(language, &word.key).is_none() {
                    let what = format!("`[text.{language}]` has no `{}`, so readers get another language", word.key);
                    diagnostics.add(word.span.warning(codes::MISSING_TRANSLATION, what));
                }
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(language, _)| language.as_str())
    }

    /// These as an overlay of `base`.
    pub(super) fn over(&self, base: &Self) -> Self {
        let mut merged = base.clone();
        for (language, words) in &self.0 {
            let at = merged.0.iter().position(|(known, _)| known == language);
            let at = at.unwrap_or_else(|| {
                merged.0.push((language.clone(), Vec::new()));
                merged.0.len() - 1
            });
            for word in words {
                if let Some((_, known)) = merged.0.get_mut(at) {
                    known.retain(|old| old.key != word.key);
                    known.push(word.clone());
                }
            }
        }
        merged
    }

    fn own(&self, language: &str, key: &str) -> Option<&LocalizedText<'d>> {
        let (_, words) = self.0.iter().find(|(known, _)| known == language)?;
        words.iter().find(|word| word.key == key)
    }

    fn word(&self, language: &str, key: &str) -> Option<&LocalizedText<'d>> {
        self.own(language, key).or_else(|| self.languages().find_map(|language| self.own(language, key)))
    }

    /// The source of a text with every `{{ text.KEY }}` replaced by the words of a language, which may hold
    /// expressions of their own.
    ///
    /// # Errors
    /// Names a key that no language has.
    pub(super) fn fill_in(&self, source: &str, language: &str) -> Result<String, UnknownTextKey> {
        let mut filled = String::with_capacity(source.len());
        let mut rest = source;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let (tag, behind) = after.split_once("}}").unwrap_or((after, ""));
            match tag.trim().strip_prefix("text.") {
                Some(key) if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                    filled.push_str(&self.word(language, key).ok_or_else(|| self.unknown(key))?.text);
                    rest = behind;
                }
                _ => {
                    filled.push_str("{{");
                    rest = after;
                }
            }
        }
        Ok(filled + rest)
    }

    /// The texts without expressions, for `{{ text.KEY | upper }}` and for conditions.
    pub(super) fn value(&self, language: &str) -> Value {
        let all = self.0.iter().flat_map(|(_, words)| words);
        let plain = all.filter_map(|word| {
            let text = &self.word(language, &word.key)?.text;
            (!text.contains('{')).then(|| (word.key.clone(), Value::from_safe_string(text.clone())))
        });
        Value::from(plain.collect::<BTreeMap<_, _>>())
    }

    fn unknown(&self, key: &str) -> UnknownTextKey {
        let known = self.0.iter().flat_map(|(_, words)| words).map(|word| word.key.as_str());
        UnknownTextKey { key: key.to_owned(), suggestion: suggestion(key, known) }
    }
}

/// A `{{ text.KEY }}` whose key no language has.
#[derive(Debug)]
pub(super) struct UnknownTextKey {
    pub(super) key: String,
    suggestion: Option<String>,
}

impl fmt::Display for UnknownTextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no `[text.…]` table has `{}`", self.key)?;
        self.suggestion.as_ref().map_or(Ok(()), |suggestion| write!(f, ", {suggestion}"))
    }
}
