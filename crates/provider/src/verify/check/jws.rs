//! Checks signed tokens (JWS, JWT). Nothing in a token is read before its signature was right.

use base64::Engine as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::super::rejection::Rejection;
use super::super::scheme::JwsScheme;
use super::super::trace::{Trace, secret_label};
use super::candidates::MAX_VALUES;
use crate::key::{BASE64URL, Key, KeyError, Signature, SignatureEncoding};
use crate::request::{RequestView, ValueSource, header_text};
use hookbell_model::locale::format_number;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;
/// In bytes; no sender's token comes near it.
const MAX_LENGTH: usize = 8192;

#[derive(Debug, Clone)]
pub(crate) struct ReadyJws {
    pub(crate) scheme: JwsScheme,
    pub(crate) keys: Vec<Key>,
}

impl ReadyJws {
    pub(super) fn new(scheme: &JwsScheme) -> Self {
        Self { scheme: scheme.clone(), keys: Vec::new() }
    }

    pub(super) fn add_secret(&mut self, secret: &Secret) -> Result<(), KeyError> {
        self.keys.push(Key::new(JwsScheme::ALGORITHM, self.scheme.key_format, secret)?);
        Ok(())
    }

    /// Of a repeated header any value may be the right one. Returns the position of the key that matches.
    pub(super) fn check(
        &self,
        view: &RequestView<'_>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<usize, Rejection> {
        let ValueSource::Header(key) = &self.scheme.source else { return Err(Rejection::Missing) };
        let values = view.request.headers.get_all(&key.name);
        trace.pass(|| format!("found header `{}`", key.spelling));
        if values.iter().count() > MAX_VALUES {
            trace.fail(|| format!("`{}` occurs more than {MAX_VALUES} times", key.spelling));
            return Err(Rejection::Malformed);
        }
        let mut verdict = Err(Rejection::Malformed);
        for value in values {
            let text = header_text(value).unwrap_or_default().trim();
            verdict = self.check_token(text, view.request.body, now, trace);
            if verdict.is_ok() {
                break;
            }
        }
        verdict
    }

    fn check_token(&self, text: &str, body: &[u8], now: Timestamp, trace: &mut Trace<'_>) -> Result<usize, Rejection> {
        let Some((signed, signature)) = self.without_prefix(text).and_then(split) else {
            return refuse(trace, Rejection::Malformed, || {
                "the value is not a token of three parts signed with HS256".to_owned()
            });
        };
        let matches = |key: &Key| key.check(&[signed], std::slice::from_ref(&signature)).0;
        let Some(at) = self.keys.iter().position(matches) else {
            return refuse(trace, Rejection::Mismatch, || "the token's signature matches no secret".to_owned());
        };
        trace.pass(|| format!("{}: the token's signature matches", secret_label(at, self.keys.len())));
        let parts = signed.split_once('.').and_then(|(head, claims)| Some((parse(head)?, parse(claims)?)));
        let Some((head, claims)) = parts else {
            return refuse(trace, Rejection::Malformed, || "the token's parts are not JSON".to_owned());
        };
        if head.get("alg").and_then(Value::as_str) != Some("HS256") || head.contains_key("crit") {
            return refuse(trace, Rejection::Malformed, || {
                "the token's header requires something other than plain HS256".to_owned()
            });
        }
        self.check_claims(&claims, body, trace)?;
        self.check_times(&claims, now, trace)?;
        Ok(at)
    }

    fn without_prefix<'t>(&self, text: &'t str) -> Option<&'t str> {
        let prefix = &self.scheme.prefix;
        let start = text.as_bytes().get(..prefix.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(prefix.as_bytes()) {
            return text.get(prefix.len()..);
        }
        self.scheme.prefix_optional.then_some(text)
    }

    fn check_claims(&self, claims: &Map<String, Value>, body: &[u8], trace: &mut Trace<'_>) -> Result<(), Rejection> {
        if let Some(issuer) = &self.scheme.issuer
            && claims.get("iss").and_then(Value::as_str) != Some(issuer)
        {
            return refuse(trace, Rejection::Mismatch, || "the token's `iss` is not the expected issuer".to_owned());
        }
        if let Some(name) = &self.scheme.body_claim
            && !claims.get(name).is_some_and(|claim| is_hash_of(claim, body))
        {
            return refuse(trace, Rejection::Mismatch, || {
                format!("the token's `{name}` is not the SHA-256 of the body")
            });
        }
        Ok(())
    }

    fn check_times(&self, claims: &Map<String, Value>, now: Timestamp, trace: &mut Trace<'_>) -> Result<(), Rejection> {
        let seconds = |name: &'static str| match claims.get(name) {
            None => Ok(None),
            Some(at) => at.as_f64().map(|at| Some(at as i64)).ok_or(name),
        };
        let times = seconds("exp").and_then(|expires| Ok((expires, seconds("iat")?, seconds("nbf")?)));
        let (expires, issued, begins) = times.map_err(|name| {
            trace.fail(|| format!("the token's `{name}` is not a time"));
            Rejection::Malformed
        })?;
        if expires.is_none() && self.scheme.body_claim.is_none() {
            return refuse(trace, Rejection::Malformed, || "the token does not say when it expires (`exp`)".to_owned());
        }
        let now = now.secs();
        if let Some(late) = expires.map(|expires| now.saturating_sub(expires)).filter(|late| *late > LEEWAY) {
            return refuse(trace, Rejection::Stale, || format!("the token expired {} s ago", format_number(late)));
        }
        let early = issued.max(begins).map(|begins| begins.saturating_sub(now)).filter(|early| *early > LEEWAY);
        if let Some(early) = early {
            return refuse(trace, Rejection::Stale, || {
                format!("the token is {} s in the future", format_number(early))
            });
        }
        trace.pass(|| "the token's claims are right".to_owned());
        Ok(())
    }
}

fn refuse<T>(trace: &mut Trace<'_>, rejection: Rejection, why: impl FnOnce() -> String) -> Result<T, Rejection> {
    trace.fail(why);
    Err(rejection)
}

/// The signed text and the signature.
fn split(token: &str) -> Option<(&str, Signature)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let three = token.len() <= MAX_LENGTH && signed.split('.').count() == 2;
    Some((signed, Signature::decode(signature, SignatureEncoding::Base64Url, Some(32))?)).filter(|_| three)
}

/// A part that is a JSON object.
fn parse(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok()
}

fn is_hash_of(claim: &Value, body: &[u8]) -> bool {
    let claimed = claim.as_str().and_then(|text| hex::decode(text).ok()).unwrap_or_default();
    claimed.ct_eq(Sha256::digest(body).as_slice()).into()
}
