//! The words of an explanation: to whom steps are told, and how the parts of a scheme are called.

use super::Step;
use super::content::Part;
use super::scheme::{ClockSource, Grammar, Unit};

/// Where steps are told to, if anybody listens.
pub(super) struct Teller<'a>(pub(super) Option<&'a mut Vec<Step>>);

impl Teller<'_> {
    pub(super) fn tell(&mut self, passed: bool, text: impl FnOnce() -> String) {
        if let Some(steps) = &mut self.0 {
            steps.push(Step { passed, text: text() });
        }
    }
}

/// What the secret is called, counted from one where there are several.
pub(super) fn nth(at: usize, of: usize) -> String {
    if of == 1 { "the secret".to_owned() } else { format!("secret {} of {of}", at + 1) }
}

impl Unit {
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Seconds => "whole seconds since 1970",
            Self::Millis => "whole milliseconds since 1970",
            Self::Rfc3339 => "RFC 3339",
        }
    }
}

impl ClockSource {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Header(header) => format!("header `{}`", header.shown),
            Self::Pair(key) => format!("the pair `{key}=`"),
            Self::Json(pointer) => format!("`{pointer}` of the body"),
        }
    }
}

impl Grammar {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Plain { .. } => String::new(),
            Self::Pairs { sig_key, .. } => format!(" ({sig_key})"),
            Self::List { tag } => format!(" ({tag})"),
        }
    }
}

impl Part {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Body => "the body".to_owned(),
            Self::Time => "the time".to_owned(),
            Self::BodySha256Hex => "the body's SHA-256".to_owned(),
            Self::BodyCrc32Dec => "the body's CRC-32".to_owned(),
            Self::Url | Self::UrlDecoded => "the public URL".to_owned(),
            Self::FormSorted => "the sorted form".to_owned(),
            Self::Json(pointer) => format!("`{pointer}` of the body"),
            Self::Form(name) => format!("form field `{name}`"),
            Self::Setting(name) => format!("`conf.{name}`"),
            Self::Method => "the method".to_owned(),
            Self::Header(header) => format!("header `{}`", header.shown),
            Self::Literal(text) => format!("`{text}`"),
        }
    }
}
