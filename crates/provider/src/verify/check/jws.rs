//! Checks signed tokens (JWS, JWT). Nothing of a token is believed before its signature was right. The key is the
//! source's or the file's; what a token says of keys only chooses among them, or brings certificates that must lead to a
//! pinned root.

use base64::Engine as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::super::rejection::Rejection;
use super::super::scheme::JwsScheme;
use super::super::trace::{Trace, secret_label};
use super::candidates::MAX_VALUES;
use super::signed::is_within;
use crate::key::{BASE64URL, Chain, Key, KeyError, KeyFormat, Signature, SignatureEncoding, TokenKey};
use crate::request::{FieldCondition, RequestView, ValueScope, ValueSource, header_text, scalar_text};
use hookbell_model::locale::format_number;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;
/// In bytes; no sender's token in a header comes near it.
const MAX_LENGTH: usize = 8192;
/// The same for a token that holds an event, perhaps with others in it.
const MAX_LENGTH_INSIDE: usize = 512 * 1024;

#[derive(Debug, Clone)]
pub(crate) struct ReadyJws {
    pub(crate) scheme: JwsScheme,
    pub(crate) keys: Vec<TokenKey>,
    /// Whether the keys are those of the file, and not the source's.
    pub(super) pinned: bool,
    /// For samples.
    pub(crate) private: Option<Secret>,
}

/// A token taken apart.
struct Parts<'t> {
    signed: &'t str,
    head: &'t str,
    claims: &'t str,
    signature: Signature,
}

impl ReadyJws {
    pub(super) fn new(scheme: &JwsScheme) -> Self {
        let keys: Vec<TokenKey> = scheme.roots.iter().cloned().map(TokenKey::Root).collect();
        Self { scheme: scheme.clone(), pinned: !keys.is_empty(), keys, private: None }
    }

    /// A secret of the source's own takes the place of what the file pins.
    pub(super) fn add_secret(&mut self, secret: &Secret, private_key: Option<&Secret>) -> Result<(), KeyError> {
        let key = TokenKey::new(self.scheme.algorithm, self.scheme.key_format, secret)?;
        if std::mem::take(&mut self.pinned) {
            self.keys.clear();
        }
        self.keys.push(key);
        self.private = private_key.cloned();
        Ok(())
    }

    /// Of a repeated header any value may be the right one. Returns the position of the key that matches.
    pub(super) fn check(
        &self,
        view: &RequestView<'_>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<usize, Rejection> {
        let key = match &self.scheme.source {
            ValueSource::Header(key) => key,
            source => return self.check_inside(source, view, now, trace),
        };
        let values = view.request.headers.get_all(&key.name);
        trace.pass(|| format!("found header `{}`", key.spelling));
        if values.iter().count() > MAX_VALUES {
            trace.fail(|| format!("`{}` occurs more than {MAX_VALUES} times", key.spelling));
            return Err(Rejection::Malformed);
        }
        let mut verdict = Err(Rejection::Malformed);
        for value in values {
            let text = header_text(value).unwrap_or_default().trim();
            verdict = self.check_beside(text, view, now, trace);
            if verdict.is_ok() {
                break;
            }
        }
        verdict
    }

    /// A token in a header.
    fn check_beside(
        &self,
        text: &str,
        view: &RequestView<'_>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<usize, Rejection> {
        let text = self.without_prefix(text).unwrap_or_default();
        let (at, claims) = self.check_token(text, MAX_LENGTH, now, trace)?;
        let body = view.request.body;
        if let Some(name) = &self.scheme.body_claim
            && !claims.get(name).is_some_and(|claim| is_hash_of(claim, body))
        {
            return refuse(trace, Rejection::Mismatch, || {
                format!("the token's `{name}` is not the SHA-256 of the body")
            });
        }
        if self.scheme.body_claim.is_none() && !claims.contains_key("exp") {
            return refuse(trace, Rejection::Malformed, || "the token does not say when it expires (`exp`)".to_owned());
        }
        self.check_claims(&claims, view, trace)?;
        check_times(&claims, now, trace)?;
        trace.pass(|| "the token's claims are right".to_owned());
        Ok(at)
    }

    /// A token that holds the event, and those within it that its file unpacks: each by the same rules.
    fn check_inside(
        &self,
        source: &ValueSource,
        view: &RequestView<'_>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<usize, Rejection> {
        let mut outer = None;
        let Some(mut payload) = view.json().cloned() else { return Err(Rejection::Malformed) };
        let first = source.body_pointer().unwrap_or_default();
        view.unpack().unpack(&mut payload, &mut |pointer, text| {
            trace.pass(|| format!("found a token at `{pointer}`"));
            let (at, claims) = self.check_token(text, MAX_LENGTH_INSIDE, now, trace)?;
            if pointer == first {
                self.check_claims(&claims, view, trace)?;
                check_times(&claims, now, trace)?;
                if let (Some(time), signed) = (&self.scheme.time, self.signed_at(&claims)) {
                    let Some(signed) = signed else {
                        return refuse(trace, Rejection::Malformed, || {
                            format!("the token does not say when it was signed: no {}", time.source.describe())
                        });
                    };
                    if !is_within(time, signed, now, trace) {
                        return Err(Rejection::Stale);
                    }
                }
                outer = Some(at);
            }
            Ok(Some(Value::Object(claims)))
        })?;
        match outer {
            Some(at) => {
                trace.pass(|| "the token's claims are right".to_owned());
                Ok(at)
            }
            None => refuse(trace, Rejection::Malformed, || format!("there is no token at `{first}`")),
        }
    }

    /// The key that signed it, and its claims.
    fn check_token(
        &self,
        text: &str,
        max: usize,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<(usize, Map<String, Value>), Rejection> {
        let alg = self.scheme.alg();
        let length = self.scheme.algorithm.signature_length();
        let Some(parts) = Parts::of(text, max, length) else {
            return refuse(trace, Rejection::Malformed, || {
                format!("the value is not a token of three parts signed with {alg}")
            });
        };
        // Of a public key's token the header is needed to find the key.
        let unread = !self.scheme.algorithm.is_public_key();
        let head = if unread { Some(Map::new()) } else { parse(parts.head) };
        let Some(head) = head else {
            return refuse(trace, Rejection::Malformed, || "the token's parts are not JSON".to_owned());
        };
        if !unread {
            self.check_head(&head, trace)?;
        }
        let at = self.matching(&parts, &head, now, trace)?;
        trace.pass(|| match self.pinned {
            true => "the token's signature leads to the root in the provider's file".to_owned(),
            false => format!("{}: the token's signature matches", secret_label(at, self.keys.len())),
        });
        let read = || Some((parse(parts.head)?, parse(parts.claims)?));
        let Some((head, claims)) = read() else {
            return refuse(trace, Rejection::Malformed, || "the token's parts are not JSON".to_owned());
        };
        self.check_head(&head, trace)?;
        Ok((at, claims))
    }

    /// The algorithm is the file's: a token that names another one, or none, is refused.
    fn check_head(&self, head: &Map<String, Value>, trace: &mut Trace<'_>) -> Result<(), Rejection> {
        let alg = self.scheme.alg();
        if head.get("alg").and_then(Value::as_str) != Some(alg) || head.contains_key("crit") {
            return refuse(trace, Rejection::Malformed, || {
                format!("the token's header requires something other than plain {alg}")
            });
        }
        Ok(())
    }

    fn matching(
        &self,
        parts: &Parts<'_>,
        head: &Map<String, Value>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<usize, Rejection> {
        let signed_by = |key: &Key| key.check(&[parts.signed], std::slice::from_ref(&parts.signature)).0;
        match self.scheme.key_format {
            KeyFormat::X5c => {
                let Some(chain) = head.get("x5c").and_then(Chain::parse) else {
                    return refuse(trace, Rejection::Malformed, || {
                        "the token's header has no readable certificates (`x5c`)".to_owned()
                    });
                };
                if !signed_by(&chain.key) {
                    return refuse(trace, Rejection::Mismatch, || {
                        "the token is not signed by its first certificate".to_owned()
                    });
                }
                let signed = parse(parts.claims).and_then(|claims| self.signed_at(&claims)).unwrap_or(now);
                let trusts = |key: &TokenKey| matches!(key, TokenKey::Root(root) if root.trusts(&chain, &self.scheme.marks, signed));
                self.keys.iter().position(trusts).ok_or(()).or_else(|()| {
                    refuse(trace, Rejection::Mismatch, || {
                        let at = signed.to_rfc3339();
                        format!("the token's certificates are not a chain to a known root that was valid at {at}")
                    })
                })
            }
            KeyFormat::Jwks => {
                let Some(kid) = head.get("kid").and_then(Value::as_str) else {
                    return refuse(trace, Rejection::Malformed, || {
                        "the token does not name its key (`kid`)".to_owned()
                    });
                };
                let known = |key: &TokenKey| matches!(key, TokenKey::Set(set) if set.get(kid).is_some());
                if !self.keys.iter().any(known) {
                    return refuse(trace, Rejection::Mismatch, || {
                        "the token names a key (`kid`) that is not in the set: are the keys out of date?".to_owned()
                    });
                }
                let right = |key: &TokenKey| matches!(key, TokenKey::Set(set) if set.get(kid).is_some_and(signed_by));
                self.keys.iter().position(right).ok_or(()).or_else(|()| no_match(trace))
            }
            _ => {
                let right = |key: &TokenKey| matches!(key, TokenKey::One(key) if signed_by(key));
                self.keys.iter().position(right).ok_or(()).or_else(|()| no_match(trace))
            }
        }
    }

    fn without_prefix<'t>(&self, text: &'t str) -> Option<&'t str> {
        let prefix = &self.scheme.prefix;
        let start = text.as_bytes().get(..prefix.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(prefix.as_bytes()) {
            return text.get(prefix.len()..);
        }
        self.scheme.prefix_optional.then_some(text)
    }

    /// When the token says that it was signed.
    fn signed_at(&self, claims: &Map<String, Value>) -> Option<Timestamp> {
        let time = self.scheme.time.as_ref()?;
        let claims = Value::Object(claims.clone());
        time.unit.parse_strict(&scalar_text(claims.pointer(time.pointer()?)?)?)
    }

    fn check_claims(
        &self,
        claims: &Map<String, Value>,
        view: &RequestView<'_>,
        trace: &mut Trace<'_>,
    ) -> Result<(), Rejection> {
        if let Some(issuer) = &self.scheme.issuer
            && claims.get("iss").and_then(Value::as_str) != Some(issuer)
        {
            return refuse(trace, Rejection::Mismatch, || "the token's `iss` is not the expected issuer".to_owned());
        }
        let claims = Value::Object(claims.clone());
        let scope = ValueScope { view, element: Some(&claims) };
        if !self.scheme.claims.is_empty() && !self.scheme.claims.iter().any(|condition| condition.holds(&scope)) {
            return refuse(trace, Rejection::Mismatch, || {
                let wanted: Vec<String> = self.scheme.claims.iter().map(FieldCondition::describe).collect();
                format!("the token is for somebody else: expected {}", wanted.join(" or "))
            });
        }
        Ok(())
    }
}

fn check_times(claims: &Map<String, Value>, now: Timestamp, trace: &mut Trace<'_>) -> Result<(), Rejection> {
    let seconds = |name: &'static str| match claims.get(name) {
        None => Ok(None),
        Some(at) => at.as_f64().map(|at| Some(at as i64)).ok_or(name),
    };
    let times = seconds("exp").and_then(|expires| Ok((expires, seconds("iat")?, seconds("nbf")?)));
    let (expires, issued, begins) = times.map_err(|name| {
        trace.fail(|| format!("the token's `{name}` is not a time"));
        Rejection::Malformed
    })?;
    let now = now.secs();
    if let Some(late) = expires.map(|expires| now.saturating_sub(expires)).filter(|late| *late > LEEWAY) {
        return refuse(trace, Rejection::Stale, || format!("the token expired {} s ago", format_number(late)));
    }
    let early = issued.max(begins).map(|begins| begins.saturating_sub(now)).filter(|early| *early > LEEWAY);
    if let Some(early) = early {
        return refuse(trace, Rejection::Stale, || format!("the token is {} s in the future", format_number(early)));
    }
    Ok(())
}

fn no_match<T>(trace: &mut Trace<'_>) -> Result<T, Rejection> {
    refuse(trace, Rejection::Mismatch, || "the token's signature matches no secret".to_owned())
}

fn refuse<T>(trace: &mut Trace<'_>, rejection: Rejection, why: impl FnOnce() -> String) -> Result<T, Rejection> {
    trace.fail(why);
    Err(rejection)
}

impl<'t> Parts<'t> {
    fn of(token: &'t str, max: usize, signature: Option<usize>) -> Option<Self> {
        if token.len() > max {
            return None;
        }
        let (signed, last) = token.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.').filter(|(_, claims)| !claims.contains('.'))?;
        Some(Self {
            signed,
            head,
            claims,
            signature: Signature::decode(last, SignatureEncoding::Base64Url, signature)?,
        })
    }
}

/// A part that is a JSON object.
fn parse(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok()
}

fn is_hash_of(claim: &Value, body: &[u8]) -> bool {
    let claimed = claim.as_str().and_then(|text| hex::decode(text).ok()).unwrap_or_default();
    claimed.ct_eq(Sha256::digest(body).as_slice()).into()
}
