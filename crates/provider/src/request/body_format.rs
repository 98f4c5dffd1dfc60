//! The formats in which bodies come (`format` in `[body]`), and the content types that announce them.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::header::header_text;

const FORM_TYPE: &str = "application/x-www-form-urlencoded";
const MULTIPART_TYPE: &str = "multipart/form-data";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFormat {
    Json,
    Form,
    /// One JSON text a line.
    Ndjson,
    /// A form in parts, perhaps with files.
    Multipart,
    Xml,
}

impl BodyFormat {
    pub(super) const KEYWORDS: [(&'static str, Self); 5] = [
        ("json", Self::Json),
        ("form", Self::Form),
        ("ndjson", Self::Ndjson),
        ("multipart", Self::Multipart),
        ("xml", Self::Xml),
    ];

    /// For people.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Form => "a form (`a=1&b=2`)",
            Self::Ndjson => "one JSON text a line",
            Self::Multipart => "a form in parts (`multipart/form-data`)",
            Self::Xml => "XML",
        }
    }

    /// Whether the headers announce a form and the provider sends none (`format` is that of the body).
    pub(crate) fn is_unexpected_form(headers: &HeaderMap, format: Option<Self>) -> bool {
        format != Some(Self::Form) && announces_form(headers)
    }

    /// The content type of a sample, where it is not JSON.
    pub(super) fn content_type(self) -> Option<&'static str> {
        match self {
            Self::Json => None,
            Self::Form => Some(FORM_TYPE),
            Self::Ndjson => Some("application/x-ndjson"),
            Self::Multipart => Some(MULTIPART_TYPE),
            Self::Xml => Some("application/xml"),
        }
    }

    /// The one of `formats` that a body with these headers has; `None` where the headers announce another one.
    pub(super) fn of(headers: &HeaderMap, formats: &[Self]) -> Option<Self> {
        let announced = content_type(headers);
        if announced == FORM_TYPE {
            return formats.contains(&Self::Form).then_some(Self::Form);
        }
        if announced == MULTIPART_TYPE {
            return formats.contains(&Self::Multipart).then_some(Self::Multipart);
        }
        if announced.ends_with("/xml") || announced.ends_with("+xml") {
            return formats.contains(&Self::Xml).then_some(Self::Xml);
        }
        // Some senders send JSON without a content type, or as plain text.
        if announced.is_empty() || announced == "text/plain" {
            return formats.first().copied();
        }
        let lines = announced.ends_with("ndjson") || announced.contains("json-lines") || announced.contains("jsonl");
        match (lines, announced.ends_with("json")) {
            (true, _) if formats.contains(&Self::Ndjson) => Some(Self::Ndjson),
            (_, true) => formats.iter().find(|format| matches!(format, Self::Json | Self::Ndjson)).copied(),
            _ => None,
        }
    }
}

/// Whether the headers announce a form.
pub(super) fn announces_form(headers: &HeaderMap) -> bool {
    content_type(headers) == FORM_TYPE
}

/// Whether the headers announce a form in parts.
pub(super) fn announces_multipart(headers: &HeaderMap) -> bool {
    content_type(headers) == MULTIPART_TYPE
}

/// In lower case, without parameters; empty where there is none.
fn content_type(headers: &HeaderMap) -> String {
    let announced = headers.get(CONTENT_TYPE).and_then(header_text).unwrap_or_default();
    announced.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
