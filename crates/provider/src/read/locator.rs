//! Where in a request a fact is: a JSON pointer, a header, several of these joined by literals, or a list of
//! alternatives, of which the first that finds something counts.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::HeaderName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::pattern::{self, PatternError, PatternPart};
use crate::request::{HeaderKey, InvalidHeaderName, scalar_text, written_number};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;

/// A value inside a URL: all but letters, digits and `-_.~` is encoded.
const URL_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The alternatives, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Locator(Vec<LocatorPath>);

/// Places joined by literals; one place alone in the simplest case.
#[derive(Debug, Clone, PartialEq)]
struct LocatorPath(Vec<PathSegment>);

#[derive(Debug, Clone, PartialEq)]
enum PathSegment {
    Literal(String),
    Header(HeaderKey),
    Pointer(String),
}

/// Why a text is not a locator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum LocatorError {
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error(transparent)]
    Header(#[from] InvalidHeaderName),
    #[error("`{{{0}}}` is not a place: expected a JSON pointer such as `/data/id`, or `header:NAME`")]
    UnknownPlace(String),
    #[error(
        "expected a place: a JSON pointer such as `/data/id`, `header:NAME`, or several joined as in \
         `{{header:NAME}}.{{/action}}`"
    )]
    NoPlace,
}

/// What a locator searches.
#[derive(Debug)]
pub(super) struct LocatorScope<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) payload: &'a Value,
    /// The JSON of which the payload is a part, and the pointer at which it is there.
    pub(super) json: &'a [u8],
    pub(super) base: Cow<'a, str>,
    /// Headers that count as absent, because they are not signed.
    pub(super) untrusted: &'a [&'a HeaderName],
}

/// Whether a text without any place is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constants {
    Allowed,
    Refused,
}

impl Locator {
    /// Reads a string or a list of strings under `key`; absent = finds nothing.
    pub(super) fn read(
        table: &mut Table<'_>,
        key: &'static str,
        constants: Constants,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        Self(table.read_list(key, diagnostics, |text| LocatorPath::parse(text, constants)))
    }

    /// # Errors
    /// When the text is no place.
    pub(super) fn parse(text: &str, constants: Constants) -> Result<Self, LocatorError> {
        LocatorPath::parse(text, constants).map(|path| Self(vec![path]))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text there. Numbers and booleans become text; anything else, and empty text, is absent. A missing part of a
    /// joined path is omitted together with the literal before it.
    pub(super) fn find<'a>(&self, scope: &LocatorScope<'a>) -> Option<Cow<'a, str>> {
        self.0.iter().find_map(|path| path.find(scope))
    }

    /// As [`Locator::find`], but a number that is a place alone is given digit by digit as it was written.
    pub(super) fn find_written<'a>(&self, scope: &LocatorScope<'a>) -> Option<Cow<'a, str>> {
        self.0.iter().find_map(|path| match path.0.as_slice() {
            [PathSegment::Pointer(pointer)] => scope.number(pointer).or_else(|| path.find(scope)),
            _ => path.find(scope),
        })
    }

    /// As [`Locator::find`], for URLs: values between literals are percent-encoded, and a missing part makes the whole
    /// absent. A value at the beginning is a URL itself and is not encoded.
    pub(super) fn find_url<'a>(&self, scope: &LocatorScope<'a>) -> Option<Cow<'a, str>> {
        self.0.iter().find_map(|path| path.find_url(scope))
    }

    /// The headers that it reads.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &HeaderKey> {
        self.0.iter().flat_map(|path| &path.0).filter_map(|segment| match segment {
            PathSegment::Header(header) => Some(header),
            _ => None,
        })
    }

    /// The pointers with which its paths begin.
    pub(crate) fn pointers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|path| match path.0.first() {
            Some(PathSegment::Pointer(pointer)) => Some(pointer.as_str()),
            _ => None,
        })
    }
}

impl LocatorPath {
    fn parse(text: &str, constants: Constants) -> Result<Self, LocatorError> {
        if text.starts_with('/') || text.starts_with("header:") {
            return Ok(Self(vec![place(text)?]));
        }
        let mut segments = Vec::new();
        for part in pattern::parse(text)? {
            segments.push(match part {
                PatternPart::Literal(text) => PathSegment::Literal(text),
                PatternPart::Placeholder(text) => place(&text)?,
            });
        }
        let constant = segments.iter().all(|segment| matches!(segment, PathSegment::Literal(_)));
        if segments.is_empty() || (constant && constants == Constants::Refused) {
            return Err(LocatorError::NoPlace);
        }
        Ok(Self(segments))
    }

    fn find<'a>(&self, scope: &LocatorScope<'a>) -> Option<Cow<'a, str>> {
        match self.0.as_slice() {
            [PathSegment::Literal(text)] => return Some(Cow::Owned(text.clone())),
            [place] => return scope.at(place),
            _ => {}
        }
        let mut text = String::new();
        let mut literal = "";
        let mut found = 0;
        let mut first = true;
        for segment in &self.0 {
            if let PathSegment::Literal(text) = segment {
                literal = text;
                continue;
            }
            if let Some(value) = scope.at(segment) {
                // A literal at the beginning is part of the first value; the others separate two values.
                if first || found > 0 {
                    text.push_str(literal);
                }
                text.push_str(&value);
                found += 1;
            }
            literal = "";
            first = false;
        }
        text.push_str(literal);
        (found > 0).then_some(Cow::Owned(text))
    }

    fn find_url<'a>(&self, scope: &LocatorScope<'a>) -> Option<Cow<'a, str>> {
        if let [place] = self.0.as_slice() {
            return match place {
                PathSegment::Literal(text) => Some(Cow::Owned(text.clone())),
                place => scope.at(place),
            };
        }
        let mut text = String::new();
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                PathSegment::Literal(literal) => text.push_str(literal),
                place if at == 0 => text.push_str(&scope.at(place)?),
                place => text.extend(utf8_percent_encode(&scope.at(place)?, URL_COMPONENT)),
            }
        }
        Some(Cow::Owned(text))
    }
}

fn place(text: &str) -> Result<PathSegment, LocatorError> {
    if let Some(name) = text.strip_prefix("header:") {
        return Ok(PathSegment::Header(HeaderKey::parse(name)?));
    }
    if text.starts_with('/') {
        return Ok(PathSegment::Pointer(text.to_owned()));
    }
    Err(LocatorError::UnknownPlace(text.to_owned()))
}

impl<'a> LocatorScope<'a> {
    /// The scope of an item of a list.
    pub(super) fn item(&self, list: &str, at: usize) -> Option<Self> {
        let payload = self.payload.pointer(list)?.get(at)?;
        let base = format!("{}{list}/{at}", self.base).into();
        Some(Self { headers: self.headers, payload, json: self.json, base, untrusted: self.untrusted })
    }

    /// A number that is not whole, as it was written.
    fn number(&self, pointer: &str) -> Option<Cow<'a, str>> {
        let found = self.payload.pointer(pointer)?;
        found.is_f64().then(|| written_number(self.json, &format!("{}{pointer}", self.base)))?.map(Cow::Borrowed)
    }

    fn at(&self, segment: &PathSegment) -> Option<Cow<'a, str>> {
        let text = match segment {
            PathSegment::Literal(_) => None,
            PathSegment::Header(header) if self.untrusted.contains(&&header.name) => None,
            PathSegment::Header(header) => header.first_value(self.headers).map(Cow::Borrowed),
            PathSegment::Pointer(pointer) => scalar_text(self.payload.pointer(pointer)?),
        };
        text.filter(|text| !text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn find(path: &str, url: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert("x-event", "push".parse().expect("a value"));
        let payload = json!({"a": "one", "n": 7, "no": null, "list": [{"b": "x y/z"}], "e": ""});
        let scope = LocatorScope { headers: &headers, payload: &payload, json: b"", base: "".into(), untrusted: &[] };
        let path = LocatorPath::parse(path, Constants::Allowed).expect("a path");
        if url { path.find_url(&scope) } else { path.find(&scope) }.map(Cow::into_owned)
    }

    #[test]
    fn a_missing_part_is_omitted_with_the_literal_before_it() {
        for (path, found) in [
            ("/a", Some("one")),
            ("/list/0/b", Some("x y/z")),
            ("/no", None),
            ("/e", None),
            ("/list", None),
            ("header:X-Event", Some("push")),
            ("{header:X-Event}.{/n}", Some("push.7")),
            ("{header:X-Event}.{/no}", Some("push")),
            ("{/no}.{/a}", Some("one")),
            ("#{/n} {/a}!", Some("#7 one!")),
            ("#{/no} {/a}", Some("one")),
            ("{/no}-{/no}", None),
            ("fixed", Some("fixed")),
        ] {
            assert_eq!(find(path, false).as_deref(), found, "{path}");
        }
    }

    #[test]
    fn values_in_a_url_are_percent_encoded() {
        assert_eq!(find("https://x.test/{/list/0/b}?q={/n}", true).as_deref(), Some("https://x.test/x%20y%2Fz?q=7"));
        assert_eq!(find("https://x.test/{/no}", true), None);
        assert_eq!(find("{/list/0/b}/tree", true).as_deref(), Some("x y/z/tree"));
    }

    #[test]
    fn texts_without_a_place_are_refused() {
        for (wrong, part) in [("type", "JSON pointer"), ("{type}", "`{type}` is not a place"), ("", "expected a place")]
        {
            let error = LocatorPath::parse(wrong, Constants::Refused).expect_err(wrong).to_string();
            assert!(error.contains(part), "{error}");
        }
        assert!(LocatorPath::parse("header:a b", Constants::Refused).is_err());
    }
}
