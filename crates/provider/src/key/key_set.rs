//! Sets of public keys (JWKS, RFC 7517), of which a token names one by its `kid`.

use base64::Engine as _;
use serde_json::Value;

use super::algorithm::SignatureAlgorithm;
use super::error::KeyError;
use super::public_key::PublicKey;
use super::secret_key::Key;
use super::signature::BASE64URL;

#[derive(Debug, Clone)]
pub(crate) struct KeySet(Vec<(String, Key)>);

impl KeySet {
    /// Takes the keys for that algorithm and leaves others aside.
    ///
    /// # Errors
    /// When the text is no such set, or none of its keys is for that algorithm.
    pub(crate) fn parse(algorithm: SignatureAlgorithm, text: &[u8]) -> Result<Self, KeyError> {
        let (kind, name) = match algorithm {
            SignatureAlgorithm::Rsa(_) => ("RSA", "RS256"),
            _ => ("EC", "ES256"),
        };
        let set: Value = serde_json::from_slice(text).unwrap_or_default();
        let keys = set.get("keys").and_then(Value::as_array).into_iter().flatten();
        let read = |key: &Value| {
            let says = |member: &str, expected: &str| key.get(member).is_none_or(|found| found == expected);
            let bytes = |member: &str| BASE64URL.decode(key.get(member)?.as_str()?).ok();
            if key.get("kty")? != kind || !says("alg", name) || !says("use", "sig") || !says("crv", "P-256") {
                return None;
            }
            let kid = key.get("kid")?.as_str().filter(|kid| !kid.is_empty())?;
            let (one, two) = if kind == "RSA" { (bytes("n")?, bytes("e")?) } else { (bytes("x")?, bytes("y")?) };
            let public = PublicKey::of_numbers(algorithm, &one, &two).ok()?;
            Some((kid.to_owned(), Key::Public(Box::new(public))))
        };
        let keys: Vec<(String, Key)> = keys.filter_map(read).collect();
        if keys.is_empty() { Err(KeyError::NotKeySet(name)) } else { Ok(Self(keys)) }
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&Key> {
        self.0.iter().find(|(of, _)| of == kid).map(|(_, key)| key)
    }

    /// The name of a key, for samples.
    pub(crate) fn first(&self) -> Option<&str> {
        self.0.first().map(|(kid, _)| kid.as_str())
    }
}
