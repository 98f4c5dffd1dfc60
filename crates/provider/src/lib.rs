//! A kind of sender, described by data: how its requests are verified, where type, id, time and facts stand.
//! One TOML file a provider; this room turns it into a verifier and a reader.

mod about;
pub mod body;
mod capture;
mod codes;
mod collection;
mod condition;
mod content;
mod facts;
mod handshake;
mod header;
mod jws;
mod key;
mod locator;
mod money;
mod pattern;
mod public;
mod reading;
mod received;
mod sample;
mod scheme;
mod sign;
mod signature;
mod steps;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
mod text;
mod verify;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, PROXY_AUTHORIZATION, SET_COOKIE, USER_AGENT};

pub use self::about::{About, Proof};
use self::body::Format;
pub use self::capture::Offer;
pub use self::collection::Providers;
use self::facts::Row;
use self::handshake::Handshake;
pub use self::handshake::Reply;
pub use self::reading::{Contents, Item};
use self::reading::{Ignore, Places};
use self::scheme::{Check, Scheme};
pub use self::sign::Outgoing;
use self::verify::Armed;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Document, Table};
use hookbell_model::event::{Event, EventId, Facts, Topic};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// In characters; what a kept header's value is cut at.
const LONGEST_HEADER: usize = 512;

/// A provider file, checked.
#[derive(Debug, Clone)]
pub struct Provider {
    pub name: String,
    pub title: String,
    /// Where the provider documents its webhooks; may be empty.
    pub docs: String,
    /// Where to click at the sender and which secret to copy; may be empty.
    pub setup: String,
    /// The sender's patience with an answer, and how it repeats; may be empty.
    pub delivery: String,
    pub samples: Vec<Sample>,
    scheme: Scheme,
    format: Format,
    places: Places,
    rows: Vec<Row>,
    ignore: Vec<Ignore>,
    handshakes: Vec<Handshake>,
    reply: Option<Reply>,
    /// Whether its facts are not proved by anybody's signature.
    unverified: bool,
    proved: bool,
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
    request: Request<'a>,
    /// Which alternative of the scheme let it in.
    alternative: usize,
}

/// What was read from a verified request.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The event type in the provider's words.
    pub event_type: String,
    /// The provider's event id; the body's SHA-256 where it has none.
    pub reference: String,
    pub time: Option<Timestamp>,
    pub topic: Topic,
    pub facts: Facts,
}

impl Reading {
    /// The event that came through `source`, not stored yet. Its time is that of receipt where the sender names none.
    pub fn into_event(self, source: &str, provider: &str, received: Timestamp) -> Event {
        Event {
            id: EventId::UNSET,
            source: source.to_owned(),
            provider: provider.to_owned(),
            reference: self.reference,
            event_type: self.event_type,
            topic: self.topic,
            facts: self.facts,
            time: self.time.unwrap_or(received),
            received,
        }
    }
}

/// Why a request was not let in. The text is safe to answer with: it never hints at the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("the signature or token is missing")]
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
pub struct Verifier {
    /// Nothing is checked, because the scheme says so.
    open: bool,
    /// None of them in a verifier that is not open: a secret is awaited, and nothing is let in.
    checks: Vec<Armed>,
    /// Which alternative of the scheme each check is.
    numbers: Vec<usize>,
    format: Format,
    settings: Settings,
    handshakes: Vec<Handshake>,
    /// The first secret, for handshakes that are answered with an HMAC.
    secret: Option<Secret>,
}

/// What a source's own table `conf` says: values that its provider's file asks for, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings(pub BTreeMap<String, Secret>);

impl Settings {
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }
}

impl Provider {
    /// Reads and checks a provider file.
    pub fn read(name: &str, document: &Document, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let mut root = document.root();
        let title = root.require("title", diagnostics).unwrap_or_default();
        let docs = root.get("docs", diagnostics).unwrap_or_default();
        let setup = root.get("setup", diagnostics).unwrap_or_default();
        let delivery = root.get("delivery", diagnostics).unwrap_or_default();
        if !root.has("verify") {
            let help = "say how its requests are verified: `[verify]`, or `verify = \"none\"`";
            diagnostics.add(root.missing("verify").help(help));
        }
        let scheme = Scheme::read(&mut root, diagnostics);
        let format = Format::read(root.table("body", diagnostics), diagnostics);
        let event = root.table("event", diagnostics);
        if event.as_ref().is_none_or(|event| !event.has("type")) {
            let help = "say where the event type stands: `type = \"/type\"` in `[event]`";
            diagnostics.add(root.span("event").missing("type").help(help));
        }
        let places = event.map(|table| Places::default().read_over(table, diagnostics));
        let rows = root.tables("facts", diagnostics);
        let rows = rows.into_iter().map(|table| Row::read(table, diagnostics)).collect();
        let ignore =
            root.tables("ignore", diagnostics).into_iter().map(|table| Ignore::read(table, diagnostics)).collect();
        let handshakes = root.tables("handshake", diagnostics);
        let handshakes: Vec<_> = handshakes.into_iter().map(|table| Handshake::read(table, diagnostics)).collect();
        if scheme.as_ref().is_some_and(|scheme| scheme.0.is_empty())
            && handshakes.iter().any(|one| one.capture.is_some())
        {
            diagnostics.add(root.error(
                "handshake",
                Code::INVALID_VALUE,
                "nothing is checked, so there is no secret to capture",
            ));
        }
        let reply = Reply::read(root.table("reply", diagnostics), diagnostics);
        let unverified = root.get("unverified", diagnostics).unwrap_or_default();
        let proved = root.get("proved", diagnostics).unwrap_or_default();
        if unverified && proved {
            diagnostics.add(root.error("proved", Code::CONFLICTING_KEYS, "a file is either `proved` or `unverified`"));
        }
        let samples = Sample::read_all(&format, &mut root, diagnostics);
        root.finish(diagnostics);
        let provider = Self {
            name: name.to_owned(),
            title,
            docs,
            setup,
            delivery,
            samples,
            scheme: scheme?,
            format,
            places: places?,
            rows,
            ignore,
            handshakes,
            reply,
            unverified,
            proved,
        };
        (diagnostics.errors() == before).then_some(provider)
    }

    /// This provider with `verify` replaced by what a source's own table says (`[sources.shop.verify]`, or
    /// `verify = "none"`), and with the places that its `[sources.shop.event]` names. Keys of the source's table
    /// other than these two are for somebody else to read.
    pub fn with_overrides(&self, source: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let mut provider = self.clone();
        if source.has("verify") {
            provider.scheme = Scheme::read(source, diagnostics).unwrap_or_default();
        } else {
            // Known, though absent.
            source.node("verify");
        }
        if let Some(event) = source.table("event", diagnostics) {
            provider.places = self.places.read_over(event, diagnostics);
        }
        (diagnostics.errors() == before).then_some(provider)
    }

    /// Whether requests are let in unchecked (`verify = "none"`).
    pub fn is_unverified(&self) -> bool {
        self.scheme.0.is_empty()
    }

    /// The check for a source with these secrets, any of which may match.
    ///
    /// # Errors
    /// When a secret is empty or does not decode, or none was given where one is needed and no handshake brings
    /// it: in words that do not repeat it.
    pub fn verifier(&self, secrets: &[Secret]) -> Result<Verifier, String> {
        self.verifier_with(secrets, &Settings::default())
    }

    /// As [`Provider::verifier`], for a source that has settings of its own.
    ///
    /// # Errors
    /// As there, and when a setting is missing that the scheme asks for.
    pub fn verifier_with(&self, secrets: &[Secret], settings: &Settings) -> Result<Verifier, String> {
        if let Some(name) = self.settings().into_iter().find(|name| settings.get(name).is_none_or(Secret::is_empty)) {
            return Err(format!("is needed, and `conf.{name}` beside it"));
        }
        if secrets.is_empty() && self.can_capture() {
            return Ok(Verifier::waiting(&self.format, &self.handshakes, settings));
        }
        let verifier = Verifier::arm(&self.scheme, &self.format, secrets, settings)?;
        Ok(Verifier { handshakes: self.handshakes.clone(), ..verifier })
    }

    /// The names of the values that a source's own table `conf` must give.
    pub fn settings(&self) -> BTreeSet<&str> {
        self.scheme.settings().chain(self.handshakes.iter().flat_map(Handshake::settings)).collect()
    }

    /// What an accepted request is answered; none = hookbell's own words.
    pub fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// Whether it is uncertain how its requests are proved (`unverified = true`).
    pub fn is_unproved(&self) -> bool {
        self.unverified
    }

    /// The longest body that its sender sends, in bytes, where its file says so.
    pub fn max_body(&self) -> Option<usize> {
        self.format.max
    }

    /// Whether a body with these headers is of a format that its file names.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn takes_content(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        self.format.kind(headers).map(drop).ok_or_else(|| self.format.expected())
    }

    /// Whether the public URL must be known to check a request.
    pub fn needs_url(&self) -> bool {
        self.scheme.needs_url()
    }

    /// The headers worth keeping beside the body, names in lower case: those the provider's file reads or signs,
    /// `user-agent` and `content-type`; never one that carries a proof, a login or a cookie. Values are cut at
    /// 512 characters.
    pub fn kept_headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let mut names: BTreeSet<&str> = [USER_AGENT.as_str(), CONTENT_TYPE.as_str()].into();
        let places = [&self.places.event_type, &self.places.id, &self.places.time];
        let locators = places.into_iter().chain(self.rows.iter().flat_map(Row::locators));
        names.extend(locators.flat_map(|locator| locator.headers()).map(|header| header.name.as_str()));
        names.extend(self.scheme.0.iter().flat_map(Check::signed_headers).map(|header| header.name.as_str()));
        let proofs: Vec<&HeaderName> = self.scheme.0.iter().filter_map(Check::proof_header).collect();
        let private = [&AUTHORIZATION, &PROXY_AUTHORIZATION, &COOKIE, &SET_COOKIE];
        names.retain(|name| !proofs.iter().chain(&private).any(|other| other.as_str() == *name));
        let value = |name: &str| text::line(header::utf8(headers.get(name)?)?, LONGEST_HEADER);
        names.into_iter().filter_map(|name| Some((name.to_owned(), value(name)?))).collect()
    }

    /// The event types its file names in full, by samples and facts, for completion and for warnings about
    /// globs that match nothing. Others may come.
    pub fn known_types(&self) -> BTreeSet<String> {
        let sampled = self.samples.iter().filter_map(|sample| Some(self.reading(sample)?.event_type));
        let named = self.rows.iter().flat_map(Row::known_types).map(str::to_owned);
        sampled.chain(named).collect()
    }

    /// The topics its file assigns, for listings.
    pub fn topics(&self) -> Vec<Topic> {
        let assigned = |topic: &Topic| self.rows.iter().any(|row| row.topic == Some(*topic));
        Topic::ALL.iter().copied().filter(assigned).collect()
    }

    /// The scheme in a few words, e.g. `HMAC-SHA256, Stripe-Signature`.
    pub fn scheme(&self) -> String {
        self.scheme.shown()
    }
}
