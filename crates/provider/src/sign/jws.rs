//! Writes signed tokens (JWS): for a body, or with the event in them.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::outgoing::{Outgoing, insert};
use crate::key::{Signature, SignatureEncoding};
use crate::request::Settings;
use crate::verify::{ReadyJws, Verifier};
use hookbell_model::timestamp::Timestamp;

/// How long a token is valid, in seconds.
const LIFETIME: i64 = 300;

/// The header's value, with its prefix.
pub(super) fn token(ready: &ReadyJws, settings: &Settings, body: &[u8], now: Timestamp) -> Option<String> {
    let scheme = &ready.scheme;
    let mut claims = Map::new();
    if let Some(issuer) = &scheme.issuer {
        claims.insert("iss".to_owned(), issuer.as_str().into());
    }
    if let Some(name) = &scheme.body_claim {
        claims.insert(name.clone(), hex::encode(Sha256::digest(body)).into());
    } else {
        claims.insert("iat".to_owned(), now.secs().into());
        claims.insert("exp".to_owned(), (now.secs() + LIFETIME).into());
    }
    let mut claims = Value::Object(claims);
    for (pointer, text) in scheme.claims.first().iter().flat_map(|condition| condition.expected(settings, true)) {
        insert(&mut claims, pointer, &text);
    }
    Some(format!("{}{}", scheme.prefix, signed(ready, &claims)?))
}

/// Whether a token can be signed.
pub(super) fn can_sign(ready: &ReadyJws) -> bool {
    signed(ready, &Value::Null).is_some()
}

/// Signs the objects in a body that are tokens when they are sent, inner ones first.
pub(super) fn sign_inside(verifier: &Verifier, ready: &ReadyJws, sent: &mut Outgoing, now: Timestamp) {
    let unpack = &verifier.body.unpack;
    let Ok(mut payload) = serde_json::from_str::<Value>(&sent.body) else { return };
    for pointer in unpack.tokens().rev() {
        let Some(place) = payload.pointer_mut(pointer).filter(|place| place.is_object()) else { continue };
        if let Some(time) = &ready.scheme.time
            && let Some(inner) = time.pointer()
            && (place.pointer(inner).is_some() || unpack.token() == Some(pointer))
        {
            insert(place, inner, &time.unit.write(now));
        }
        if unpack.token() == Some(pointer) {
            let all = ready.scheme.claims.iter().map(|condition| condition.expected(&verifier.settings, true));
            let mut fitting = all.filter(|all| all.iter().all(|(inner, _)| place.pointer(inner).is_some()));
            for (inner, text) in fitting.next().unwrap_or_default() {
                insert(place, inner, &text);
            }
        }
        if let Some(token) = signed(ready, place) {
            *place = Value::String(token);
        }
    }
    sent.body = payload.to_string();
}

fn signed(ready: &ReadyJws, claims: &Value) -> Option<String> {
    let key = ready.keys.first()?;
    let mut head = key.head(ready.private.as_ref());
    head.insert("alg".to_owned(), ready.scheme.alg().into());
    let part = |value: &Value| base64url(&Signature(value.to_string().into_bytes()));
    let signed = format!("{}.{}", part(&Value::Object(head)), part(claims));
    let signature = key.sign(ready.scheme.algorithm, ready.private.as_ref(), signed.as_bytes())?;
    Some(format!("{signed}.{}", base64url(&signature)))
}

/// Without padding, as tokens are written.
fn base64url(bytes: &Signature) -> String {
    bytes.encode(SignatureEncoding::Base64Url).trim_end_matches('=').to_owned()
}
