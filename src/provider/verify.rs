//! The check of a request: one engine for letting in and for explaining. The rules no provider file can
//! switch off live here: raw bytes, constant time, any secret and any signature may match, what cannot be
//! read is a "no", and the clock is looked at only after the signature was right.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::header::utf8;
use super::key::{Key, Signature};
use super::scheme::{Check, Clock, ClockSource, Grammar, Part, Scheme, Signed, Token, Unit};
use super::{Rejection, Request, Step, Verified, Verifier};
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// More values of one signature header than any sender sends; each may cost a hash of the whole body.
const MOST_VALUES: usize = 8;

/// A check with its secrets made ready.
#[derive(Debug, Clone)]
pub(super) enum Armed {
    Signed(Signed, Vec<Key>),
    Token(Token, Vec<Digest>, Secret),
}

/// The hash of a token, so that comparing takes the same time whatever its length.
#[derive(Clone)]
pub(super) struct Digest([u8; 32]);

/// Signatures that were received together with one time.
struct Candidate<'a> {
    time: Option<&'a str>,
    signatures: Vec<Signature>,
}

/// Where steps are told to, if anybody listens.
struct Teller<'a>(Option<&'a mut Vec<Step>>);

impl Verifier {
    /// # Errors
    /// When a secret is empty or does not decode, or none was given where one is needed.
    pub(super) fn arm(scheme: &Scheme, secrets: &[Secret]) -> Result<Self, String> {
        if scheme.0.is_empty() {
            return Ok(Self { checks: Vec::new() });
        }
        let Some(first) = secrets.first() else { return Err("a secret is needed".to_owned()) };
        for (at, secret) in secrets.iter().enumerate() {
            if secret.expose().trim().is_empty() {
                return Err(format!("{} is empty", nth(at, secrets.len())));
            }
        }
        let arm = |check: &Check| match check {
            Check::Signed(signed) => {
                let key = |(at, secret)| {
                    Key::new(signed.algorithm, signed.key, secret)
                        .map_err(|what| format!("{} {what}", nth(at, secrets.len())))
                };
                let keys: Result<Vec<Key>, String> = secrets.iter().enumerate().map(key).collect();
                Ok(Armed::Signed(signed.clone(), keys?))
            }
            Check::Token(token) => {
                let digests = secrets.iter().map(|secret| Digest::of(secret.expose().as_bytes())).collect();
                Ok(Armed::Token(token.clone(), digests, first.clone()))
            }
        };
        Ok(Self { checks: scheme.0.iter().map(arm).collect::<Result<_, String>>()? })
    }

    /// Checks the signature (or token), then the time, over the raw bytes.
    ///
    /// The first alternative whose header is there decides. Of a signature header that stands several times any
    /// value may match; a signed header that stands twice is refused.
    ///
    /// # Errors
    /// Says which check failed; comparison takes constant time.
    pub fn verify<'a>(&self, request: Request<'a>, now: Timestamp) -> Result<Verified<'a>, Rejection> {
        self.judge(request, now, &mut Teller(None))
    }

    /// As [`Verifier::verify`], telling each step. The caller owns the secrets, so the first eight hex digits of
    /// computed signatures are told; never a secret.
    pub fn explain<'a>(&self, request: Request<'a>, now: Timestamp) -> (Vec<Step>, Result<Verified<'a>, Rejection>) {
        let mut steps = Vec::new();
        let verdict = self.judge(request, now, &mut Teller(Some(&mut steps)));
        (steps, verdict)
    }

    fn judge<'a>(
        &self,
        request: Request<'a>,
        now: Timestamp,
        teller: &mut Teller<'_>,
    ) -> Result<Verified<'a>, Rejection> {
        if self.checks.is_empty() {
            teller.tell(true, || "nothing is checked: every request is let in".to_owned());
            return Ok(Verified { request, alternative: 0 });
        }
        let present = |check: &Armed| request.headers.contains_key(&check.header().name);
        let Some(alternative) = self.checks.iter().position(present) else {
            teller.tell(false, || {
                let names: Vec<String> = self.checks.iter().map(|c| format!("`{}`", c.header().shown)).collect();
                format!("found no header {}", names.join(" or "))
            });
            return Err(Rejection::Missing);
        };
        match self.checks.get(alternative) {
            Some(Armed::Signed(signed, keys)) => check_signed(signed, keys, &request, now, teller)?,
            Some(Armed::Token(token, digests, _)) => check_token(token, digests, &request, teller)?,
            None => return Err(Rejection::Missing),
        }
        Ok(Verified { request, alternative })
    }
}

fn check_signed(
    signed: &Signed,
    keys: &[Key],
    request: &Request<'_>,
    now: Timestamp,
    teller: &mut Teller<'_>,
) -> Result<(), Rejection> {
    let candidates = signed.candidates(request, teller)?;
    let mut rejection = Rejection::Mismatch;
    for candidate in &candidates {
        let Some(at) = signed.moment(candidate, teller) else {
            rejection = Rejection::Malformed;
            continue;
        };
        let parts = signed.bytes(request, candidate, request.body, teller)?;
        if !any_matches(keys, &parts, candidate, teller) {
            hint_line_break(signed, keys, request, candidate, teller);
            continue;
        }
        match (&signed.timestamp, at) {
            (Some(clock), Some(at)) if !clock.holds(at, now, teller) => rejection = Rejection::Stale,
            _ => return Ok(()),
        }
    }
    Err(rejection)
}

fn any_matches(keys: &[Key], parts: &[&[u8]], candidate: &Candidate<'_>, teller: &mut Teller<'_>) -> bool {
    for (at, key) in keys.iter().enumerate() {
        let computed = key.sign(parts);
        // Every signature is compared, so that the time does not tell which one was near.
        let mut found = false;
        for signature in &candidate.signatures {
            found |= computed.matches(signature);
        }
        teller.tell(found, || {
            let received: Vec<String> = candidate.signatures.iter().take(8).map(Signature::beginning).collect();
            let verdict = if found { "matches" } else { "no match" };
            let (number, computed) = (nth(at, keys.len()), computed.beginning());
            format!("{number}: {verdict} (computed {computed}…, received {}…)", received.join("…, "))
        });
        if found {
            return true;
        }
    }
    false
}

/// Only while explaining: a body saved with an editor often ends in a line break that was never sent.
fn hint_line_break(
    signed: &Signed,
    keys: &[Key],
    request: &Request<'_>,
    candidate: &Candidate<'_>,
    teller: &mut Teller<'_>,
) {
    let Some(body) = request.body.strip_suffix(b"\n") else { return };
    if teller.0.is_none() {
        return;
    }
    let shorter = [body.strip_suffix(b"\r").unwrap_or(body), body];
    let matches = shorter.iter().any(|body| {
        let parts = signed.bytes(request, candidate, body, &mut Teller(None)).unwrap_or_default();
        any_matches(keys, &parts, candidate, &mut Teller(None))
    });
    if matches {
        teller.tell(false, || "it would match without the line break at the end of the body".to_owned());
    }
}

fn check_token(
    token: &Token,
    digests: &[Digest],
    request: &Request<'_>,
    teller: &mut Teller<'_>,
) -> Result<(), Rejection> {
    let name = &token.header.shown;
    teller.tell(true, || format!("found header `{name}`"));
    let mut rejection = Rejection::Malformed;
    for value in request.headers.get_all(&token.header.name).iter().take(MOST_VALUES) {
        let value = value.as_bytes();
        let start = value.get(..token.prefix.len()).unwrap_or_default();
        if !start.eq_ignore_ascii_case(token.prefix.as_bytes()) {
            teller.tell(false, || format!("the value does not begin with `{}`", token.prefix));
            continue;
        }
        let value = value.get(token.prefix.len()..).unwrap_or_default();
        if value.is_empty() {
            teller.tell(false, || "the value is empty".to_owned());
            continue;
        }
        let received = Digest::of(value);
        for (at, digest) in digests.iter().enumerate() {
            let found: bool = digest.0.ct_eq(&received.0).into();
            teller
                .tell(found, || format!("{}: {}", nth(at, digests.len()), if found { "matches" } else { "no match" }));
            if found {
                return Ok(());
            }
        }
        rejection = Rejection::Mismatch;
    }
    Err(rejection)
}

impl Armed {
    pub(super) fn header(&self) -> &super::header::Header {
        match self {
            Self::Signed(signed, _) => &signed.header,
            Self::Token(token, ..) => &token.header,
        }
    }
}

impl Signed {
    /// Reads every value of the signature header. Signatures that share their time stand in one candidate.
    fn candidates<'a>(&self, request: &Request<'a>, teller: &mut Teller<'_>) -> Result<Vec<Candidate<'a>>, Rejection> {
        let name = &self.header.shown;
        teller.tell(true, || format!("found header `{name}`"));
        let mut candidates: Vec<Candidate<'a>> = Vec::new();
        for (at, value) in request.headers.get_all(&self.header.name).iter().enumerate() {
            if at == MOST_VALUES {
                teller.tell(false, || format!("`{name}` stands more than {MOST_VALUES} times"));
                return Err(Rejection::Malformed);
            }
            let Some(value) = utf8(value) else {
                teller.tell(false, || format!("`{name}` is not UTF-8"));
                continue;
            };
            let read = self.read_value(value.trim(), request, teller);
            match candidates.iter_mut().find(|known| known.time == read.time) {
                Some(known) => known.signatures.extend(read.signatures),
                None => candidates.push(read),
            }
        }
        candidates.retain(|candidate| !candidate.signatures.is_empty());
        let read: usize = candidates.iter().map(|candidate| candidate.signatures.len()).sum();
        teller.tell(read > 0, || {
            let plural = if read == 1 { "" } else { "s" };
            format!("read {read} signature{plural}{}", self.grammar.shown())
        });
        if candidates.is_empty() { Err(Rejection::Malformed) } else { Ok(candidates) }
    }

    fn read_value<'a>(&self, value: &'a str, request: &Request<'a>, teller: &mut Teller<'_>) -> Candidate<'a> {
        let mut time = match self.timestamp.as_ref().map(|clock| &clock.source) {
            Some(ClockSource::Header(header)) => header.single(request.headers),
            _ => None,
        };
        let mut signatures = Vec::new();
        let mut take = |text: &str, teller: &mut Teller<'_>| {
            let length = self.algorithm.length();
            match Signature::decode(text, self.encoding, length) {
                Some(signature) => signatures.push(signature),
                None => teller.tell(false, || {
                    let encoding = format!("{:?}", self.encoding).to_lowercase();
                    format!("a signature cannot be read as {encoding} of {length} bytes")
                }),
            }
        };
        match &self.grammar {
            Grammar::Plain { prefix, optional } => match value.strip_prefix(prefix.as_str()) {
                Some(text) => take(text, teller),
                None if *optional => take(value, teller),
                None => teller.tell(false, || format!("the value does not begin with `{prefix}`")),
            },
            Grammar::Pairs { sep, sig_key } => {
                let clock = self.timestamp.as_ref().and_then(|clock| match &clock.source {
                    ClockSource::Pair(key) => Some(key.as_str()),
                    ClockSource::Header(_) => None,
                });
                let mut times = 0;
                for (key, text) in value.split(sep.as_str()).filter_map(|pair| pair.split_once('=')) {
                    let (key, text) = (key.trim(), text.trim());
                    if key == sig_key {
                        take(text, teller);
                    } else if Some(key) == clock {
                        times += 1;
                        time = Some(text);
                    }
                }
                if times > 1 {
                    teller.tell(false, || "the time stands more than once".to_owned());
                    time = None;
                }
            }
            Grammar::List { tag } => {
                let items = value.split_ascii_whitespace().filter_map(|item| item.split_once(','));
                for (_, text) in items.filter(|(found, _)| found == tag) {
                    take(text, teller);
                }
            }
        }
        Candidate { time, signatures }
    }

    /// The candidate's time: `None` when one is needed and cannot be read, `Some(None)` when none is needed.
    fn moment(&self, candidate: &Candidate<'_>, teller: &mut Teller<'_>) -> Option<Option<Timestamp>> {
        let Some(clock) = &self.timestamp else { return Some(None) };
        let Some(text) = candidate.time else {
            teller.tell(false, || format!("found no time in {}", clock.source.shown()));
            return None;
        };
        let at = clock.unit.read(text);
        if at.is_none() {
            teller.tell(false, || format!("the time in {} is not {}", clock.source.shown(), clock.unit.shown()));
        }
        at.map(Some)
    }

    /// The signed bytes, in parts.
    fn bytes<'a>(
        &'a self,
        request: &Request<'a>,
        candidate: &Candidate<'a>,
        body: &'a [u8],
        teller: &mut Teller<'_>,
    ) -> Result<Vec<&'a [u8]>, Rejection> {
        let mut parts = Vec::with_capacity(self.content.len());
        for part in &self.content {
            let bytes = match part {
                Part::Body => Some(body),
                Part::Literal(text) => Some(text.as_bytes()),
                Part::Method => Some(request.method.as_bytes()),
                Part::Time => candidate.time.map(str::as_bytes),
                Part::Url => request.url.map(str::as_bytes),
                Part::Header(header) => header.single(request.headers).map(str::as_bytes),
            };
            let Some(bytes) = bytes else {
                teller.tell(false, || format!("{} is signed, but it is missing, doubled or unreadable", part.shown()));
                return Err(Rejection::Malformed);
            };
            parts.push(bytes);
        }
        teller.tell(true, || {
            let total: usize = parts.iter().map(|part| part.len()).sum();
            format!("the signed content is `{}`, {} bytes", self.content_text, thousands(total))
        });
        Ok(parts)
    }
}

impl Clock {
    /// Whether the moment is near enough to now, either way. Counted in whole seconds, as the senders do.
    fn holds(&self, at: Timestamp, now: Timestamp, teller: &mut Teller<'_>) -> bool {
        let away = now.0.abs_diff(at.0) / 1000;
        let tolerance = self.tolerance.as_secs();
        teller.tell(away <= tolerance, || {
            let side = if at > now { "in the future" } else { "old" };
            let away = thousands(usize::try_from(away).unwrap_or(usize::MAX));
            format!("the time {} is {away} s {side}, the tolerance {tolerance} s", at.to_rfc3339())
        });
        away <= tolerance
    }
}

impl Unit {
    /// Digits only (no sign, no space, no fraction), or strict RFC 3339.
    fn read(self, text: &str) -> Option<Timestamp> {
        if self == Self::Rfc3339 {
            return Timestamp::parse_rfc3339(text);
        }
        if !(1..=15).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: i64 = text.parse().ok()?;
        Some(if self == Self::Seconds { Timestamp::from_secs(number) } else { Timestamp(number) })
    }

    fn shown(self) -> &'static str {
        match self {
            Self::Seconds => "whole seconds since 1970",
            Self::Millis => "whole milliseconds since 1970",
            Self::Rfc3339 => "RFC 3339",
        }
    }
}

impl ClockSource {
    fn shown(&self) -> String {
        match self {
            Self::Header(header) => format!("header `{}`", header.shown),
            Self::Pair(key) => format!("the pair `{key}=`"),
        }
    }
}

impl Grammar {
    fn shown(&self) -> String {
        match self {
            Self::Plain { .. } => String::new(),
            Self::Pairs { sig_key, .. } => format!(" ({sig_key})"),
            Self::List { tag } => format!(" ({tag})"),
        }
    }
}

impl Part {
    fn shown(&self) -> String {
        match self {
            Self::Body => "the body".to_owned(),
            Self::Time => "the time".to_owned(),
            Self::Url => "the public URL".to_owned(),
            Self::Method => "the method".to_owned(),
            Self::Header(header) => format!("header `{}`", header.shown),
            Self::Literal(text) => format!("`{text}`"),
        }
    }
}

impl Digest {
    fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Teller<'_> {
    fn tell(&mut self, passed: bool, text: impl FnOnce() -> String) {
        if let Some(steps) = &mut self.0 {
            steps.push(Step { passed, text: text() });
        }
    }
}

fn nth(at: usize, of: usize) -> String {
    if of == 1 { "the secret".to_owned() } else { format!("secret {} of {of}", at + 1) }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
