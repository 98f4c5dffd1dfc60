//! Which form of a word a number takes, after the Unicode project's rules (CLDR) of each language.

use fixed_decimal::Decimal;
use icu_locale_core::Locale as Language;
use icu_plurals::{PluralCategory, PluralRules};

/// The order in which a template writes the forms.
const ORDER: [PluralCategory; 6] = [
    PluralCategory::Zero,
    PluralCategory::One,
    PluralCategory::Two,
    PluralCategory::Few,
    PluralCategory::Many,
    PluralCategory::Other,
];

/// The forms that a language has.
pub(super) struct PluralForms {
    rules: PluralRules,
    /// For numbers of any kind.
    all: Vec<PluralCategory>,
    /// For the whole numbers of everyday use: without the form of fractions, as Russian has, or of millions, as French has.
    usual: Vec<PluralCategory>,
}

impl PluralForms {
    /// Of a language's tag; none where there is no such tag.
    pub(super) fn of(tag: &str) -> Option<Self> {
        let rules = PluralRules::try_new_cardinal(tag.parse::<Language>().ok()?.into()).ok()?;
        let mut all: Vec<_> = rules.categories().collect();
        all.sort_by_key(place);
        let everyday = (0_u32..=200).chain([1_000]).map(|number| rules.category_for(number));
        let mut usual: Vec<_> = everyday.collect();
        usual.sort_by_key(place);
        usual.dedup();
        Some(Self { rules, all, usual })
    }

    /// Whether so many words are one for each form: as many as everyday numbers need, or as there are.
    pub(super) fn takes(&self, words: usize) -> bool {
        words == self.usual.len() || words == self.all.len()
    }

    /// The names of the forms for which so many words stand, in their order.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.usual.iter().map(name).collect()
    }

    /// Which of so many words a number takes, which is in digits with at most one full stop. The last is for all that have
    /// no word of their own.
    pub(super) fn word(&self, number: &str, words: usize) -> usize {
        let forms = if words == self.all.len() { &self.all } else { &self.usual };
        let last = words.saturating_sub(1);
        let Ok(number) = number.parse::<Decimal>() else { return last };
        let category = self.rules.category_for(&number);
        forms.iter().position(|form| *form == category).filter(|at| *at < words).unwrap_or(last)
    }
}

fn place(category: &PluralCategory) -> Option<usize> {
    ORDER.iter().position(|one| one == category)
}

fn name(category: &PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_forms() {
        for (tag, usual, all, examples) in [
            ("en", "one other", 2, [("1", 0), ("0", 1), ("1.5", 1)]),
            ("de", "one other", 2, [("1", 0), ("-1", 0), ("2", 1)]),
            ("fr", "one other", 3, [("0", 0), ("1.5", 0), ("1000000", 1)]),
            ("ja", "other", 1, [("0", 0), ("1", 0), ("7", 0)]),
            ("ru", "one few many", 4, [("21", 0), ("3", 1), ("11", 2)]),
            ("pl", "one few many", 4, [("1", 0), ("22", 1), ("21", 2)]),
            ("cs", "one few other", 4, [("1", 0), ("4", 1), ("5", 2)]),
            ("ar", "zero one two few many other", 6, [("0", 0), ("2", 2), ("100", 5)]),
            ("pt-BR", "one other", 3, [("0", 0), ("1", 0), ("2", 1)]),
        ] {
            let forms = PluralForms::of(tag).expect(tag);
            assert_eq!((forms.names().join(" ").as_str(), forms.all.len()), (usual, all), "{tag}");
            for (number, word) in examples {
                assert_eq!(forms.word(number, forms.usual.len()), word, "{tag}: {number}");
            }
        }
        let french = PluralForms::of("fr").expect("French");
        assert_eq!((french.word("1000000", 3), french.word("2", 3)), (1, 2));
        assert!(PluralForms::of("not a tag").is_none());
    }
}
