//! The keys that hold a text: how it is escaped, and how long Discord lets it be.

use crate::expression::EscapeContext;
use hookbell_model::message::limit;

/// A key of a text, and how the text is escaped.
pub(super) type TextKey = (&'static str, EscapeContext);

/// The texts of a message itself.
pub(super) const MESSAGE_TEXTS: [TextKey; 5] = [
    ("content", EscapeContext::Block),
    ("username", EscapeContext::Plain),
    ("avatar_url", EscapeContext::Url),
    ("severity", EscapeContext::Bare),
    ("thread", EscapeContext::Plain),
];
/// Those of an embed.
pub(super) const EMBED_TEXTS: [TextKey; 12] = [
    ("title", EscapeContext::Title),
    ("url", EscapeContext::Url),
    ("description", EscapeContext::Block),
    ("author", EscapeContext::Plain),
    ("author_url", EscapeContext::Url),
    ("author_icon", EscapeContext::Url),
    ("thumbnail", EscapeContext::Url),
    ("image", EscapeContext::Url),
    ("footer", EscapeContext::Plain),
    ("footer_icon", EscapeContext::Url),
    ("timestamp", EscapeContext::Bare),
    ("color", EscapeContext::Bare),
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
        "thread" | "thread_title" => limit::THREAD,
        _ => return None,
    })
}
