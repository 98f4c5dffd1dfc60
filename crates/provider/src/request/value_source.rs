//! Where a single text of a request is found.

use std::borrow::Cow;

use super::header::{HeaderKey, InvalidHeaderName};
use super::view::ValueScope;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValueSource {
    Header(HeaderKey),
    /// A JSON pointer.
    Json(String),
    /// A JSON pointer into the whole body, also where the body is split into events.
    Body(String),
    /// A field of a form.
    Form(String),
    /// A key of the URL's query.
    Query(String),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ValueSourceError {
    #[error(
        "`{0}` is not a place in a request: expected `/pointer`, `body:/pointer`, `header:NAME`, `query:KEY` or `form:NAME`"
    )]
    Unknown(String),
    #[error(transparent)]
    Header(#[from] InvalidHeaderName),
}

impl ValueSource {
    /// Reads `/pointer`, `body:/pointer`, `header:NAME`, `query:KEY` or `form:NAME`.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueSourceError> {
        if text.starts_with('/') {
            return Ok(Self::Json(text.to_owned()));
        }
        match text.split_once(':') {
            Some(("header", name)) => Ok(Self::Header(HeaderKey::parse(name)?)),
            Some(("body", pointer)) if pointer.starts_with('/') => Ok(Self::Body(pointer.to_owned())),
            Some(("form", name)) if !name.is_empty() => Ok(Self::Form(name.to_owned())),
            Some(("query", name)) if !name.is_empty() => Ok(Self::Query(name.to_owned())),
            _ => Err(ValueSourceError::Unknown(text.to_owned())),
        }
    }

    /// The text there; `None` where it is absent, repeated or not a scalar.
    pub(crate) fn find<'v>(&self, scope: &ValueScope<'v>) -> Option<Cow<'v, str>> {
        match self {
            Self::Header(key) => scope.view.header(key).map(Cow::Borrowed),
            Self::Json(pointer) => scope.text(pointer),
            Self::Body(pointer) => ValueScope::of(scope.view).text(pointer),
            Self::Form(name) => scope.view.field(name)?.map(Cow::Borrowed),
            Self::Query(name) => scope.view.query(name),
        }
    }

    /// Whether anything is there, readable or not.
    pub(crate) fn is_present(&self, scope: &ValueScope<'_>) -> bool {
        match self {
            Self::Header(key) => scope.view.request.headers.contains_key(&key.name),
            Self::Json(pointer) => scope.root().is_some_and(|root| root.pointer(pointer).is_some()),
            Self::Body(pointer) => scope.view.json().is_some_and(|root| root.pointer(pointer).is_some()),
            Self::Form(_) | Self::Query(_) => self.find(scope).is_some(),
        }
    }

    /// The JSON pointer in the payload, where the text is part of the body: fields of a form are its keys.
    pub(crate) fn body_pointer(&self) -> Option<String> {
        match self {
            Self::Json(pointer) | Self::Body(pointer) => Some(pointer.clone()),
            Self::Form(name) => Some(format!("/{}", name.replace('~', "~0").replace('/', "~1"))),
            Self::Header(_) | Self::Query(_) => None,
        }
    }

    /// For listings: a header's name as it is, others as in a provider file.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Header(key) => key.spelling.clone(),
            Self::Json(pointer) => pointer.clone(),
            Self::Body(pointer) => format!("body:{pointer}"),
            Self::Form(name) => format!("form:{name}"),
            Self::Query(name) => format!("query:{name}"),
        }
    }

    /// For people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Header(key) => format!("header `{}`", key.spelling),
            Self::Json(pointer) | Self::Body(pointer) => format!("`{pointer}` in the body"),
            Self::Form(name) => format!("form field `{name}`"),
            Self::Query(name) => format!("`{name}` in the query"),
        }
    }
}
