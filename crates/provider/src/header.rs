//! The name of a header: as the file spells it, for people and for sending, and as `http` compares it.

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// As the provider spells it.
    pub(super) shown: String,
    pub(super) name: HeaderName,
}

impl Header {
    /// # Errors
    /// When the text cannot be a header's name.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let name = HeaderName::from_bytes(text.as_bytes())
            .map_err(|_| "expected the name of a header, such as `X-Signature`".to_owned())?;
        Ok(Self { shown: text.to_owned(), name })
    }

    /// The first value, where it is readable text.
    pub(super) fn text<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers.get(&self.name).and_then(utf8)
    }

    /// The only value. Two of them, or one that is not UTF-8, are as good as none: what was signed and what is
    /// read later must not be able to differ.
    pub(super) fn single<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut values = headers.get_all(&self.name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { utf8(first) }
    }
}

/// A header's value as text. `HeaderValue::to_str` would refuse everything beyond ASCII.
pub(super) fn utf8(value: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(value.as_bytes()).ok()
}
