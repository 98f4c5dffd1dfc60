//! Where in a request something stands: a JSON pointer, a header, several joined by literals, or a list of
//! these of which the first that finds something wins.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::HeaderName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::header::Header;
use super::pattern::{self, Piece};
use super::view::scalar;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;

/// What is put into a URL keeps only letters, digits and `-_.~`.
const IN_URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The first way that finds something wins.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Locator(Vec<Way>);

/// Places joined by literals; one place alone in the simplest case.
#[derive(Debug, Clone, PartialEq)]
struct Way(Vec<Step>);

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Literal(String),
    Header(Header),
    Pointer(String),
}

/// What a locator looks at.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) payload: &'a Value,
    /// Headers that another alternative of the scheme signs and the one that was used does not: anybody could
    /// have put them there, so they count as absent.
    pub(super) doubtful: Vec<&'a HeaderName>,
}

/// Whether text without any place is allowed.
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
        Self(table.read_list(key, diagnostics, |text| Way::parse(text, constants)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text that stands there. Numbers and true/false become text; anything else, and empty text, is
    /// absent. A missing part of a joined way drops together with the literal before it.
    pub(super) fn find<'a>(&self, seen: &Seen<'a>) -> Option<Cow<'a, str>> {
        self.0.iter().find_map(|way| way.find(seen))
    }

    /// As [`Locator::find`], for addresses: what is put between literals is percent-encoded, and a missing part
    /// makes the whole absent. A place at the very beginning is taken as the address it is.
    pub(super) fn find_url<'a>(&self, seen: &Seen<'a>) -> Option<Cow<'a, str>> {
        self.0.iter().find_map(|way| way.find_url(seen))
    }

    /// The headers it looks at.
    pub(super) fn headers(&self) -> impl Iterator<Item = &Header> {
        self.0.iter().flat_map(|way| &way.0).filter_map(|step| match step {
            Step::Header(header) => Some(header),
            _ => None,
        })
    }

    /// The pointers with which its ways begin.
    pub(super) fn pointers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|way| match way.0.first() {
            Some(Step::Pointer(pointer)) => Some(pointer.as_str()),
            _ => None,
        })
    }
}

impl Way {
    fn parse(text: &str, constants: Constants) -> Result<Self, String> {
        if text.starts_with('/') || text.starts_with("header:") {
            return Ok(Self(vec![place(text)?]));
        }
        let mut steps = Vec::new();
        for piece in pattern::cut(text)? {
            steps.push(match piece {
                Piece::Literal(text) => Step::Literal(text),
                Piece::Hole(text) => place(&text)?,
            });
        }
        let fixed = steps.iter().all(|step| matches!(step, Step::Literal(_)));
        if steps.is_empty() || (fixed && constants == Constants::Refused) {
            return Err("expected a place: a JSON pointer such as `/data/id`, `header:NAME`, or several joined as \
                        in `{header:NAME}.{/action}`"
                .to_owned());
        }
        Ok(Self(steps))
    }

    fn find<'a>(&self, seen: &Seen<'a>) -> Option<Cow<'a, str>> {
        match self.0.as_slice() {
            [Step::Literal(text)] => return Some(Cow::Owned(text.clone())),
            [place] => return seen.at(place),
            _ => {}
        }
        let mut text = String::new();
        let mut literal = "";
        let mut found = 0;
        let mut first = true;
        for step in &self.0 {
            if let Step::Literal(text) = step {
                literal = text;
                continue;
            }
            if let Some(value) = seen.at(step) {
                // A literal at the very beginning belongs to the first place; the others divide two values.
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

    fn find_url<'a>(&self, seen: &Seen<'a>) -> Option<Cow<'a, str>> {
        if let [place] = self.0.as_slice() {
            return match place {
                Step::Literal(text) => Some(Cow::Owned(text.clone())),
                place => seen.at(place),
            };
        }
        let mut text = String::new();
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Literal(literal) => text.push_str(literal),
                place if at == 0 => text.push_str(&seen.at(place)?),
                place => text.extend(utf8_percent_encode(&seen.at(place)?, IN_URL)),
            }
        }
        Some(Cow::Owned(text))
    }
}

fn place(text: &str) -> Result<Step, String> {
    if let Some(name) = text.strip_prefix("header:") {
        return Header::parse(name).map(Step::Header);
    }
    if text.starts_with('/') {
        return Ok(Step::Pointer(text.to_owned()));
    }
    Err(format!("`{{{text}}}` is no place: expected a JSON pointer such as `/data/id`, or `header:NAME`"))
}

impl<'a> Seen<'a> {
    fn at(&self, step: &Step) -> Option<Cow<'a, str>> {
        let text = match step {
            Step::Literal(_) => None,
            Step::Header(header) if self.doubtful.contains(&&header.name) => None,
            Step::Header(header) => header.text(self.headers).map(Cow::Borrowed),
            Step::Pointer(pointer) => scalar(self.payload.pointer(pointer)?),
        };
        text.filter(|text| !text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn find(way: &str, url: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert("x-event", "push".parse().expect("a value"));
        let payload = json!({"a": "one", "n": 7, "no": null, "list": [{"b": "x y/z"}], "e": ""});
        let seen = Seen { headers: &headers, payload: &payload, doubtful: Vec::new() };
        let way = Way::parse(way, Constants::Allowed).expect("a way");
        if url { way.find_url(&seen) } else { way.find(&seen) }.map(Cow::into_owned)
    }

    #[test]
    fn a_missing_part_drops_with_the_literal_before_it() {
        for (way, found) in [
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
            assert_eq!(find(way, false).as_deref(), found, "{way}");
        }
    }

    #[test]
    fn values_in_an_address_are_percent_encoded() {
        assert_eq!(find("https://x.test/{/list/0/b}?q={/n}", true).as_deref(), Some("https://x.test/x%20y%2Fz?q=7"));
        assert_eq!(find("https://x.test/{/no}", true), None);
        assert_eq!(find("{/list/0/b}/tree", true).as_deref(), Some("x y/z/tree"));
    }

    #[test]
    fn slips_are_told() {
        for (wrong, part) in [("type", "JSON pointer"), ("{type}", "`{type}` is no place"), ("", "expected a place")] {
            let error = Way::parse(wrong, Constants::Refused).expect_err(wrong);
            assert!(error.contains(part), "{error}");
        }
        assert!(Way::parse("header:a b", Constants::Refused).is_err());
    }
}
