//! The check of a request: one engine for letting in and for explaining. The rules no provider file can
//! switch off live here: raw bytes, constant time, any secret and any signature may match, what cannot be
//! read is a "no", and the clock is looked at only after the signature was right.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::body::Format;
use super::jws::Jws;
use super::key::Key;
use super::received::{Candidate, MOST_VALUES};
use super::scheme::{Check, Clock, Place, Scheme, Signed, Token};
use super::signature::{BASE64, Signature};
use super::steps::{Teller, nth};
use super::view::{Spot, View};
use super::{Rejection, Request, Settings, Step, Verified, Verifier};
use hookbell_model::locale::format_number;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// A check with its secrets made ready.
#[derive(Debug, Clone)]
pub(super) enum Armed {
    Signed(Signed, Vec<Key>),
    Token(Token, Vec<Digest>, Secret),
    Jws(Jws, Vec<Key>),
}

/// The hash of a token, so that comparing takes the same time whatever its length.
#[derive(Clone)]
pub(super) struct Digest([u8; 32]);

/// More elements than this with a signature each are no request of any sender.
const MOST_ELEMENTS: usize = 1000;

impl Verifier {
    /// Each secret serves the alternatives that it fits. One that is a public key never serves as a shared
    /// secret: everybody knows it.
    ///
    /// # Errors
    /// When a secret is empty or fits nowhere, or none was given where one is needed.
    pub(super) fn arm(
        scheme: &Scheme,
        format: &Format,
        secrets: &[Secret],
        settings: &Settings,
    ) -> Result<Self, String> {
        let ready = |checks| Self {
            open: scheme.0.is_empty(),
            checks,
            numbers: Vec::new(),
            format: format.clone(),
            settings: settings.clone(),
            handshakes: Vec::new(),
            secret: secrets.first().cloned(),
        };
        if scheme.0.is_empty() {
            return Ok(ready(Vec::new()));
        }
        let certificate = settings.get("certificate").filter(|_| scheme.0.iter().any(Check::is_public));
        let all: Vec<&Secret> = secrets.iter().chain(certificate).collect();
        if all.is_empty() {
            return Err("a secret is needed".to_owned());
        }
        let mut checks: Vec<Armed> = scheme.0.iter().map(Armed::without_secrets).collect();
        for (at, secret) in all.iter().enumerate() {
            let named = || nth(at, all.len());
            if secret.expose().trim().is_empty() {
                return Err(format!("{} is empty", named()));
            }
            let taken = |check: &mut Armed| check.take(secret, settings.get("private_key"));
            let mut tried: Vec<Result<(), String>> =
                checks.iter_mut().filter(|check| check.is_public()).map(taken).collect();
            if !tried.iter().any(Result::is_ok) {
                tried.extend(checks.iter_mut().filter(|check| !check.is_public()).map(taken));
            }
            if !tried.iter().any(Result::is_ok) {
                let what = tried.into_iter().find_map(Result::err).unwrap_or_default();
                return Err(format!("{} {what}", named()));
            }
        }
        let (numbers, checks) = checks.into_iter().enumerate().filter(|(_, check)| check.has_secrets()).unzip();
        Ok(Self { numbers, ..ready(checks) })
    }

    /// Checks the signature (or token), then the time, over the raw bytes.
    ///
    /// The first alternative whose proof is there decides. Of a signature header that stands several times any
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
        if self.open {
            teller.tell(true, || "nothing is checked: every request is let in".to_owned());
            return Ok(Verified { request, alternative: 0 });
        }
        let view = View::new(request, &self.format, &self.settings);
        let spot = Spot { view: &view, element: None };
        let Some((alternative, check)) = self.checks.iter().enumerate().find(|(_, check)| check.is_there(&spot)) else {
            teller.tell(false, || {
                let names: Vec<String> = self.checks.iter().map(|check| check.place().shown()).collect();
                match names.as_slice() {
                    [] => "no secret is known yet, so nothing is let in".to_owned(),
                    names => format!("found no {}", names.join(" or ")),
                }
            });
            return Err(Rejection::Missing);
        };
        match check {
            Armed::Signed(signed, keys) => match &signed.each {
                None => check_signed(signed, keys, &spot, now, teller)?,
                Some(pointer) => {
                    let Some(elements) = elements(&view, pointer) else {
                        teller.tell(false, || format!("found no list at `{pointer}`, or an empty or endless one"));
                        return Err(Rejection::Missing);
                    };
                    for element in elements {
                        check_signed(signed, keys, &Spot { element: Some(element), ..spot }, now, teller)?;
                    }
                }
            },
            Armed::Token(token, digests, _) => check_token(token, digests, &spot, teller)?,
            Armed::Jws(jws, keys) => jws.check(keys, &spot, now, teller)?,
        }
        Ok(Verified { request, alternative: self.original(alternative) })
    }

    /// Alternatives that no secret fits are not armed; this is the number in the scheme.
    fn original(&self, armed: usize) -> usize {
        self.numbers.get(armed).copied().unwrap_or(armed)
    }
}

fn elements<'v>(view: &'v View<'v>, pointer: &str) -> Option<&'v [Value]> {
    let elements = view.json()?.pointer(pointer)?.as_array()?;
    (1..=MOST_ELEMENTS).contains(&elements.len()).then_some(elements)
}

fn check_signed(
    signed: &Signed,
    keys: &[Key],
    spot: &Spot<'_>,
    now: Timestamp,
    teller: &mut Teller<'_>,
) -> Result<(), Rejection> {
    let request = &spot.view.request;
    let candidates = signed.candidates(spot, teller)?;
    let mut rejection = Rejection::Mismatch;
    for candidate in &candidates {
        let Some(at) = signed.moment(candidate, teller) else {
            rejection = Rejection::Malformed;
            continue;
        };
        let mut found = false;
        for url in signed.urls(request.url) {
            let parts = signed.bytes(spot, candidate, url.as_deref(), request.body, teller)?;
            if any_matches(keys, &parts, candidate, teller) {
                found = true;
                break;
            }
        }
        if !found {
            hint_line_break(signed, keys, spot, candidate, teller);
            continue;
        }
        match (&signed.timestamp, at) {
            (Some(clock), Some(at)) if !clock.holds(at, now, teller) => rejection = Rejection::Stale,
            _ => return Ok(()),
        }
    }
    Err(rejection)
}

fn any_matches(keys: &[Key], parts: &[Cow<'_, [u8]>], candidate: &Candidate<'_>, teller: &mut Teller<'_>) -> bool {
    for (at, key) in keys.iter().enumerate() {
        let (found, computed) = key.check(parts, &candidate.signatures);
        teller.tell(found, || {
            let received: Vec<String> = candidate.signatures.iter().take(8).map(Signature::beginning).collect();
            let verdict = if found { "matches" } else { "no match" };
            let number = nth(at, keys.len());
            let computed = computed.map(|computed| format!("computed {}…, ", computed.beginning())).unwrap_or_default();
            format!("{number}: {verdict} ({computed}received {}…)", received.join("…, "))
        });
        if found {
            return true;
        }
    }
    false
}

/// Only while explaining: a body saved with an editor often ends in a line break that was never sent.
fn hint_line_break(signed: &Signed, keys: &[Key], spot: &Spot<'_>, candidate: &Candidate<'_>, teller: &mut Teller<'_>) {
    let request = &spot.view.request;
    let Some(body) = request.body.strip_suffix(b"\n") else { return };
    if teller.0.is_none() {
        return;
    }
    let shorter = [body.strip_suffix(b"\r").unwrap_or(body), body];
    let matches = shorter.iter().any(|body| {
        let parts = signed.bytes(spot, candidate, request.url, body, &mut Teller(None)).unwrap_or_default();
        any_matches(keys, &parts, candidate, &mut Teller(None))
    });
    if matches {
        teller.tell(false, || "it would match without the line break at the end of the body".to_owned());
    }
}

fn check_token(token: &Token, digests: &[Digest], spot: &Spot<'_>, teller: &mut Teller<'_>) -> Result<(), Rejection> {
    teller.tell(true, || format!("found {}", token.place.shown()));
    let values: Vec<Cow<'_, [u8]>> = match &token.place {
        Place::Header(header) => {
            let values = spot.view.request.headers.get_all(&header.name).iter().take(MOST_VALUES);
            values.map(|value| Cow::Borrowed(value.as_bytes())).collect()
        }
        place => place.find(spot).map(|value| Cow::Owned(value.into_owned().into_bytes())).into_iter().collect(),
    };
    let mut rejection = Rejection::Malformed;
    for value in values {
        let start = value.get(..token.prefix.len()).unwrap_or_default();
        if !start.eq_ignore_ascii_case(token.prefix.as_bytes()) {
            teller.tell(false, || format!("the value does not begin with `{}`", token.prefix));
            continue;
        }
        let value = value.get(token.prefix.len()..).unwrap_or_default();
        let value = if token.basic { BASE64.decode(value.trim_ascii()).unwrap_or_default() } else { value.to_vec() };
        if value.is_empty() {
            teller.tell(false, || "the value is empty".to_owned());
            continue;
        }
        let received = Digest::of(&value);
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

impl Check {
    pub(super) fn is_public(&self) -> bool {
        matches!(self, Self::Signed(signed) if signed.kind.is_public())
    }
}

impl Armed {
    fn without_secrets(check: &Check) -> Self {
        match check {
            Check::Signed(signed) => Self::Signed(signed.clone(), Vec::new()),
            Check::Token(token) => Self::Token(token.clone(), Vec::new(), Secret::new("")),
            Check::Jws(jws) => Self::Jws(jws.clone(), Vec::new()),
        }
    }

    fn take(&mut self, secret: &Secret, private: Option<&Secret>) -> Result<(), String> {
        match self {
            Self::Signed(signed, keys) => {
                keys.push(Key::new(signed.kind, signed.key, secret)?.with_private(private));
            }
            Self::Jws(jws, keys) => keys.push(jws.key(secret)?),
            Self::Token(token, ..) if token.basic && !secret.expose().contains(':') => {
                return Err("is no login: expected `user:password`".to_owned());
            }
            Self::Token(_, digests, first) => {
                if digests.is_empty() {
                    *first = secret.clone();
                }
                digests.push(Digest::of(secret.expose().as_bytes()));
            }
        }
        Ok(())
    }

    fn has_secrets(&self) -> bool {
        match self {
            Self::Signed(_, keys) | Self::Jws(_, keys) => !keys.is_empty(),
            Self::Token(_, digests, _) => !digests.is_empty(),
        }
    }

    fn is_public(&self) -> bool {
        matches!(self, Self::Signed(signed, _) if signed.kind.is_public())
    }

    pub(super) fn place(&self) -> &Place {
        match self {
            Self::Signed(signed, _) => &signed.place,
            Self::Token(token, ..) => &token.place,
            Self::Jws(jws, _) => &jws.place,
        }
    }

    /// Whether the request carries this proof, right or wrong.
    fn is_there(&self, spot: &Spot<'_>) -> bool {
        match (self, self.place()) {
            (_, Place::Header(header)) => spot.view.request.headers.contains_key(&header.name),
            (Self::Signed(signed, _), Place::Json(_)) if signed.each.is_some() => spot.view.json().is_some(),
            (_, place) => place.find(spot).is_some(),
        }
    }
}

impl Signed {
    /// The spellings of the URL that count as the same: with and without the port that its scheme implies.
    fn urls<'v>(&self, url: Option<&'v str>) -> Vec<Option<Cow<'v, str>>> {
        let mut urls = vec![url.map(Cow::Borrowed)];
        if self.form_dedup {
            urls.extend(url.and_then(other_port).map(|url| Some(Cow::Owned(url))));
        }
        urls
    }
}

/// The URL with the port that its scheme implies added, or taken away where it stands there.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    match host.strip_suffix(port) {
        Some(host) => Some(format!("{scheme}://{host}{path}")),
        None if host.contains(':') => None,
        None => Some(format!("{scheme}://{host}{port}{path}")),
    }
}

impl Clock {
    /// Whether the moment is near enough to now, either way. Counted in whole seconds, as the senders do.
    fn holds(&self, at: Timestamp, now: Timestamp, teller: &mut Teller<'_>) -> bool {
        let away = now.0.abs_diff(at.0) / 1000;
        let Some(tolerance) = self.tolerance.map(|tolerance| tolerance.as_secs()) else { return true };
        teller.tell(away <= tolerance, || {
            let side = if at > now { "in the future" } else { "old" };
            let away = format_number(usize::try_from(away).unwrap_or(usize::MAX));
            format!("the time {} is {away} s {side}, the tolerance {tolerance} s", at.to_rfc3339())
        });
        away <= tolerance
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
