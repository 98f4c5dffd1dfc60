//! Writes a signed token (JWS) for a body.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::key::{Signature, SignatureEncoding};
use crate::verify::ReadyJws;
use hookbell_model::timestamp::Timestamp;

/// How long a token is valid, in seconds.
const LIFETIME: i64 = 300;

/// The header's value, with its prefix.
pub(super) fn token(ready: &ReadyJws, body: &[u8], now: Timestamp) -> Option<String> {
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
    let part = |value: Value| base64url(&Signature(value.to_string().into_bytes()));
    let signed = format!("{}.{}", part(json!({ "alg": "HS256" })), part(Value::Object(claims)));
    let signature = ready.keys.first()?.sign(&[signed.as_bytes()])?;
    Some(format!("{}{signed}.{}", scheme.prefix, base64url(&signature)))
}

/// Without padding, as tokens are written.
fn base64url(bytes: &Signature) -> String {
    bytes.encode(SignatureEncoding::Base64Url).trim_end_matches('=').to_owned()
}
