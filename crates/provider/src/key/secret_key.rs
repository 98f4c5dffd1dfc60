//! Keys made of secrets. The inner and outer state of an HMAC are computed once for each secret, so that a request
//! costs only the hash of its own bytes.

use std::fmt;

use hmac::{Hmac, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::algorithm::{HashFunction, SignatureAlgorithm};
use super::error::KeyError;
use super::key_format::KeyFormat;
use super::public_key::PublicKey;
use super::signature::Signature;
use hookbell_model::secret::Secret;

/// A key of one algorithm.
#[derive(Clone)]
pub(crate) enum Key {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Box<Hmac<Sha512>>),
    Public(Box<PublicKey>),
}

impl Key {
    /// # Errors
    /// When the secret is empty, does not decode, or is no key of that algorithm.
    pub(crate) fn new(algorithm: SignatureAlgorithm, format: KeyFormat, secret: &Secret) -> Result<Self, KeyError> {
        let bytes = format.decode(secret)?;
        let unusable = |_| KeyError::Unusable;
        Ok(match algorithm {
            SignatureAlgorithm::Hmac(HashFunction::Md5) => Self::Md5(Hmac::new_from_slice(&bytes).map_err(unusable)?),
            SignatureAlgorithm::Hmac(HashFunction::Sha1) => Self::Sha1(Hmac::new_from_slice(&bytes).map_err(unusable)?),
            SignatureAlgorithm::Hmac(HashFunction::Sha256) => {
                Self::Sha256(Hmac::new_from_slice(&bytes).map_err(unusable)?)
            }
            SignatureAlgorithm::Hmac(HashFunction::Sha512) => {
                Self::Sha512(Box::new(Hmac::new_from_slice(&bytes).map_err(unusable)?))
            }
            _ => Self::Public(Box::new(PublicKey::new(algorithm, &bytes)?)),
        })
    }

    /// The signature over the parts, one after the other; `None` where the private key is not known.
    pub(crate) fn sign<P: AsRef<[u8]>>(&self, parts: &[P]) -> Option<Signature> {
        Some(match self {
            Self::Md5(mac) => finish(mac, parts),
            Self::Sha1(mac) => finish(mac, parts),
            Self::Sha256(mac) => finish(mac, parts),
            Self::Sha512(mac) => finish(mac.as_ref(), parts),
            Self::Public(public) => return public.sign(&joined(parts)),
        })
    }

    /// Whether one of the signatures is right; of an HMAC the computed one too, for explanations.
    pub(crate) fn check<P: AsRef<[u8]>>(&self, parts: &[P], signatures: &[Signature]) -> (bool, Option<Signature>) {
        // Every signature is compared, so that the time taken does not depend on which one is right.
        let mut found = false;
        if let Self::Public(public) = self {
            let message = joined(parts);
            signatures.iter().for_each(|signature| found |= public.verify(&message, signature));
            return (found, None);
        }
        let computed = self.sign(parts);
        if let Some(computed) = &computed {
            signatures.iter().for_each(|signature| found |= computed.matches(signature));
        }
        (found, computed)
    }

    /// With its private key, so that it can sign too.
    pub(crate) fn with_private(self, private: Option<&Secret>) -> Self {
        match (self, private) {
            (Self::Public(public), Some(private)) => Self::Public(Box::new(public.with_private(private))),
            (key, _) => key,
        }
    }
}

fn joined<P: AsRef<[u8]>>(parts: &[P]) -> Vec<u8> {
    let mut message = Vec::new();
    parts.iter().for_each(|part| message.extend_from_slice(part.as_ref()));
    message
}

fn finish<M: hmac::Mac + Clone, P: AsRef<[u8]>>(mac: &M, parts: &[P]) -> Signature {
    let mut mac = mac.clone();
    for part in parts {
        mac.update(part.as_ref());
    }
    Signature(mac.finalize().into_bytes().to_vec())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::super::signature::SignatureEncoding;
    use super::*;

    #[test]
    fn keys_are_decoded_or_refused_without_repeating_them() {
        let key = |format, text: &str| Key::new(SignatureAlgorithm::HMAC_SHA256, format, &Secret::new(text));
        assert!(key(KeyFormat::Whsec, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_ok());
        assert!(key(KeyFormat::Whsec, "v1,whsec_MfKQ9r8GKYqrTwjU").is_ok());
        assert!(key(KeyFormat::Base64, "c2VjcmV0cw").is_ok() && key(KeyFormat::Base64, "c2VjcmV0cw==").is_ok());
        assert!(key(KeyFormat::Hex, "00FFaa").is_ok());
        for (format, text) in [
            (KeyFormat::Utf8, ""),
            (KeyFormat::Whsec, "whsec_"),
            (KeyFormat::Hex, "tell-tale"),
            (KeyFormat::Base64, "tell-tale!"),
        ] {
            let error = key(format, text).expect_err(text).to_string();
            assert!(!error.contains("tell-tale"), "{error}");
        }
        assert_eq!(format!("{:?}", key(KeyFormat::Utf8, "tell-tale")), "Ok(***)");
    }

    #[test]
    fn signatures_round_trip_in_every_encoding() {
        let key = Key::new(SignatureAlgorithm::Hmac(HashFunction::Sha512), KeyFormat::Utf8, &Secret::new("k"))
            .expect("a key");
        let sign = |parts: &[&[u8]]| key.sign(parts).expect("an HMAC");
        let signature = sign(&[b"a", b"b"]);
        for encoding in [SignatureEncoding::Hex, SignatureEncoding::Base64, SignatureEncoding::Base64Url] {
            let text = signature.encode(encoding);
            let back = Signature::decode(&text, encoding, Some(64)).expect("decodes");
            assert!(back.matches(&signature) && back.matches(&sign(&[b"ab"])));
            let unpadded = text.trim_end_matches('=');
            assert!(Signature::decode(unpadded, encoding, Some(64)).is_some());
            assert!(Signature::decode(&text, encoding, Some(32)).is_none());
            assert!(Signature::decode(&"A".repeat(5000), encoding, Some(64)).is_none());
        }
        assert!(
            Signature::decode(
                &signature.encode(SignatureEncoding::Hex).to_uppercase(),
                SignatureEncoding::Hex,
                Some(64)
            )
            .is_some()
        );
    }
}
