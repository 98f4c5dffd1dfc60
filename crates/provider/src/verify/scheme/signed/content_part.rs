//! The parts that `content` of a provider file can name.

use crate::pattern::{PatternError, PatternPart};
use crate::request::{HeaderKey, InvalidHeaderName};

/// One part of the signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContentPart {
    Body,
    BodySha256Hex,
    BodyCrc32Dec,
    Time,
    Url,
    /// The URL with `%3A %2F %3F %40 %21 %24 %27 %28 %29 %2A %2C %3B` decoded, as HubSpot signs it.
    UrlDecoded,
    Method,
    /// All fields of the form, sorted by name, names and values joined.
    FormSorted,
    Header(HeaderKey),
    /// A JSON pointer; absent and null are empty.
    Json(String),
    /// A form's field; absent is empty.
    Form(String),
    /// A value of the URL's query: as it came or, with `any_case`, in lower case.
    Query {
        name: String,
        any_case: bool,
    },
    /// A value of the source's own table `conf`.
    Setting(String),
    Literal(String),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ContentError {
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error(transparent)]
    Header(#[from] InvalidHeaderName),
    #[error(
        "`{{{0}}}` is unknown: expected `{{body}}`, `{{body.sha256hex}}`, `{{body.crc32dec}}`, `{{ts}}`, `{{url}}`, \
         `{{url.decoded}}`, `{{method}}`, `{{form.sorted}}`, `{{header:NAME}}`, `{{query:NAME}}`, `{{query.anycase:NAME}}`, \
         `{{json:/POINTER}}`, `{{form:NAME}}` or `{{conf:NAME}}`"
    )]
    UnknownPart(String),
}

impl ContentPart {
    pub(super) fn parse(part: PatternPart) -> Result<Self, ContentError> {
        let name = match part {
            PatternPart::Literal(text) => return Ok(Self::Literal(text)),
            PatternPart::Placeholder(name) => name,
        };
        Ok(match (name.as_str(), name.split_once(':')) {
            ("body", _) => Self::Body,
            ("body.sha256hex", _) => Self::BodySha256Hex,
            ("body.crc32dec", _) => Self::BodyCrc32Dec,
            ("ts", _) => Self::Time,
            ("url", _) => Self::Url,
            ("url.decoded", _) => Self::UrlDecoded,
            ("method", _) => Self::Method,
            ("form.sorted", _) => Self::FormSorted,
            (_, Some(("header", name))) => Self::Header(HeaderKey::parse(name)?),
            (_, Some(("json", pointer))) if pointer.starts_with('/') => Self::Json(pointer.to_owned()),
            (_, Some(("form", name))) if !name.is_empty() => Self::Form(name.to_owned()),
            (_, Some(("query", name))) if !name.is_empty() => Self::Query { name: name.to_owned(), any_case: false },
            (_, Some(("query.anycase", name))) if !name.is_empty() => {
                Self::Query { name: name.to_owned(), any_case: true }
            }
            (_, Some(("conf", name))) if !name.is_empty() => Self::Setting(name.to_owned()),
            _ => return Err(ContentError::UnknownPart(name)),
        })
    }

    /// Whether no byte of the body can be changed when this is signed.
    pub(super) fn covers_body(&self) -> bool {
        matches!(self, Self::Body | Self::BodySha256Hex | Self::BodyCrc32Dec | Self::FormSorted)
    }

    /// For people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Body => "the body".to_owned(),
            Self::Time => "the time".to_owned(),
            Self::BodySha256Hex => "the body's SHA-256".to_owned(),
            Self::BodyCrc32Dec => "the body's CRC-32".to_owned(),
            Self::Url | Self::UrlDecoded => "the public URL".to_owned(),
            Self::FormSorted => "the sorted form".to_owned(),
            Self::Json(pointer) => format!("`{pointer}` of the body"),
            Self::Form(name) => format!("form field `{name}`"),
            Self::Query { name, .. } => format!("`{name}` in the query"),
            Self::Setting(name) => format!("`conf.{name}`"),
            Self::Method => "the method".to_owned(),
            Self::Header(key) => format!("header `{}`", key.spelling),
            Self::Literal(text) => format!("`{text}`"),
        }
    }
}
