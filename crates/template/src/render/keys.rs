//! The keys that hold a text: where it stands in the message, and how long Discord lets it be.

use crate::expression::Place;
use hookbell_model::message::limit;

/// A key of a text, and where the text stands.
pub(super) type TextKey = (&'static str, Place);

/// The texts of a message itself.
pub(super) const MESSAGE_TEXTS: [TextKey; 6] = [
    ("content", Place::Block),
    ("username", Place::Plain),
    ("avatar_url", Place::Url),
    ("severity", Place::Bare),
    ("key", Place::Bare),
    ("thread", Place::Plain),
];
/// Those of an embed.
pub(super) const EMBED_TEXTS: [TextKey; 12] = [
    ("title", Place::Title),
    ("url", Place::Url),
    ("description", Place::Block),
    ("author", Place::Plain),
    ("author_url", Place::Url),
    ("author_icon", Place::Url),
    ("thumbnail", Place::Url),
    ("image", Place::Url),
    ("footer", Place::Plain),
    ("footer_icon", Place::Url),
    ("timestamp", Place::Bare),
    ("color", Place::Bare),
];

/// The limit of a text, by its name in notes.
pub(super) fn most(key: &str) -> Option<usize> {
    Some(match key {
        "content" => limit::CONTENT,
        "username" => limit::USERNAME,
        "title" => limit::TITLE,
        "description" => limit::DESCRIPTION,
        "author" => limit::AUTHOR,
        "footer" => limit::FOOTER,
        "field.name" => limit::FIELD_NAME,
        "field.value" | "field.line" => limit::FIELD_VALUE,
        "button.label" => limit::BUTTON_LABEL,
        "button.url" => limit::BUTTON_URL,
        "avatar_url" | "url" | "author_url" | "author_icon" | "thumbnail" | "image" | "footer_icon" => limit::URL,
        "thread" => limit::THREAD,
        _ => return None,
    })
}
