//! The schemes with one source's secrets, ready to check requests.

mod candidates;
mod jws;
mod signed;
mod token;

pub(crate) use self::jws::ReadyJws;
pub(crate) use self::signed::ReadySigned;
pub(crate) use self::token::ReadyToken;
use super::rejection::Rejection;
use super::scheme::Scheme;
use super::trace::Trace;
use crate::key::KeyError;
use crate::request::{RequestView, ValueScope, ValueSource};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// A scheme with its secrets.
#[derive(Debug, Clone)]
pub(crate) enum Ready {
    Signed(ReadySigned),
    Token(ReadyToken),
    Jws(ReadyJws),
}

impl Ready {
    /// Without secrets: it accepts nothing.
    pub(super) fn new(scheme: &Scheme) -> Self {
        match scheme {
            Scheme::Signed(signed) => Self::Signed(ReadySigned::new(signed)),
            Scheme::Token(token) => Self::Token(ReadyToken::new(token)),
            Scheme::Jws(jws) => Self::Jws(ReadyJws::new(jws)),
        }
    }

    /// Adds a secret; the private key, where one is known, serves to sign samples.
    ///
    /// # Errors
    /// When the secret does not fit the scheme.
    pub(super) fn add_secret(&mut self, secret: &Secret, private_key: Option<&Secret>) -> Result<(), KeyError> {
        match self {
            Self::Signed(signed) => signed.add_secret(secret, private_key),
            Self::Token(token) => token.add_secret(secret),
            Self::Jws(jws) => jws.add_secret(secret, private_key),
        }
    }

    pub(super) fn has_secrets(&self) -> bool {
        match self {
            Self::Signed(signed) => !signed.keys.is_empty(),
            Self::Token(token) => token.has_secrets(),
            Self::Jws(jws) => !jws.keys.is_empty(),
        }
    }

    /// Whether its secrets are public keys.
    pub(super) fn is_public_key(&self) -> bool {
        match self {
            Self::Signed(signed) => signed.scheme.algorithm.is_public_key(),
            Self::Token(_) => false,
            Self::Jws(jws) => jws.scheme.algorithm.is_public_key(),
        }
    }

    /// Whether its keys are in the provider's file.
    pub(super) fn is_pinned(&self) -> bool {
        matches!(self, Self::Jws(jws) if jws.pinned)
    }

    /// Where the signature or token is.
    pub(crate) fn source(&self) -> &ValueSource {
        match self {
            Self::Signed(signed) => &signed.scheme.source,
            Self::Token(token) => &token.scheme.source,
            Self::Jws(jws) => &jws.scheme.source,
        }
    }

    /// What a request must carry, for people.
    pub(super) fn wanted(&self) -> String {
        let place = self.source().describe();
        match self {
            Self::Signed(signed) if !signed.scheme.when.is_empty() => {
                format!("{place} of a request with {}", signed.scheme.when.describe())
            }
            _ => place,
        }
    }

    /// Whether the request carries this signature or token, right or wrong.
    pub(super) fn is_present(&self, view: &RequestView<'_>) -> bool {
        if let Self::Signed(signed) = self
            && !signed.scheme.when.holds(&ValueScope::of(view))
        {
            return false;
        }
        match (self, self.source()) {
            (_, ValueSource::Header(key)) => view.request.headers.contains_key(&key.name),
            (Self::Signed(signed), ValueSource::Json(_)) if signed.scheme.each.is_some() => view.json().is_some(),
            (_, source) => source.find(&ValueScope::of(view)).is_some(),
        }
    }

    /// Whether what is in its place has its form, where several schemes may share a place.
    pub(super) fn is_written(&self, view: &RequestView<'_>) -> bool {
        match (self, self.source()) {
            (Self::Signed(signed), ValueSource::Header(key)) => signed.is_written(view, key),
            _ => true,
        }
    }

    /// The position of the secret that fits, among those that were added.
    pub(super) fn check(
        &self,
        view: &RequestView<'_>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<usize, Rejection> {
        match self {
            Self::Signed(signed) => signed.check(view, now, trace),
            Self::Token(token) => token.check(view, trace),
            Self::Jws(jws) => jws.check(view, now, trace),
        }
    }
}
