//! The check of a request: one engine for letting in and for explaining. The rules no provider file can
//! switch off live here: raw bytes, constant time, any secret and any signature may match, what cannot be
//! read is a "no", and the clock is looked at only after the signature was right.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::header::Header;
use super::key::{Key, Signature};
use super::received::{Candidate, MOST_VALUES};
use super::scheme::{Check, Clock, Scheme, Signed, Token};
use super::steps::{Teller, nth, thousands};
use super::{Rejection, Request, Step, Verified, Verifier};
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// A check with its secrets made ready.
#[derive(Debug, Clone)]
pub(super) enum Armed {
    Signed(Signed, Vec<Key>),
    Token(Token, Vec<Digest>, Secret),
}

/// The hash of a token, so that comparing takes the same time whatever its length.
#[derive(Clone)]
pub(super) struct Digest([u8; 32]);

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
    pub(super) fn header(&self) -> &Header {
        match self {
            Self::Signed(signed, _) => &signed.header,
            Self::Token(token, ..) => &token.header,
        }
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
