//! Reads one value of an unknown payload: as a name, a person, a text or a page.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::names::{LINKS, PERSON, WRAPPERS};
use super::shape::{is_id, is_name, is_page, is_time, is_url};
use crate::expression::html_words;
use hookbell_model::privacy::secret_field::is_secret_text;
use hookbell_model::words::words;

/// Keys of an object that are looked at one by one.
pub(super) const KEYS: usize = 200;

/// The object, or the first one of a list of them.
pub(super) fn first_object(value: &Json) -> Option<&Map<String, Json>> {
    match value {
        Json::Object(object) => Some(object),
        Json::Array(items) => items.first()?.as_object(),
        _ => None,
    }
}

pub(super) fn snake(key: &str) -> String {
    words(key).join("_")
}

/// The value of a key, however its words are joined.
pub(super) fn get<'o>(object: &'o Map<String, Json>, key: &str) -> Option<&'o Json> {
    let is_joined_otherwise = |name: &str| {
        // Cheap, before anything is copied: `htmlUrl` is no longer than `html_url` and some marks.
        (key.len() / 2..=key.len() + 2).contains(&name.len())
            && name.bytes().any(|byte| !byte.is_ascii_lowercase() && byte != b'_')
            && snake(name) == key
    };
    let joined_otherwise =
        || object.iter().take(KEYS).find(|(name, _)| is_joined_otherwise(name)).map(|(_, value)| value);
    object.get(key).or_else(joined_otherwise).filter(|value| !value.is_null())
}

/// A name that stands there: as text, or in an object that is there in place of a text.
pub(super) fn name_of(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => without_tags(text).lines().find(|line| !line.trim().is_empty())?.trim().to_owned(),
        Json::Number(number) if number.is_u64() && number.as_u64() < Some(100_000) => {
            return Some(format!("#{number}"));
        }
        Json::Object(object) => {
            return ["name", "title", "rendered", "text", "value", "label", "display_name"].iter().find_map(|key| {
                match object.get(*key)? {
                    Json::String(text) => name_of(&Json::from(text.as_str())),
                    _ => None,
                }
            });
        }
        _ => return None,
    };
    (is_name(&text) && !is_secret_text(&text)).then_some(text)
}

pub(super) fn person(value: &Json) -> Option<String> {
    match value {
        Json::Object(person) => {
            let named = || PERSON.iter().find_map(|key| name_of(get(person, key)?));
            let first = get(person, "first_name").and_then(Json::as_str).unwrap_or_default();
            let last = get(person, "last_name").and_then(Json::as_str).unwrap_or_default();
            let whole = format!("{first} {last}");
            // `{ "data": { "attributes": { "name": … } } }`.
            let inner = || WRAPPERS.iter().find_map(|key| person_in(get(person, key)?));
            if is_name(&whole) { Some(whole.trim().to_owned()) } else { named().or_else(inner) }
        }
        Json::String(_) => name_of(value),
        _ => None,
    }
}

fn person_in(value: &Json) -> Option<String> {
    value.is_object().then(|| person(value)).flatten()
}

/// The words of a text in HTML; any other text as it is.
fn without_tags(text: &str) -> Cow<'_, str> {
    let is_html = ["</", "<br", "/>"].iter().any(|mark| text.contains(mark));
    if is_html { Cow::Owned(html_words(text)) } else { Cow::Borrowed(text) }
}

pub(super) fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => {
            let text = without_tags(text.trim());
            let is_text =
                !text.is_empty() && !is_url(&text) && !is_time(&text) && !is_id(&text) && !text.starts_with(['{', '[']);
            (is_text && !is_secret_text(&text) && text.chars().any(char::is_alphabetic)).then(|| text.into_owned())
        }
        Json::Object(object) => {
            let keys =
                ["text", "body", "raw", "message", "content", "plain", "markdown", "rendered", "description", "html"];
            keys.iter().find_map(|key| object.get(*key).filter(|value| value.is_string()).and_then(text_of))
        }
        _ => None,
    }
}

/// The page of a thing.
pub(super) fn page_in(object: &Map<String, Json>) -> Option<String> {
    let listed = || {
        let links = ["links", "_links", "urls"].iter().find_map(|key| get(object, key)?.as_object())?;
        let names = ["html", "web", "webui", "self", "public", "dashboard", "view"];
        names.iter().find_map(|key| page_of(get(links, key)?))
    };
    LINKS.iter().find_map(|key| page_of(get(object, key)?)).or_else(listed)
}

fn page_of(value: &Json) -> Option<String> {
    match value {
        Json::String(url) => (is_page(url) && !is_secret_text(url)).then(|| url.clone()),
        Json::Object(link) => ["href", "url", "html"]
            .iter()
            .find_map(|key| link.get(*key)?.as_str())
            .filter(|url| is_page(url))
            .map(str::to_owned),
        _ => None,
    }
}
