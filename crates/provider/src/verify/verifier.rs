//! The check of a request: one engine for accepting and for explaining. It holds the rules that no provider file can
//! switch off: raw bytes are checked, in constant time; any secret and any signature may match; what cannot be read is
//! refused; the clock is compared only after the signature was right.

use super::check::Ready;
use super::error::VerifierError;
use super::rejection::Rejection;
use super::schemes::Schemes;
use super::trace::{Trace, VerificationStep};
use super::verified::Verified;
use crate::handshake::{HandshakeError, HandshakeRule, OfferedSecret, Reply, Responder};
use crate::key::KeyError;
use crate::request::{BodySpec, Request, RequestView, Settings};
use hookbell_model::receipt::{PassedCheck, Receipt};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// A provider's schemes and handshakes with one source's secrets.
#[derive(Debug, Clone)]
pub struct Verifier {
    /// Whether nothing is checked, because the provider file sets `verify = "none"`.
    pub(crate) unchecked: bool,
    /// Each scheme that has a secret, with its number in the provider file. Without any, everything is refused unless
    /// `unchecked`.
    pub(crate) ready: Vec<(usize, Ready)>,
    /// Of each scheme of the provider file the positions of its secrets among all.
    positions: Vec<Vec<usize>>,
    /// How many secrets there are.
    secrets: usize,
    pub(crate) body: BodySpec,
    pub(crate) settings: Settings,
    handshakes: Responder,
}

impl Verifier {
    /// Each secret serves the schemes that it fits. A public key never serves as a shared secret.
    ///
    /// # Errors
    /// When a secret is empty or fits no scheme, or there is none and one is needed.
    pub(crate) fn new(
        schemes: &Schemes,
        body: &BodySpec,
        handshakes: &[HandshakeRule],
        secrets: &[Secret],
        settings: &Settings,
    ) -> Result<Self, VerifierError> {
        let (ready, positions) =
            if schemes.is_empty() { Default::default() } else { make_ready(schemes, secrets, settings)? };
        Ok(Self {
            secrets: positions.iter().flatten().max().map_or(0, |last| last + 1),
            positions,
            unchecked: schemes.is_empty(),
            ready: ready.into_iter().enumerate().filter(|(_, ready)| ready.has_secrets()).collect(),
            ..Self::waiting(body, handshakes, secrets.first(), settings)
        })
    }

    /// One that accepts no event, because a handshake has yet to bring the secret.
    pub(crate) fn waiting(
        body: &BodySpec,
        handshakes: &[HandshakeRule],
        secret: Option<&Secret>,
        settings: &Settings,
    ) -> Self {
        let handshakes = Responder { rules: handshakes.to_vec(), secret: secret.cloned() };
        Self {
            unchecked: false,
            ready: Vec::new(),
            positions: Vec::new(),
            secrets: 0,
            body: body.clone(),
            settings: settings.clone(),
            handshakes,
        }
    }

    /// Whether it refuses every event, because it has no secret yet.
    pub fn is_waiting(&self) -> bool {
        !self.unchecked && self.ready.is_empty()
    }

    /// Checks the signature (or token), then the time, over the raw bytes.
    ///
    /// The first alternative whose signature is there decides. Of a repeated signature header any value may match; a
    /// repeated header that is signed is refused.
    ///
    /// # Errors
    /// With the check that failed.
    pub fn verify<'a>(&self, request: Request<'a>, now: Timestamp) -> Result<Verified<'a>, Rejection> {
        self.check(request, now, &mut Trace::off())
    }

    /// As [`Verifier::verify`], with each step. The steps are for the owner of the secrets: they hold the first eight
    /// hex digits of computed signatures, but never a secret.
    pub fn explain<'a>(
        &self,
        request: Request<'a>,
        now: Timestamp,
    ) -> (Vec<VerificationStep>, Result<Verified<'a>, Rejection>) {
        let mut steps = Vec::new();
        let verdict = self.check(request, now, &mut Trace::to(&mut steps));
        (steps, verdict)
    }

    fn check<'a>(
        &self,
        request: Request<'a>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<Verified<'a>, Rejection> {
        if self.unchecked {
            trace.pass(|| "nothing is checked: every request is accepted".to_owned());
            return Ok(Verified::new(request, 0, None));
        }
        let view = self.view(request);
        let Some((alternative, ready)) = self.alternative(&view) else {
            trace.fail(|| {
                let sources: Vec<String> = self.ready.iter().map(|(_, ready)| ready.wanted()).collect();
                match sources.as_slice() {
                    [] => "no secret is known yet, so every request is refused".to_owned(),
                    sources => format!("found no {}", sources.join(" or ")),
                }
            });
            return Err(Rejection::Missing);
        };
        let secret = ready.check(&view, now, trace)?;
        Ok(Verified::new(request, *alternative, Some(secret)))
    }

    /// The first alternative whose place is there. Where others share it, the first of those that finds a signature of
    /// its form: `v1` and `v1a` of Standard Webhooks are in one header.
    fn alternative(&self, view: &RequestView<'_>) -> Option<&(usize, Ready)> {
        let present = self.ready.iter().filter(|(_, ready)| ready.is_present(view));
        let (_, first) = present.clone().next()?;
        let mut sharing = present.filter(|(_, ready)| ready.source() == first.source());
        let chosen = sharing.clone().find(|(_, ready)| ready.is_written(view));
        chosen.or_else(|| sharing.next())
    }

    /// Which check the request passed, and with which of the secrets.
    pub fn receipt(&self, verified: Verified<'_>) -> Receipt {
        let ready = self.ready.iter().find(|(alternative, _)| *alternative == verified.alternative());
        let Some(((alternative, ready), secret)) = ready.zip(verified.secret()) else { return Receipt::Unchecked };
        let position = self.positions.get(*alternative).and_then(|positions| positions.get(secret));
        let (secret, of) = match position {
            _ if ready.is_pinned() => (0, 0),
            position => {
                let secret = position.map_or(secret, |position| *position) + 1;
                (secret, self.secrets.max(secret))
            }
        };
        let passed = PassedCheck { place: ready.source().describe(), secret, of };
        match ready {
            Ready::Signed(_) => Receipt::Signature(passed),
            Ready::Token(_) => Receipt::Token(passed),
            Ready::Jws(_) => Receipt::Jws(passed),
        }
    }

    /// Whether a request of this method can be an event or a handshake.
    pub fn accepts_method(&self, method: &str) -> bool {
        method == "POST" || self.handshakes.accepts_method(method)
    }

    pub fn has_handshakes(&self) -> bool {
        !self.handshakes.rules.is_empty()
    }

    /// The answer to an unsigned handshake, if this request is one. Such a request is not an event.
    ///
    /// # Errors
    /// When it is one and cannot be answered safely.
    pub fn handshake(&self, request: Request<'_>) -> Option<Result<Reply, HandshakeError>> {
        self.handshakes.answer(&self.view(request), false)
    }

    /// As [`Verifier::handshake`], for handshakes whose signature is checked first.
    ///
    /// # Errors
    /// When it is one and cannot be answered safely.
    pub fn signed_handshake(&self, verified: Verified<'_>) -> Option<Result<Reply, HandshakeError>> {
        self.handshakes.answer(&self.view(verified.request()), true)
    }

    /// The secret that this request brings, if it is the handshake that does. Anybody can make such a request; the
    /// caller decides whether one is accepted now.
    ///
    /// # Errors
    /// When it is one, and its secret is missing, longer than 256 bytes or not a single line of text.
    pub fn offered_secret(&self, request: Request<'_>) -> Option<Result<OfferedSecret, HandshakeError>> {
        self.handshakes.offered_secret(&self.view(request))
    }

    fn view<'v>(&'v self, request: Request<'v>) -> RequestView<'v> {
        RequestView::new(request, &self.body, &self.settings)
    }
}

/// The schemes with their secrets, and of each the positions of its secrets among all.
type ReadySchemes = (Vec<Ready>, Vec<Vec<usize>>);

fn make_ready(schemes: &Schemes, secrets: &[Secret], settings: &Settings) -> Result<ReadySchemes, VerifierError> {
    let mut ready: Vec<Ready> = schemes.0.iter().map(Ready::new).collect();
    let certificate = settings.get("certificate").filter(|_| ready.iter().any(Ready::is_public_key));
    let all: Vec<&Secret> = secrets.iter().chain(certificate).collect();
    if all.is_empty() && !ready.iter().any(Ready::is_pinned) {
        return Err(VerifierError::NoSecret);
    }
    let private_key = settings.get("private_key");
    let mut positions = vec![Vec::new(); ready.len()];
    for (position, secret) in all.iter().enumerate() {
        let count = all.len();
        if secret.expose().trim().is_empty() {
            return Err(VerifierError::EmptySecret { position, count });
        }
        let unusable = |error| VerifierError::UnusableSecret { position, count, error };
        for taken in add_secret(&mut ready, secret, private_key).map_err(unusable)? {
            positions.get_mut(taken).into_iter().for_each(|taken| taken.push(position));
        }
    }
    Ok((ready, positions))
}

/// Adds the secret to every scheme of public keys that it fits, or else to every other one; returns which those are.
///
/// # Errors
/// With the objection of the first scheme in the file, where it fits none.
fn add_secret(ready: &mut [Ready], secret: &Secret, private_key: Option<&Secret>) -> Result<Vec<usize>, KeyError> {
    let mut errors = Vec::new();
    for public_key in [true, false] {
        let mut fits = Vec::new();
        for (at, ready) in ready.iter_mut().enumerate().filter(|(_, ready)| ready.is_public_key() == public_key) {
            match ready.add_secret(secret, private_key) {
                Ok(()) => fits.push(at),
                Err(error) => errors.push((at, error)),
            }
        }
        if !fits.is_empty() {
            return Ok(fits);
        }
        // A key that could not be read is public all the same.
        if public_key && !errors.is_empty() && looks_public(secret) {
            break;
        }
    }
    Err(errors.into_iter().min_by_key(|(at, _)| *at).map_or(KeyError::Unusable, |(_, error)| error))
}

/// Whether it is PEM or a set of keys, however broken.
fn looks_public(secret: &Secret) -> bool {
    let text = secret.expose().trim_start();
    text.starts_with("-----BEGIN") || text.starts_with('{')
}
