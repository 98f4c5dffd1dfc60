//! Keys that signed tokens (JWS) are checked with: one key, a set of which the token names one, or a root that the
//! certificates in the token lead to.

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::algorithm::SignatureAlgorithm;
use super::chain::{Chain, Root};
use super::error::KeyError;
use super::key_format::KeyFormat;
use super::key_set::KeySet;
use super::public_key::{self, generate_pair};
use super::rsa;
use super::secret_key::Key;
use super::signature::{BASE64, BASE64URL, Signature};
use hookbell_model::secret::Secret;

/// For samples and tests alone: the private key is public.
const TEST_ROOT: &str = include_str!("test_keys/root.pem");
const TEST_CHAIN: &str = include_str!("test_keys/chain.pem");
/// The `kid` of a set for samples.
const TEST_KID: &str = "test-only";

#[derive(Debug, Clone)]
pub(crate) enum TokenKey {
    One(Key),
    Set(KeySet),
    Root(Root),
}

impl TokenKey {
    /// # Errors
    /// When the secret is empty, does not decode, or is no key of that algorithm.
    pub(crate) fn new(algorithm: SignatureAlgorithm, format: KeyFormat, secret: &Secret) -> Result<Self, KeyError> {
        Ok(match format {
            KeyFormat::Jwks => Self::Set(KeySet::parse(algorithm, &format.decode(secret)?)?),
            KeyFormat::X5c => Self::Root(Root::parse(secret.expose())?),
            _ => Self::One(Key::new(algorithm, format, secret)?),
        })
    }

    /// What the header of a token says of the key.
    pub(crate) fn head(&self, private: Option<&Secret>) -> Map<String, Value> {
        let mut head = Map::new();
        match self {
            Self::One(_) => {}
            Self::Set(set) => head.extend(set.first().map(|kid| ("kid".to_owned(), kid.into()))),
            Self::Root(_) => {
                head.extend(private.map(|private| ("x5c".to_owned(), Chain::of_private(private).into())));
            }
        }
        head
    }

    /// The signature of a token; `None` where the private key is not known.
    pub(crate) fn sign(
        &self,
        algorithm: SignatureAlgorithm,
        private: Option<&Secret>,
        message: &[u8],
    ) -> Option<Signature> {
        match self {
            Self::One(key) if !algorithm.is_public_key() => key.sign(&[message]),
            _ => public_key::sign(algorithm, private?, message),
        }
    }
}

/// A public key in that format, and its private key; `None` where the algorithm uses a shared secret.
pub(crate) fn generate_token_key(algorithm: SignatureAlgorithm, format: KeyFormat) -> Option<(Secret, Secret)> {
    match format {
        KeyFormat::X5c => Some((Secret::new(TEST_ROOT), Secret::new(TEST_CHAIN))),
        KeyFormat::Jwks => {
            let (public, private) = generate_pair(algorithm, KeyFormat::SpkiBase64)?;
            let spki = BASE64.decode(public.expose()).ok()?;
            let write = |number: &[u8]| BASE64URL.encode(number).trim_end_matches('=').to_owned();
            let key = match algorithm {
                SignatureAlgorithm::Rsa(_) => {
                    let key = rsa::from_spki(&spki)?;
                    let (modulus, exponent) = rsa::numbers(&key)?;
                    json!({ "kty": "RSA", "n": write(modulus), "e": write(exponent) })
                }
                _ => {
                    let (one, two) = spki.get(spki.len().checked_sub(64)?..)?.split_at(32);
                    json!({ "kty": "EC", "crv": "P-256", "x": write(one), "y": write(two) })
                }
            };
            let mut key = key;
            key["kid"] = TEST_KID.into();
            Some((Secret::new(json!({ "keys": [key] }).to_string()), private))
        }
        _ => generate_pair(algorithm, format),
    }
}
