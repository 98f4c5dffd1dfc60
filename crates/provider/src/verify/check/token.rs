//! Checks a token, which is the secret itself.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::super::rejection::Rejection;
use super::super::scheme::TokenScheme;
use super::super::trace::{Trace, secret_label};
use super::candidates::MAX_VALUES;
use crate::key::{BASE64, KeyError};
use crate::request::{RequestView, ValueScope, ValueSource};
use hookbell_model::secret::Secret;

#[derive(Debug, Clone)]
pub(crate) struct ReadyToken {
    pub(crate) scheme: TokenScheme,
    digests: Vec<TokenDigest>,
    /// To send samples with.
    pub(crate) first_secret: Secret,
}

/// The hash of a token, so that comparing takes the same time whatever its length.
#[derive(Clone)]
struct TokenDigest([u8; 32]);

impl ReadyToken {
    pub(super) fn new(scheme: &TokenScheme) -> Self {
        Self { scheme: scheme.clone(), digests: Vec::new(), first_secret: Secret::new("") }
    }

    pub(super) fn add_secret(&mut self, secret: &Secret) -> Result<(), KeyError> {
        if self.scheme.basic && !secret.expose().contains(':') {
            return Err(KeyError::NotLogin);
        }
        if self.digests.is_empty() {
            self.first_secret = secret.clone();
        }
        self.digests.push(TokenDigest::of(secret.expose().as_bytes()));
        Ok(())
    }

    pub(super) fn has_secrets(&self) -> bool {
        !self.digests.is_empty()
    }

    /// The position of the secret that the token is.
    pub(super) fn check(&self, view: &RequestView<'_>, trace: &mut Trace<'_>) -> Result<usize, Rejection> {
        trace.pass(|| format!("found {}", self.scheme.source.describe()));
        let mut rejection = Rejection::MalformedToken;
        for value in self.values(view) {
            let Some(token) = self.token(&value, trace) else { continue };
            let received = TokenDigest::of(&token);
            for (at, digest) in self.digests.iter().enumerate() {
                let matches: bool = digest.0.ct_eq(&received.0).into();
                trace.step(matches, || {
                    let verdict = if matches { "matches" } else { "no match" };
                    format!("{}: {verdict}", secret_label(at, self.digests.len()))
                });
                if matches {
                    return Ok(at);
                }
            }
            rejection = Rejection::WrongToken;
        }
        Err(rejection)
    }

    /// Of a repeated header every value counts, up to a limit.
    fn values<'v>(&self, view: &'v RequestView<'v>) -> Vec<Cow<'v, [u8]>> {
        match &self.scheme.source {
            ValueSource::Header(key) => {
                let values = view.request.headers.get_all(&key.name).iter().take(MAX_VALUES);
                values.map(|value| Cow::Borrowed(value.as_bytes())).collect()
            }
            source => {
                let value = source.find(&ValueScope::of(view));
                value.map(|value| Cow::Owned(value.into_owned().into_bytes())).into_iter().collect()
            }
        }
    }

    /// The token in a value: without its prefix, and decoded.
    fn token<'v>(&self, value: &'v [u8], trace: &mut Trace<'_>) -> Option<Cow<'v, [u8]>> {
        let prefix = &self.scheme.prefix;
        let start = value.get(..prefix.len()).unwrap_or_default();
        if !start.eq_ignore_ascii_case(prefix.as_bytes()) {
            trace.fail(|| format!("the value does not begin with `{prefix}`"));
            return None;
        }
        let token = value.get(prefix.len()..).unwrap_or_default();
        let token = if self.scheme.basic {
            Cow::Owned(BASE64.decode(token.trim_ascii()).unwrap_or_default())
        } else {
            Cow::Borrowed(token)
        };
        if token.is_empty() {
            trace.fail(|| "the value is empty".to_owned());
            return None;
        }
        Some(token)
    }
}

impl TokenDigest {
    fn of(token: &[u8]) -> Self {
        Self(Sha256::digest(token).into())
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
