//! Answers the handshakes of a provider with one source's secret.

use super::answer::echo;
use super::error::HandshakeError;
use super::reply::Reply;
use super::rule::HandshakeRule;
use crate::request::{RequestView, ValueScope};
use hookbell_model::secret::Secret;

#[derive(Debug, Clone, Default)]
pub(crate) struct Responder {
    pub(crate) rules: Vec<HandshakeRule>,
    /// The source's first secret, for answers that hold an HMAC.
    pub(crate) secret: Option<Secret>,
}

/// A secret that a request brings, and the answer once it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedSecret {
    pub secret: Secret,
    pub reply: Reply,
}

impl Responder {
    /// Whether a request of this method can be a handshake.
    pub(crate) fn accepts_method(&self, method: &str) -> bool {
        self.rules.iter().any(|rule| rule.method == method)
    }

    /// The answer, if this request is a handshake that is answered after the signature was checked (`signed`), or
    /// before.
    pub(crate) fn answer(&self, view: &RequestView<'_>, signed: bool) -> Option<Result<Reply, HandshakeError>> {
        let scope = ValueScope::of(view);
        let rule = self.find(&scope, |rule| rule.signed == signed && rule.capture.is_none())?;
        Some(rule.reply(&scope, self.secret.as_ref()))
    }

    /// The secret that this request brings, if it is the handshake that does. Anybody can make such a request; the
    /// caller decides whether one is accepted now.
    pub(crate) fn offered_secret(&self, view: &RequestView<'_>) -> Option<Result<OfferedSecret, HandshakeError>> {
        let scope = ValueScope::of(view);
        let rule = self.find(&scope, |rule| rule.capture.is_some())?;
        let secret = rule.capture.as_ref().and_then(|source| echo(source, &scope).ok());
        let secret = secret.filter(|text| !text.trim().is_empty()).ok_or(HandshakeError::UnreadableSecret);
        Some(secret.and_then(|secret| {
            let secret = Secret::new(secret);
            let reply = rule.reply(&scope, Some(&secret))?;
            Ok(OfferedSecret { secret, reply })
        }))
    }

    /// The method is compared first, so that the body of most requests is not parsed for this.
    fn find(&self, scope: &ValueScope<'_>, wanted: impl Fn(&HandshakeRule) -> bool) -> Option<&HandshakeRule> {
        let method = scope.view.request.method;
        self.rules.iter().find(|rule| wanted(rule) && rule.method == method && rule.when.holds(scope))
    }
}
