//! Secrets that a sender brings by itself, in the first request it makes. Whether anybody waits for one is not
//! known here: the caller asks only while somebody does.

use super::body::Format;
use super::handshake::{Handshake, echo};
use super::{Provider, Reply, Request, Settings, Unreadable, Verifier};
use hookbell_model::secret::Secret;

/// A secret that a request brings, and what its sender wants to hear once it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub secret: Secret,
    pub reply: Reply,
}

impl Provider {
    /// Whether a handshake of its file brings the secret. Never where nothing is checked.
    pub fn can_capture(&self) -> bool {
        !self.is_unverified() && self.handshakes.iter().any(|handshake| handshake.capture.is_some())
    }
}

impl Verifier {
    /// One without a secret: it lets nothing in.
    pub(super) fn waiting(format: &Format, handshakes: &[Handshake], settings: &Settings) -> Self {
        Self {
            open: false,
            checks: Vec::new(),
            numbers: Vec::new(),
            format: format.clone(),
            settings: settings.clone(),
            handshakes: handshakes.to_vec(),
            secret: None,
        }
    }

    /// Whether it refuses everything, because it has no secret yet.
    pub fn is_waiting(&self) -> bool {
        !self.open && self.checks.is_empty()
    }

    /// The secret that this request brings, if it is the handshake that does. Anybody can make such a request.
    ///
    /// # Errors
    /// When it is one, and its secret is missing, longer than 256 bytes or not a single line of text.
    pub fn offer(&self, request: Request<'_>) -> Option<Result<Offer, Unreadable>> {
        self.meet(
            request,
            |one| one.capture.is_some(),
            |handshake, spot| {
                let place = handshake.capture.as_ref();
                let secret = place.and_then(|place| echo(place, spot).ok()).filter(|text| !text.trim().is_empty());
                let secret = secret.ok_or_else(|| Unreadable("the secret that it brings cannot be read".to_owned()))?;
                let secret = Secret::new(secret);
                let reply = handshake.reply(spot, Some(&secret))?;
                Ok(Offer { secret, reply })
            },
        )
    }
}
