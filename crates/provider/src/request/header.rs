//! Names and values of headers: a name as its file spells it, and as the `http` crate compares it.

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

/// The name of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderKey {
    /// As the provider spells it, for people and for sending.
    pub(crate) spelling: String,
    pub(crate) name: HeaderName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of a header, such as `X-Signature`")]
pub(crate) struct InvalidHeaderName;

impl HeaderKey {
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidHeaderName> {
        let name = HeaderName::from_bytes(text.as_bytes()).map_err(|_| InvalidHeaderName)?;
        Ok(Self { spelling: text.to_owned(), name })
    }

    /// The first value, where it is UTF-8.
    pub(crate) fn first_value<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers.get(&self.name).and_then(header_text)
    }

    /// The only value. A repeated header, or a value that is not UTF-8, counts as absent: what was signed and what is
    /// read later must not differ.
    pub(crate) fn only_value<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut values = headers.get_all(&self.name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { header_text(first) }
    }
}

/// A header's value as text. `HeaderValue::to_str` would refuse everything beyond ASCII.
pub(crate) fn header_text(value: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(value.as_bytes()).ok()
}
