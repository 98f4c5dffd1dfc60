//! What the bot says, in the language of who asks: tables in `texts/`, one a language. A text may hold places for values,
//! `{like_this}`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hookbell_model::locale::Locale;

hookbell_model::string_enum! {
    /// A language that has a table.
    Language { English = "en", German = "de", Japanese = "ja" }
}

/// The texts of one language, and how its readers write numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    language: Language,
    locale: Locale,
}

type Texts = BTreeMap<String, String>;

static TABLES: LazyLock<[Texts; 3]> = LazyLock::new(|| {
    [include_str!("texts/en.toml"), include_str!("texts/de.toml"), include_str!("texts/ja.toml")].map(read)
});

impl Language {
    /// The locales of Discord's clients that read it.
    pub(super) fn discord_locales(self) -> &'static [&'static str] {
        match self {
            Self::English => &["en-US", "en-GB"],
            Self::German => &["de"],
            Self::Japanese => &["ja"],
        }
    }

    fn texts(self) -> &'static Texts {
        let [english, german, japanese] = &*TABLES;
        match self {
            Self::English => english,
            Self::German => german,
            Self::Japanese => japanese,
        }
    }

    /// A text; the English one where this language lacks it, and its key where no language has it.
    pub(super) fn text(self, key: &str) -> &str {
        let found = self.texts().get(key).or_else(|| Self::English.texts().get(key));
        found.map_or(key, String::as_str)
    }

    /// Whether there is such a text.
    pub(super) fn has(self, key: &str) -> bool {
        self.texts().contains_key(key)
    }
}

impl Words {
    /// For a locale such as `de` or `en-US`; English for a language without a table.
    pub(super) fn of(tag: &str) -> Self {
        let locale = Locale::parse(tag).unwrap_or_default();
        Self { language: locale.language().parse().unwrap_or(Language::English), locale }
    }

    /// How numbers and money are written.
    pub(super) fn locale(self) -> Locale {
        self.locale
    }

    /// A text without places for values.
    pub(super) fn text(self, key: &str) -> &str {
        self.language.text(key)
    }

    /// The text for a word of a list: a status, a topic, a choice.
    pub(super) fn word(self, list: &str, word: impl std::fmt::Display) -> String {
        self.text(&format!("{list}.{word}")).to_owned()
    }

    /// A text with its values. The values are trusted: escape what comes from outside.
    pub(super) fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.text(key), values)
    }

    /// A text that counts: `KEY.one` for one, where the language has it, `KEY.other` else; `{n}` is the number.
    pub(super) fn count(self, key: &str, n: u64, values: &[(&str, &str)]) -> String {
        let one = format!("{key}.one");
        let other = format!("{key}.other");
        let key = if n == 1 && self.language.has(&one) { one } else { other };
        let number = self.locale.number(&n.to_string());
        let values: Vec<(&str, &str)> = values.iter().copied().chain([("n", number.as_str())]).collect();
        fill(self.language.text(&key), &values)
    }
}

/// In one pass, so that what a value holds is no place.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        match place {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The texts of a file by their keys: `[events.recent] none = "…"` is `events.recent.none`.
fn read(file: &str) -> Texts {
    let mut texts = Texts::new();
    // A test reads every file.
    let table: toml::Table = toml::from_str(file).unwrap_or_default();
    for (key, value) in table {
        flatten(key, value, &mut texts);
    }
    texts
}

fn flatten(key: String, value: toml::Value, texts: &mut Texts) {
    match value {
        toml::Value::String(text) => drop(texts.insert(key, text)),
        toml::Value::Table(table) => {
            for (name, value) in table {
                flatten(format!("{key}.{name}"), value, texts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
    }

    #[test]
    fn every_file_can_be_read_and_every_language_has_the_same_texts_with_the_same_places() {
        for language in Language::ALL {
            assert!(!language.texts().is_empty(), "{language} cannot be read");
        }
        for language in Language::ALL {
            for (key, text) in Language::English.texts() {
                // Japanese has one form for every number.
                if key.ends_with(".one") && !language.has(key) && *language == Language::Japanese {
                    continue;
                }
                let translated = language.texts().get(key).unwrap_or_else(|| panic!("{language} lacks {key}"));
                assert_eq!(places(translated), places(text), "{language}: {key}");
            }
            for key in language.texts().keys() {
                assert!(Language::English.has(key), "{language} alone has {key}");
            }
        }
    }

    /// The texts that the sources name, by a literal key.
    #[test]
    fn every_text_that_is_used_exists() {
        let mut files = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bot"))];
        let mut found = 0;
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(std::fs::read_dir(&path).expect("lists").map(|entry| entry.expect("an entry").path()));
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("words.rs") {
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("reads");
            for (call, counts) in [("words.text(\"", false), ("words.fill(\"", false), ("words.count(\"", true)] {
                let compact: String = source.split_whitespace().collect::<Vec<_>>().join(" ").replace("( \"", "(\"");
                for rest in compact.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default();
                    let key = if counts { format!("{key}.other") } else { key.to_owned() };
                    assert!(Language::English.has(&key), "{}: {key}", path.display());
                    found += 1;
                }
            }
        }
        assert!(found > 0);
    }

    #[test]
    fn values_fill_their_places_and_nothing_else() {
        assert_eq!(fill("{a} and {b}, {a} {c} {", &[("a", "{b}"), ("b", "2")]), "{b} and 2, {b} {c} {");
        let german = Words::of("de");
        assert_eq!((german.language, german.locale().tag()), (Language::German, "de"));
        assert_eq!(Words::of("en-GB").language, Language::English);
        assert_eq!(Words::of("tlh").language, Language::English);
        assert_eq!(german.text("no.such.text"), "no.such.text");
    }
}
