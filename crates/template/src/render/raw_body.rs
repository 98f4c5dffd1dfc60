//! A checked `raw`: a whole Discord message body, written as TOML. Its strings are texts
//! like all others, escaped for their context; the result is read into a message, so that it is fitted and guarded
//! like every other.

use serde_json::Value as Json;

use super::text_template::TextTemplate;

/// The body: texts to be evaluated, and values that stay as they are.
#[derive(Debug)]
pub(super) enum RawBody {
    Text(TextTemplate),
    Fixed(Json),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl RawBody {
    /// Any of its texts, for its location.
    pub(super) fn first_text(&self) -> Option<&TextTemplate> {
        match self {
            Self::Text(text) => Some(text),
            Self::Fixed(_) => None,
            Self::List(items) => items.iter().find_map(Self::first_text),
            Self::Map(entries) => entries.iter().find_map(|(_, value)| value.first_text()),
        }
    }
}
