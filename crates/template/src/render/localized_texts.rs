//! Texts in the reader's language: `[text.en]`, `[text.de]` … of a template file.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

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
    pub(super) fn fill_in(&self, source: &str, language: &str) -> Result<FilledText<'_, 'd>, UnknownTextKey> {
        let mut filled = FilledText::default();
        let (mut kept, mut at) = (0, 0);
        while let Some(begin) = source.get(at..).and_then(|rest| rest.find("{{")).map(|found| at + found) {
            let inner = begin + 2;
            let after = source.get(inner..).unwrap_or_default();
            let tag = after.split_once("}}").map_or(after, |(tag, _)| tag);
            at = inner;
            if let Some(key) = tag.trim().strip_prefix("text.").filter(|key| is_key(key)) {
                let start = inner + tag.len() - tag.trim_start().len() + "text.".len();
                let word = self.word(language, key).ok_or_else(|| self.unknown(key, start..start + key.len()))?;
                filled.add_source(source, kept..begin);
                filled.add_word(word);
                at = source.len().min(inner + tag.len() + 2);
                kept = at;
            }
        }
        filled.add_source(source, kept..source.len());
        Ok(filled)
    }

    /// The language that a text with words filled in is written in; empty where it has none of `language`'s own, or words
    /// that another one lends.
    pub(super) fn language_of<'l>(&self, source: &str, language: &'l str) -> &'l str {
        let key = |part: &str| {
            part.trim_start()
                .strip_prefix("text.")
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>())
        };
        let keys: Vec<String> = source.split("{{").skip(1).filter_map(key).collect();
        let own = !keys.is_empty() && keys.iter().all(|key| self.own(language, key).is_some());
        if own { language } else { "" }
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

    fn unknown(&self, key: &str, span: Range<usize>) -> UnknownTextKey {
        let known = self.0.iter().flat_map(|(_, words)| words).map(|word| word.key.as_str());
        UnknownTextKey { key: key.to_owned(), span, suggestion: suggestion(key, known) }
    }
}

fn is_key(key: &str) -> bool {
    key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text with the words of one language in it, which knows where each of its bytes is written.
#[derive(Debug, Default)]
pub(super) struct FilledText<'w, 'd> {
    pub(super) text: String,
    pieces: Vec<Piece<'w, 'd>>,
}

/// The bytes from `start` on, up to the next piece.
#[derive(Debug)]
struct Piece<'w, 'd> {
    start: usize,
    origin: Origin<'w, 'd>,
}

#[derive(Debug)]
enum Origin<'w, 'd> {
    /// These bytes of the text itself.
    Source(Range<usize>),
    Word(&'w LocalizedText<'d>),
}

impl<'w, 'd> FilledText<'w, 'd> {
    /// A text that is taken as it is.
    pub(super) fn plain(source: &str) -> Self {
        let mut filled = Self::default();
        filled.add_source(source, 0..source.len());
        filled
    }

    fn add_source(&mut self, source: &str, bytes: Range<usize>) {
        self.pieces.push(Piece { start: self.text.len(), origin: Origin::Source(bytes.clone()) });
        self.text.push_str(source.get(bytes).unwrap_or_default());
    }

    fn add_word(&mut self, word: &'w LocalizedText<'d>) {
        self.pieces.push(Piece { start: self.text.len(), origin: Origin::Word(word) });
        self.text.push_str(&word.text);
    }

    /// Whether words of the language are in it.
    pub(super) fn has_words(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece.origin, Origin::Word(_)))
    }

    /// Where these bytes are written: in the text, whose place is `span`, or in a `[text.…]` table. What goes beyond
    /// one piece is cut off.
    pub(super) fn locate(&self, bytes: &Range<usize>, span: &SourceSpan<'d>) -> SourceSpan<'d> {
        let Some(piece) = self.pieces.iter().rev().find(|piece| piece.start <= bytes.start) else {
            return span.clone();
        };
        let within = bytes.start - piece.start..bytes.end.max(bytes.start) - piece.start;
        match &piece.origin {
            Origin::Source(source) => {
                let end = source.end.min(source.start + within.end);
                span.within(&(end.min(source.start + within.start)..end))
            }
            Origin::Word(word) => {
                let end = word.text.len().min(within.end);
                word.span.within(&(end.min(within.start)..end))
            }
        }
    }
}

/// A `{{ text.KEY }}` whose key no language has.
#[derive(Debug)]
pub(super) struct UnknownTextKey {
    key: String,
    /// The bytes of the key in the text.
    pub(super) span: Range<usize>,
    suggestion: Option<String>,
}

impl fmt::Display for UnknownTextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no `[text.…]` table has `{}`", self.key)?;
        self.suggestion.as_ref().map_or(Ok(()), |suggestion| write!(f, ", {suggestion}"))
    }
}

#[cfg(test)]
mod tests {
    use hookbell_config_file::Document;

    use super::*;

    #[test]
    fn every_byte_of_a_filled_text_is_found_where_it_is_written() {
        let file = "title = \"é {{ text.a }} \\\"b {{ text.a }}c\"\n[text.en]\na = 'A{{ x | bad }}'\n";
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("own.toml", file, &mut diagnostics);
        let mut root = document.root();
        let (title, source) = (root.span("title"), root.get::<String>("title", &mut diagnostics).expect("a text"));
        let words = LocalizedTexts::read(&mut root, &mut diagnostics);
        let filled = words.fill_in(&source, "en").expect("known words");
        assert_eq!((filled.text.as_str(), filled.has_words()), ("é A{{ x | bad }} \"b A{{ x | bad }}c", true));
        let written = |bytes: Range<usize>| {
            let place = filled.locate(&bytes, &title);
            file.get(place.bytes()).expect("a place").to_owned()
        };
        let all = |text: &str| -> Vec<String> {
            filled.text.match_indices(text).map(|(at, _)| written(at..at + text.len())).collect()
        };
        assert_eq!(all("bad"), ["bad", "bad"], "in the table, both times");
        assert_eq!((all("é"), all("\"b"), all("c")), (vec!["é".to_owned()], vec!["\\\"b".into()], vec!["c".into()]));
        assert_eq!(filled.locate(&(3..4), &title).location().key, "text.en.a");
        let unknown = words.fill_in("{{ b }} {{text.none}}", "en").expect_err("no such word");
        assert_eq!(unknown.span, 15..19);
    }
}
