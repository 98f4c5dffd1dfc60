//! How a provider's requests prove themselves: `[verify]` of its file. The rules that no file can switch off
//! are not here but in the verifier.

mod read;

use std::time::Duration;

pub(super) use self::read::one_of;

use super::content::Part;
use super::header::Header;
use super::jws::Jws;
use super::key::{KeyForm, Kind};
use super::signature::Encoding;

/// The alternatives of a scheme; the first whose proof a request carries is the one that counts. None at all
/// means that nothing is checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scheme(pub(super) Vec<Check>);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Check {
    Signed(Signed),
    Token(Token),
    Jws(Jws),
}

/// A signature over the request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signed {
    pub(super) place: Place,
    /// The check is made for every element of this array, and what is read from JSON is read from the element.
    pub(super) each: Option<String>,
    pub(super) grammar: Grammar,
    pub(super) kind: Kind,
    pub(super) encoding: Encoding,
    pub(super) key: KeyForm,
    pub(super) content: Vec<Part>,
    /// The content as the file spells it, for people.
    pub(super) content_text: String,
    pub(super) timestamp: Option<Clock>,
    /// Of form fields that stand twice with the same value one is signed.
    pub(super) form_dedup: bool,
    /// A body that is no form is signed by its SHA-256 in the query of the URL, `bodySHA256`.
    pub(super) query_body_sha256: bool,
}

/// The secret itself, sent along.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) place: Place,
    pub(super) prefix: String,
    /// The value is base64 of `user:password`, and so is the secret before encoding.
    pub(super) basic: bool,
}

/// Where a proof stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Header(Header),
    /// A JSON pointer.
    Json(String),
    /// A field of a form.
    Form(String),
    /// A key of the URL's query.
    Query(String),
}

/// How the signature stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grammar {
    /// The whole value after the prefix.
    Plain { prefix: String, optional: bool },
    /// Pairs `k=v` divided by `sep`; signatures under `sig_key`, which may repeat.
    Pairs { sep: String, sig_key: String },
    /// Items `tag,value` divided by spaces.
    List { tag: String },
}

/// Where the signed time stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    pub(super) source: ClockSource,
    pub(super) unit: Unit,
    /// Either way of now; none = however old.
    pub(super) tolerance: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ClockSource {
    Header(Header),
    /// A pair beside the signature.
    Pair(String),
    /// A JSON pointer.
    Json(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    Rfc3339,
}

impl Scheme {
    /// In a few words, for listings.
    pub(super) fn shown(&self) -> String {
        let Some(first) = self.0.first() else { return "none".to_owned() };
        let what = match first {
            Check::Signed(signed) => signed.kind.shown(),
            Check::Token(_) => "token",
            Check::Jws(_) => "JWS (HS256)",
        };
        let mut places: Vec<String> = self.0.iter().map(|check| check.place().named()).collect();
        places.dedup();
        format!("{what}, {}", places.join(" or "))
    }

    /// The names of the values that a source's own table must give.
    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Check::parts).filter_map(|part| match part {
            Part::Setting(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether the public URL is needed to check a request.
    pub(super) fn needs_url(&self) -> bool {
        self.0.iter().flat_map(Check::parts).any(|part| matches!(part, Part::Url | Part::UrlDecoded))
    }
}

impl Check {
    /// What carries the proof.
    pub(super) fn place(&self) -> &Place {
        match self {
            Self::Signed(signed) => &signed.place,
            Self::Token(token) => &token.place,
            Self::Jws(jws) => &jws.place,
        }
    }

    pub(super) fn proof_header(&self) -> Option<&http::HeaderName> {
        if let Place::Header(header) = self.place() { Some(&header.name) } else { None }
    }

    /// The pointer of a token that stands in the body.
    pub(super) fn token_pointer(&self) -> Option<String> {
        match self {
            Self::Token(Token { place: Place::Json(pointer), .. }) => Some(pointer.clone()),
            Self::Token(Token { place: Place::Form(name), .. }) => {
                Some(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
            }
            _ => None,
        }
    }

    pub(super) fn parts(&self) -> &[Part] {
        if let Self::Signed(signed) = self { &signed.content } else { &[] }
    }

    /// The headers it signs, the time's included.
    pub(super) fn signed_headers(&self) -> impl Iterator<Item = &Header> {
        let named = self.parts().iter().filter_map(|part| match part {
            Part::Header(header) => Some(header),
            _ => None,
        });
        named.chain(self.clock_header())
    }

    /// The header in which the signed time stands.
    pub(super) fn clock_header(&self) -> Option<&Header> {
        let Self::Signed(signed) = self else { return None };
        match &signed.timestamp.as_ref()?.source {
            ClockSource::Header(header) => Some(header),
            ClockSource::Pair(_) | ClockSource::Json(_) => None,
        }
    }
}

impl Place {
    /// Its name alone: a header's as it is, others with their kind.
    pub(super) fn named(&self) -> String {
        match self {
            Self::Header(header) => header.shown.clone(),
            Self::Json(pointer) => pointer.clone(),
            Self::Form(name) => format!("form:{name}"),
            Self::Query(name) => format!("query:{name}"),
        }
    }

    pub(super) fn shown(&self) -> String {
        match self {
            Self::Header(header) => format!("header `{}`", header.shown),
            Self::Json(pointer) => format!("`{pointer}` in the body"),
            Self::Form(name) => format!("form field `{name}`"),
            Self::Query(name) => format!("`{name}` in the query"),
        }
    }
}
