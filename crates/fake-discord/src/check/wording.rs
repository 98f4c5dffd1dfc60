//! The names and descriptions of commands, options and choices, in all languages.

use serde_json::{Map, Value};

use super::validator::{FieldPath, Validator};
use crate::commands::LOCALES;
use crate::limits;

/// Checks a name. `strict`: of a command that is typed, or of an option. Returns it, and the length of its longest language.
pub(super) fn name(
    validator: &mut Validator,
    path: &FieldPath,
    object: &Map<String, Value>,
    strict: bool,
) -> (String, usize) {
    let Some(name) = validator.between(path, object, "name", (1, limits::COMMAND_NAME)) else {
        validator.required(&path.at("name"));
        return (String::new(), 0);
    };
    if strict && !is_name(&name) {
        validator.error(&path.at("name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
    let longest = localized(validator, path, object, ("name_localizations", limits::COMMAND_NAME, strict));
    let length = name.chars().count().max(longest);
    (name, length)
}

/// Checks a description and returns the length of its longest language.
pub(super) fn description(validator: &mut Validator, path: &FieldPath, object: &Map<String, Value>) -> usize {
    let most = limits::COMMAND_DESCRIPTION;
    let length = match validator.between(path, object, "description", (1, most)) {
        None => {
            validator.required(&path.at("description"));
            0
        }
        Some(text) => text.chars().count(),
    };
    length.max(localized(validator, path, object, ("description_localizations", most, false)))
}

/// Checks a choice's name and returns the length of its longest language.
pub(super) fn choice(validator: &mut Validator, path: &FieldPath, object: &Map<String, Value>) -> usize {
    let most = limits::CHOICE_NAME;
    let length = match validator.between(path, object, "name", (1, most)) {
        None => {
            validator.required(&path.at("name"));
            0
        }
        Some(text) => text.chars().count(),
    };
    length.max(localized(validator, path, object, ("name_localizations", most, false)))
}

/// The texts by language under a key. Returns the length of the longest.
fn localized(
    validator: &mut Validator,
    path: &FieldPath,
    object: &Map<String, Value>,
    (key, most, strict): (&str, usize, bool),
) -> usize {
    let Some(texts) = validator.inner(path, object, key) else { return 0 };
    let path = path.at(key);
    let mut longest = 0;
    for locale in texts.keys() {
        if !LOCALES.contains(&locale.as_str()) {
            validator.error(&path.at(locale), "BASE_TYPE_CHOICES", format!("\"{locale}\" is no locale of Discord."));
        }
        let Some(text) = validator.between(&path, texts, locale, (1, most)) else { continue };
        if strict && !is_name(&text) {
            validator.error(&path.at(locale), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        }
        longest = longest.max(text.chars().count());
    }
    longest
}

/// `^[-_'\p{L}\p{N}…]{1,32}$`, in lower case where there is one. Marks of Devanagari and Thai are accepted.
fn is_name(name: &str) -> bool {
    let script = |c: char| ('\u{900}'..='\u{97f}').contains(&c) || ('\u{e00}'..='\u{e7f}').contains(&c);
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'') || script(c);
    !name.is_empty() && name.chars().all(fits) && name == name.to_lowercase()
}
