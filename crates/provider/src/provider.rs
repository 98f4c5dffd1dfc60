//! A provider file, checked: how its requests are verified and read, and how samples of them are made.

mod file_proof;
mod setup_guide;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE, USER_AGENT};

use serde_json::Value;
use url::Url;

use self::file_proof::FileProof;
pub use self::setup_guide::{ProofStatus, SetupGuide};
use crate::confirm::{ConfirmError, ConfirmRule};
use crate::handshake::{HandshakeRule, Reply};
use crate::read::{EventReader, Exclusions, ReadEvent, ReadRequest, Reading};
use crate::request::{BodyError, Request, Settings, header_text};
use crate::sign::{Sample, SampleEditor, renewed, test_secrets};
use crate::text;
use crate::verify::{Scheme, Schemes, Verified, Verifier, VerifierError};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Document, Table};
use hookbell_model::event::{Event, Globs, Raw, Topic};
use hookbell_model::money::currency::Decimals;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::{Timestamp, parse_duration};

/// In characters; longer values of kept headers are truncated.
const MAX_HEADER: usize = 512;

/// A provider file, checked.
#[derive(Debug, Clone)]
pub struct Provider {
    pub name: String,
    pub title: String,
    /// Other names that people look for it by, in lower case: `prometheus`.
    pub aliases: Vec<String>,
    /// Where the provider documents its webhooks; may be empty.
    pub docs: String,
    /// Where to click at the sender and which secret to copy; may be empty.
    pub setup: String,
    /// How long the sender waits for an answer, and how it repeats; may be empty.
    pub delivery: String,
    pub samples: Vec<Sample>,
    schemes: Schemes,
    reader: EventReader,
    handshakes: Vec<HandshakeRule>,
    reply: Option<Reply>,
    confirm: Option<ConfirmRule>,
    proof: FileProof,
}

impl Provider {
    /// Reads and checks a provider file.
    pub fn read(name: &str, document: &Document, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let mut root = document.root();
        let title = root.require("title", diagnostics).unwrap_or_default();
        let aliases = read_aliases(&mut root, diagnostics);
        let docs = root.get("docs", diagnostics).unwrap_or_default();
        let setup = root.get("setup", diagnostics).unwrap_or_default();
        let delivery = root.get("delivery", diagnostics).unwrap_or_default();
        if !root.has("verify") {
            let help = "say how its requests are verified: `[verify]`, or `verify = \"none\"`";
            diagnostics.add(root.missing("verify").help(help));
        }
        let schemes = Schemes::read(&mut root, diagnostics);
        let reader = EventReader::read(&mut root, diagnostics);
        if let Some(schemes) = &schemes {
            schemes.check_unpacked(&reader.body, &root, diagnostics);
        }
        let handshakes = root.tables("handshake", diagnostics);
        let handshakes: Vec<_> = handshakes.into_iter().map(|table| HandshakeRule::read(table, diagnostics)).collect();
        if schemes.as_ref().is_some_and(Schemes::is_empty) && handshakes.iter().any(|rule| rule.capture.is_some()) {
            diagnostics.add(root.error(
                "handshake",
                Code::INVALID_VALUE,
                "nothing is checked, so there is no secret to capture",
            ));
        }
        let reply = Reply::read(root.table("reply", diagnostics), diagnostics);
        let confirm = root.table("confirm", diagnostics).map(|table| ConfirmRule::read(table, diagnostics));
        let proof = FileProof::read(&mut root, diagnostics);
        let samples = Sample::read_all(&reader.body, &mut root, diagnostics);
        root.finish(diagnostics);
        let name = name.to_owned();
        let schemes = schemes?;
        let provider = Self {
            name,
            title,
            aliases,
            docs,
            setup,
            delivery,
            samples,
            schemes,
            reader,
            handshakes,
            reply,
            confirm,
            proof,
        };
        (diagnostics.errors() == before).then_some(provider)
    }

    /// This provider with `verify` replaced by that of a source's own table (`[sources.shop.verify]`, or
    /// `verify = "none"`), with the places that its `[sources.shop.event]` names, and with its `repeat`. Other keys of
    /// the source's table are left to the caller.
    pub fn with_overrides(&self, source: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let mut provider = self.clone();
        if source.has("verify") {
            provider.schemes = Schemes::read(source, diagnostics).unwrap_or_default();
            provider.schemes.check_unpacked(&self.reader.body, source, diagnostics);
        } else {
            // Known, though absent.
            source.node("verify");
        }
        if let Some(event) = source.table("event", diagnostics) {
            provider.reader.override_fields(event, diagnostics);
        }
        if let Some(repeat) = source.read("repeat", diagnostics, parse_duration) {
            provider.reader.repeat = repeat;
        }
        (diagnostics.errors() == before).then_some(provider)
    }

    /// The verifier for a source with these secrets, any of which may match.
    ///
    /// # Errors
    /// When a secret is empty or does not decode, or there is none, one is needed, and no handshake brings it.
    pub fn verifier(&self, secrets: &[Secret]) -> Result<Verifier, VerifierError> {
        self.verifier_with(secrets, &Settings::default())
    }

    /// As [`Provider::verifier`], for a source that has settings of its own.
    ///
    /// # Errors
    /// As there, and when a setting is missing that the file requires.
    pub fn verifier_with(&self, secrets: &[Secret], settings: &Settings) -> Result<Verifier, VerifierError> {
        let (body, handshakes) = (&self.reader.body, &self.handshakes);
        let waiting = secrets.is_empty() && self.can_capture();
        let verifier = match waiting {
            true => Verifier::waiting(body, handshakes, None, settings),
            false => Verifier::new(&self.schemes, body, handshakes, secrets, settings)?,
        };
        // An alternative without a secret is not used, so it needs nothing.
        let used = |at: usize| waiting || verifier.ready.iter().any(|(ready, _)| *ready == at);
        let schemes = self.schemes.0.iter().enumerate().filter(|(at, _)| used(*at));
        let needed = schemes.flat_map(|(_, scheme)| scheme.settings());
        let mut needed = needed.chain(handshakes.iter().flat_map(HandshakeRule::settings));
        match needed.find(|name| settings.get(name).is_none_or(Secret::is_empty)) {
            Some(name) => Err(VerifierError::MissingSetting(name.to_owned())),
            None => Ok(verifier),
        }
    }

    /// The names of the values that a source's own table `conf` must give.
    pub fn settings(&self) -> BTreeSet<&str> {
        self.schemes.settings().chain(self.handshakes.iter().flat_map(HandshakeRule::settings)).collect()
    }

    /// Types that nobody wants to be notified of: they update a message, and are no message of their own.
    pub fn routine(&self) -> &Globs {
        &self.reader.routine
    }

    /// Whether its file says which events are sales.
    pub fn knows_sales(&self) -> bool {
        self.reader.knows_sales()
    }

    /// The answer to an accepted request, where the file defines one.
    pub fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// The link that an event of this sender asks to be opened.
    ///
    /// # Errors
    /// When it asks for nothing, has no link, or one that leads elsewhere than the file says.
    pub fn confirmation(&self, event_type: &str, payload: &Value) -> Result<Url, ConfirmError> {
        self.confirm.as_ref().ok_or(ConfirmError::NotAsked)?.link(event_type, payload)
    }

    /// Whether requests are accepted unchecked (`verify = "none"`).
    pub fn is_unchecked(&self) -> bool {
        self.schemes.is_empty()
    }

    /// Whether a handshake of its file brings the secret. Never where nothing is checked.
    pub fn can_capture(&self) -> bool {
        !self.is_unchecked() && self.handshakes.iter().any(|rule| rule.capture.is_some())
    }

    /// Whether the public URL must be known to check a request.
    pub fn needs_url(&self) -> bool {
        self.schemes.needs_url()
    }

    /// The longest body that its sender sends, in bytes, where its file has it.
    pub fn max_body(&self) -> Option<usize> {
        self.reader.body.max_size
    }

    /// For how long equal bytes without an id are a repetition.
    pub fn repeat(&self) -> Duration {
        self.reader.repeat
    }

    /// Whether a body with these headers is of a format that its file names.
    ///
    /// # Errors
    /// With the content types that are.
    pub fn check_content_type(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        self.reader.body.format_of(headers).map(drop).ok_or_else(|| self.reader.body.expected())
    }

    /// Reads all events of a request.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds too many events.
    pub fn events<'a>(&self, verified: Verified<'a>) -> Result<ReadRequest<'a>, BodyError> {
        self.reader.all_events(verified.request(), &self.exclusions(Some(verified)))
    }

    /// Reads the first event, ignored or not.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds no event.
    pub fn first_event(&self, verified: Verified<'_>) -> Result<Reading, BodyError> {
        let request = verified.request();
        self.reader.first_event(request.headers, request.body, &self.exclusions(Some(verified)))
    }

    /// The headers worth keeping beside the body, names in lower case: those the provider's file reads or signs,
    /// `user-agent` and `content-type`; never one that carries a signature, a login or a cookie. Values are truncated
    /// to 512 characters.
    pub fn kept_headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let read = self.reader.headers().chain(self.schemes.signed_headers()).map(|key| &key.name);
        let mut names: BTreeSet<&str> = read.chain([&USER_AGENT, &CONTENT_TYPE]).map(|name| name.as_str()).collect();
        let private = [&AUTHORIZATION, &PROXY_AUTHORIZATION, &COOKIE, &SET_COOKIE];
        for name in self.schemes.proof_headers().chain(private) {
            names.remove(name.as_str());
        }
        let value = |name: &str| text::first_line(header_text(headers.get(name)?)?, MAX_HEADER);
        names.into_iter().filter_map(|name| Some((name.to_owned(), value(name)?))).collect()
    }

    /// The event types its file names without a wildcard, by samples and facts, for completion and for warnings about
    /// globs that match nothing. Others may come.
    pub fn known_types(&self) -> BTreeSet<String> {
        let sampled = self.samples.iter().filter_map(|sample| Some(self.reading(sample)?.event_type));
        let routine = self.reader.routine.patterns().into_iter().filter(|pattern| !pattern.contains(['*', '?']));
        sampled.chain(self.reader.known_types().map(str::to_owned)).chain(routine).collect()
    }

    /// The topic that its file gives to events of this type.
    pub fn topic_of(&self, event_type: &str) -> Topic {
        self.reader.topic_of(event_type)
    }

    /// How many decimals the minor unit of each currency has in what it sends.
    pub fn decimals(&self) -> &Decimals {
        &self.reader.decimals
    }

    /// The topics that its file gives, for listings.
    pub fn topics(&self) -> Vec<Topic> {
        self.reader.topics()
    }

    /// The scheme in a few words, e.g. `HMAC-SHA256, Stripe-Signature`.
    pub fn scheme(&self) -> String {
        self.schemes.summary()
    }

    /// How certain it is that the file's signature scheme is right.
    pub fn proof_status(&self) -> ProofStatus {
        match (self.is_unchecked(), self.proof) {
            (true, _) => ProofStatus::None,
            (_, FileProof::Unverified) => ProofStatus::Unverified,
            (_, FileProof::Proved) => ProofStatus::Proved,
            (_, FileProof::Neither) => ProofStatus::Documented,
        }
    }

    /// A summary of its file for `providers show`.
    pub fn setup_guide(&self) -> SetupGuide {
        let schemes = &self.schemes.0;
        let mut secrets: Vec<&str> = Vec::new();
        for secret in schemes.iter().filter(|scheme| !scheme.is_pinned()).map(Scheme::describe_secret) {
            if !secrets.contains(&secret) {
                secrets.push(secret);
            }
        }
        SetupGuide {
            proofs: schemes.iter().map(Scheme::describe).collect(),
            query: schemes.iter().find_map(Scheme::token_query),
            secret: (!secrets.is_empty()).then(|| secrets.join("; or ")),
            captured: self.can_capture(),
            handshakes: self.handshakes.iter().map(HandshakeRule::describe).collect(),
            redacted: self.reader.body.redacted().into_iter().chain(self.schemes.token_pointers()).collect(),
            body: self.reader.body.describe(),
        }
    }

    /// A sample of this body alone, of the format that its file names first.
    pub fn sample_of(&self, body: String) -> Sample {
        Sample { name: "payload".to_owned(), headers: Vec::new(), body }.into_sent(&self.reader.body)
    }

    /// The sample of that name, or else the first of that event type.
    pub fn sample(&self, name: &str) -> Option<&Sample> {
        let named = self.samples.iter().find(|sample| sample.name == name);
        let typed = |sample: &&Sample| self.reading(sample).is_some_and(|reading| reading.event_type == name);
        named.or_else(|| self.samples.iter().find(typed))
    }

    /// The sample as a new event: with another id, and happening now. So it can be sent again without counting as a
    /// repetition.
    pub fn renewed(&self, sample: &Sample, now: Timestamp) -> Sample {
        renewed(sample, &self.reader.fields, &self.reader.body, self.schemes.time_headers(), now)
    }

    /// Changes its samples.
    pub fn editor(&self) -> SampleEditor<'_> {
        SampleEditor::new(&self.reader.body)
    }

    /// The first event of a sample, read without any check: it came with the file, not from outside.
    pub fn reading(&self, sample: &Sample) -> Option<Reading> {
        self.read_unchecked(&sample.header_map(), sample.body.as_bytes()).ok()
    }

    /// Every event of a sample or of a file of the user's own, read as a request but without any check. Only for what
    /// is shown to the user who supplied it; no request from outside may be read like this.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds too many events.
    pub fn sample_events<'a>(&self, sample: &'a Sample, headers: &'a HeaderMap) -> Result<ReadRequest<'a>, BodyError> {
        let request = Request { method: "POST", url: None, headers, body: sample.body.as_bytes() };
        self.reader.all_events(request, &self.exclusions(None))
    }

    /// Every event of a sample as the intake would have it, and how many more it would ignore; see
    /// [`Provider::sample_events`].
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds too many events.
    pub fn read_sample(
        &self,
        source: &str,
        sample: &Sample,
        now: Timestamp,
    ) -> Result<(Vec<(Event, Raw)>, usize), BodyError> {
        let headers = sample.header_map();
        let contents = self.sample_events(sample, &headers)?;
        let kept = self.kept_headers(&headers);
        let event = |item: ReadEvent<'_>| {
            let event = item.reading.into_event(source, &self.name, now);
            (event, Raw { headers: kept.clone(), body: item.body.into_owned() })
        };
        Ok((contents.events.into_iter().map(event).collect(), contents.ignored))
    }

    /// Secrets and settings with which its samples can be signed and verified. They are public.
    pub fn test_secrets(&self) -> (Vec<Secret>, Settings) {
        test_secrets(&self.schemes, self.settings())
    }

    pub(crate) fn read_unchecked(&self, headers: &HeaderMap, body: &[u8]) -> Result<Reading, BodyError> {
        self.reader.first_event(headers, body, &self.exclusions(None))
    }

    fn exclusions(&self, verified: Option<Verified<'_>>) -> Exclusions<'_> {
        let untrusted = verified.map(|verified| self.schemes.untrusted_headers(verified.alternative()));
        Exclusions { untrusted: untrusted.unwrap_or_default(), tokens: self.schemes.token_pointers().collect() }
    }
}

fn read_aliases(root: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<String> {
    let aliases: Vec<String> = root.get("aliases", diagnostics).unwrap_or_default();
    let is_plain = |alias: &&String| {
        !alias.is_empty() && alias.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if aliases.iter().any(|alias| !is_plain(&alias)) {
        let what = "an alias is written like a provider's name: lower-case letters, digits and `-`";
        diagnostics.add(root.error("aliases", Code::INVALID_VALUE, what));
    }
    aliases
}
