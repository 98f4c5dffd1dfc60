//! `scheme = "jws"`: a signed token (JWS, JWT) beside the body. The algorithm is HS256 and nothing else, whatever
//! the token says of itself, and nothing in it is read before its signature was right.

use base64::Engine as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::header::utf8;
use super::key::{Algorithm, Key, KeyForm, Kind};
use super::received::MOST_VALUES;
use super::scheme::Place;
use super::signature::{BASE64URL, Encoding, Signature};
use super::steps::{Teller, nth};
use super::view::Spot;
use super::{Rejection, Request};
use hookbell_model::locale::format_number;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;
/// In bytes; no sender's token comes near it.
const LONGEST: usize = 8192;
/// How long a token of our own is good for, in seconds.
const LIFE: i64 = 300;

/// A token whose claims speak for the request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Jws {
    /// A header.
    pub(super) place: Place,
    pub(super) prefix: String,
    pub(super) prefix_optional: bool,
    pub(super) key: KeyForm,
    /// What `iss` must say.
    pub(super) issuer: Option<String>,
    /// The claim that holds the SHA-256 of the body in hex. Without one the token proves only who sent it, and
    /// must say when it expires.
    pub(super) body_claim: Option<String>,
}

impl Jws {
    pub(super) fn key(&self, secret: &Secret) -> Result<Key, String> {
        Key::new(Kind::Hmac(Algorithm::Sha256), self.key, secret)
    }

    /// # Errors
    /// Says what was wrong with the last token that stood there.
    pub(super) fn check(
        &self,
        keys: &[Key],
        spot: &Spot<'_>,
        now: Timestamp,
        teller: &mut Teller<'_>,
    ) -> Result<(), Rejection> {
        let request = &spot.view.request;
        let Place::Header(header) = &self.place else { return Err(Rejection::Missing) };
        let values = request.headers.get_all(&header.name);
        teller.tell(true, || format!("found header `{}`", header.shown));
        if values.iter().count() > MOST_VALUES {
            teller.tell(false, || format!("`{}` stands more than {MOST_VALUES} times", header.shown));
            return Err(Rejection::Malformed);
        }
        let mut verdict = Err(Rejection::Malformed);
        for value in values {
            verdict = self.check_token(utf8(value).unwrap_or_default().trim(), keys, request, now, teller);
            if verdict.is_ok() {
                return verdict;
            }
        }
        verdict
    }

    fn check_token(
        &self,
        text: &str,
        keys: &[Key],
        request: &Request<'_>,
        now: Timestamp,
        teller: &mut Teller<'_>,
    ) -> Result<(), Rejection> {
        let refuse = |teller: &mut Teller<'_>, rejection: Rejection, why: &str| {
            teller.tell(false, || why.to_owned());
            Err(rejection)
        };
        let Some((signed, signature)) = self.token(text).and_then(parts) else {
            return refuse(teller, Rejection::Malformed, "the value is no token of three parts signed with HS256");
        };
        let matches = |key: &Key| key.check(&[signed], std::slice::from_ref(&signature)).0;
        let Some(at) = keys.iter().position(matches) else {
            return refuse(teller, Rejection::Mismatch, "the token's signature matches no secret");
        };
        teller.tell(true, || format!("{}: the token's signature matches", nth(at, keys.len())));
        let Some((head, claims)) = signed.split_once('.').and_then(|(head, claims)| Some((read(head)?, read(claims)?)))
        else {
            return refuse(teller, Rejection::Malformed, "the token's parts are not JSON");
        };
        if head.get("alg").and_then(Value::as_str) != Some("HS256") || head.contains_key("crit") {
            return refuse(teller, Rejection::Malformed, "the token's head asks for something else than plain HS256");
        }
        if let Some(issuer) = &self.issuer
            && claims.get("iss").and_then(Value::as_str) != Some(issuer)
        {
            return refuse(teller, Rejection::Mismatch, "the token's `iss` is another one");
        }
        if let Some(name) = &self.body_claim
            && !claims.get(name).is_some_and(|claim| is_hash_of(claim, request.body))
        {
            let what = format!("the token's `{name}` is not the SHA-256 of the body");
            return refuse(teller, Rejection::Mismatch, &what);
        }
        self.check_times(&claims, now, teller)
    }

    /// What stands after the prefix.
    fn token<'t>(&self, text: &'t str) -> Option<&'t str> {
        let start = text.as_bytes().get(..self.prefix.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(self.prefix.as_bytes()) {
            return text.get(self.prefix.len()..);
        }
        self.prefix_optional.then_some(text)
    }

    fn check_times(
        &self,
        claims: &Map<String, Value>,
        now: Timestamp,
        teller: &mut Teller<'_>,
    ) -> Result<(), Rejection> {
        let moment = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(at) => at.as_f64().map(|at| Some(at as i64)).ok_or(name.to_owned()),
        };
        let times = moment("exp").and_then(|exp| Ok((exp, moment("iat")?, moment("nbf")?)));
        let (expires, made, begins) = times.map_err(|name| {
            teller.tell(false, || format!("the token's `{name}` is no time"));
            Rejection::Malformed
        })?;
        if expires.is_none() && self.body_claim.is_none() {
            teller.tell(false, || "the token does not say when it expires (`exp`)".to_owned());
            return Err(Rejection::Malformed);
        }
        let now = now.secs();
        let late = expires.map(|expires| now.saturating_sub(expires)).filter(|late| *late > LEEWAY);
        let early = made.max(begins).map(|begins| begins.saturating_sub(now)).filter(|early| *early > LEEWAY);
        let shown = |seconds: i64| format_number(usize::try_from(seconds).unwrap_or(usize::MAX));
        match (late, early) {
            (Some(late), _) => teller.tell(false, || format!("the token expired {} s ago", shown(late))),
            (_, Some(early)) => teller.tell(false, || format!("the token is {} s in the future", shown(early))),
            (None, None) => {
                teller.tell(true, || "the token's claims are right".to_owned());
                return Ok(());
            }
        }
        Err(Rejection::Stale)
    }

    /// The header's text as the sender would write it.
    pub(super) fn write(&self, key: &Key, body: &[u8], now: Timestamp) -> Option<String> {
        let mut claims = Map::new();
        if let Some(issuer) = &self.issuer {
            claims.insert("iss".to_owned(), issuer.as_str().into());
        }
        if let Some(name) = &self.body_claim {
            claims.insert(name.clone(), hex::encode(Sha256::digest(body)).into());
        } else {
            claims.insert("iat".to_owned(), now.secs().into());
            claims.insert("exp".to_owned(), (now.secs() + LIFE).into());
        }
        let part = |value: Value| Signature(value.to_string().into_bytes()).encode(Encoding::Base64Url);
        let signed = format!("{}.{}", bare(&part(json!({ "alg": "HS256" }))), bare(&part(Value::Object(claims))));
        let signature = key.sign(&[signed.as_bytes()])?.encode(Encoding::Base64Url);
        Some(format!("{}{signed}.{}", self.prefix, bare(&signature)))
    }

    pub(super) fn in_words(&self) -> String {
        let issuer = self.issuer.as_ref().map(|issuer| format!(" of `{issuer}`")).unwrap_or_default();
        let body = match &self.body_claim {
            Some(name) => format!(", whose `{name}` is the SHA-256 of the body"),
            None => ", which says who sent the request and not what".to_owned(),
        };
        format!("a token{issuer} signed with HMAC-SHA256 in {}{body}", self.place.shown())
    }
}

/// The signed text and the signature.
fn parts(token: &str) -> Option<(&str, Signature)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let three = token.len() <= LONGEST && signed.split('.').count() == 2;
    Some((signed, Signature::decode(signature, Encoding::Base64Url, Some(32))?)).filter(|_| three)
}

/// A part that is a JSON object.
fn read(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok()
}

fn is_hash_of(claim: &Value, body: &[u8]) -> bool {
    let claimed = claim.as_str().and_then(|text| hex::decode(text).ok()).unwrap_or_default();
    claimed.ct_eq(Sha256::digest(body).as_slice()).into()
}

/// Base64 as tokens have it: without padding.
fn bare(text: &str) -> &str {
    text.trim_end_matches('=')
}
