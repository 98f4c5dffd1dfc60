//! A kind of sender, described by data: how its requests are verified, where type, id, time and facts stand.
//! One TOML file a provider; this room turns it into a verifier and a reader.

use http::HeaderMap;

use crate::document::{Document, Table};
use crate::event::{Facts, Topic};
use crate::mistake::Mistakes;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// A provider file, checked.
#[derive(Debug, Clone)]
pub struct Provider {
    pub name: String,
    pub title: String,
    pub docs: String,
    pub samples: Vec<Sample>,
}

/// A request as the provider would send it, for tests, `demo` and `send`.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Unique within the provider; the event type where that is unique.
    pub name: String,
    /// Headers besides the signature, e.g. `X-GitHub-Event`.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// Every provider there is, by name: the shipped ones and the user's own before them.
#[derive(Debug, Clone, Default)]
pub struct Providers {}

/// A request as it came, nothing read yet.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a str,
    /// The public URL, where the caller knows it (some schemes sign it).
    pub url: Option<&'a str>,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// A body whose signature was right. Only [`Verifier::verify`] can make one, and only one can be read.
#[derive(Debug, Clone, Copy)]
pub struct Verified<'a> {
    #[expect(dead_code, reason = "the contract, before its rooms are built")]
    request: Request<'a>,
}

/// What was read from a verified request.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The event type in the provider's words.
    pub kind: String,
    /// The provider's event id; the body's SHA-256 where it has none.
    pub reference: String,
    pub time: Option<Timestamp>,
    pub topic: Topic,
    pub facts: Facts,
}

/// Why a request was not let in. The text is safe to answer with: it never hints at the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("the signature header is missing")]
    Missing,
    #[error("the signature cannot be read")]
    Malformed,
    #[error("the signature does not match")]
    Mismatch,
    #[error("the timestamp is outside the tolerance")]
    Stale,
}

/// One step of a verification, for `hookbell verify`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub passed: bool,
    pub text: String,
}

/// The body was verified, but is not what the provider's file says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// A provider's scheme with one source's secrets: checks requests, and signs them as the provider would.
#[derive(Debug, Clone)]
pub struct Verifier {}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Providers {
    /// The providers embedded in the binary.
    pub fn shipped() -> Self {
        todo!()
    }

    /// Adds a provider from a file of the user's own; it goes before a shipped one of the same name.
    pub fn add(&mut self, name: &str, document: &Document, mistakes: &mut Mistakes) {
        todo!()
    }

    pub fn get(&self, name: &str) -> Option<&Provider> {
        todo!()
    }

    /// All of them, by name.
    pub fn iter(&self) -> Box<dyn Iterator<Item = &Provider> + '_> {
        todo!()
    }
}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Provider {
    /// Reads and checks a provider file.
    pub fn read(name: &str, document: &Document, mistakes: &mut Mistakes) -> Option<Self> {
        todo!()
    }

    /// This provider with `verify` and `event` replaced by what a source's own table says
    /// (`[sources.shop.verify]`, `[sources.shop.event]`).
    pub fn with_overrides(&self, source: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Self> {
        todo!()
    }

    /// Whether requests are let in unchecked (`verify = "none"`).
    pub fn is_unverified(&self) -> bool {
        todo!()
    }

    /// The check for a source with these secrets, any of which may match.
    ///
    /// # Errors
    /// When a secret is empty or does not decode, or none was given where one is needed: in words that do not
    /// repeat it.
    pub fn verifier(&self, secrets: &[Secret]) -> Result<Verifier, String> {
        todo!()
    }

    /// Reads type, id, time, topic and facts.
    ///
    /// # Errors
    /// When the body is not in the provider's format.
    pub fn event(&self, verified: Verified<'_>) -> Result<Reading, Unreadable> {
        todo!()
    }

    /// The headers worth keeping with an event.
    pub fn kept_headers(&self, headers: &HeaderMap) -> std::collections::BTreeMap<String, String> {
        todo!()
    }

    /// Event types that its file knows of.
    pub fn known_types(&self) -> Vec<String> {
        todo!()
    }

    /// The topics its file assigns, for listings.
    pub fn topics(&self) -> Vec<Topic> {
        todo!()
    }

    /// The scheme in a few words, e.g. `HMAC-SHA256, Stripe-Signature`.
    pub fn scheme(&self) -> String {
        todo!()
    }
}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Verifier {
    /// Checks the signature (or token), then the time, over the raw bytes.
    ///
    /// # Errors
    /// Says which check failed; comparison takes constant time.
    pub fn verify<'a>(&self, request: Request<'a>, now: Timestamp) -> Result<Verified<'a>, Rejection> {
        todo!()
    }

    /// As [`Verifier::verify`], telling each step.
    pub fn explain<'a>(&self, request: Request<'a>, now: Timestamp) -> (Vec<Step>, Result<Verified<'a>, Rejection>) {
        todo!()
    }

    /// The headers a sender adds to this request, signed with the first secret. Headers that the scheme signs
    /// and that are missing in `request` (such as `webhook-id`) are made up and returned too.
    pub fn sign(&self, request: Request<'_>, now: Timestamp) -> Vec<(String, String)> {
        todo!()
    }
}
