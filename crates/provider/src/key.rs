//! Secrets made into keys, and the HMACs keyed with them. The inner and outer state are computed once a
//! secret, so that a request costs only the hash of its own bytes.

use std::fmt;

use base64::Engine as _;
use hmac::{Hmac, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::public::Public;
use super::signature::{BASE64, Signature};
use hookbell_model::secret::Secret;

/// What makes the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Hmac(Algorithm),
    Ed25519,
    /// P-256 with SHA-256, the signature in DER.
    Ecdsa,
    /// PKCS#1 v1.5 with SHA-256, the key in a pinned certificate.
    RsaX509,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

/// How the secret's text becomes the key's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyForm {
    Utf8,
    Hex,
    Base64,
    /// `whsec_` and base64; the prefix may be missing.
    Whsec,
    /// `whpk_` and base64: a public key.
    Whpk,
    /// A public key as base64 of its SubjectPublicKeyInfo, with or without the lines of PEM.
    SpkiBase64,
    /// A certificate in PEM.
    X509Pem,
}

/// A key, ready to take a request.
#[derive(Clone)]
pub(super) enum Key {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Box<Hmac<Sha512>>),
    Public(Box<Public>),
}

impl Kind {
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Hmac(Algorithm::Md5) => "HMAC-MD5",
            Self::Hmac(Algorithm::Sha1) => "HMAC-SHA1",
            Self::Hmac(Algorithm::Sha256) => "HMAC-SHA256",
            Self::Hmac(Algorithm::Sha512) => "HMAC-SHA512",
            Self::Ed25519 => "Ed25519",
            Self::Ecdsa => "ECDSA P-256",
            Self::RsaX509 => "RSA with a pinned certificate",
        }
    }

    /// The length of its signatures in bytes, where they all have the same.
    pub(super) fn length(self) -> Option<usize> {
        match self {
            Self::Hmac(Algorithm::Md5) => Some(16),
            Self::Hmac(Algorithm::Sha1) => Some(20),
            Self::Hmac(Algorithm::Sha256) => Some(32),
            Self::Hmac(Algorithm::Sha512) | Self::Ed25519 => Some(64),
            Self::Ecdsa | Self::RsaX509 => None,
        }
    }

    pub(super) fn is_public(self) -> bool {
        !matches!(self, Self::Hmac(_))
    }

    /// The key forms it can take; the first is the one where none is named.
    pub(super) fn forms(self) -> &'static [(&'static str, KeyForm)] {
        match self {
            Self::Hmac(_) => &[
                ("utf8", KeyForm::Utf8),
                ("hex", KeyForm::Hex),
                ("base64", KeyForm::Base64),
                ("whsec", KeyForm::Whsec),
            ],
            Self::Ed25519 => &[
                ("hex", KeyForm::Hex),
                ("whpk", KeyForm::Whpk),
                ("base64", KeyForm::Base64),
                ("spki-base64", KeyForm::SpkiBase64),
            ],
            Self::Ecdsa => &[("spki-base64", KeyForm::SpkiBase64)],
            Self::RsaX509 => &[("x509-pem", KeyForm::X509Pem)],
        }
    }
}

impl KeyForm {
    /// # Errors
    /// Says what was expected; never repeats the secret.
    pub(super) fn decode(self, secret: &Secret) -> Result<Vec<u8>, String> {
        let text = secret.expose();
        let base64 = |text: &str| BASE64.decode(text.trim()).ok();
        let (bytes, expected) = match self {
            Self::Utf8 => (Some(text.as_bytes().to_vec()), "text"),
            Self::Hex => (hex::decode(text.trim()).ok(), "hex digits"),
            Self::Base64 => (base64(text), "base64"),
            Self::Whsec => {
                let text = text.trim();
                let text = text.strip_prefix("v1,").unwrap_or(text);
                (base64(text.strip_prefix("whsec_").unwrap_or(text)), "`whsec_` followed by base64")
            }
            Self::Whpk => {
                let key = text.trim().strip_prefix("whpk_");
                (key.and_then(base64), "`whpk_` followed by base64")
            }
            Self::SpkiBase64 => {
                let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
                (base64(&lines.collect::<String>()), "a public key in base64")
            }
            Self::X509Pem => (Some(text.as_bytes().to_vec()), "a certificate in PEM"),
        };
        let bytes = bytes.ok_or_else(|| format!("does not decode: expected {expected}"))?;
        if bytes.is_empty() { Err("is empty once decoded".to_owned()) } else { Ok(bytes) }
    }
}

impl Key {
    /// # Errors
    /// When the secret is empty or does not decode, in words that do not repeat it.
    pub(super) fn new(kind: Kind, form: KeyForm, secret: &Secret) -> Result<Self, String> {
        let bytes = form.decode(secret)?;
        let wrong = |_| "cannot be used as a key".to_owned();
        Ok(match kind {
            Kind::Hmac(Algorithm::Md5) => Self::Md5(Hmac::new_from_slice(&bytes).map_err(wrong)?),
            Kind::Hmac(Algorithm::Sha1) => Self::Sha1(Hmac::new_from_slice(&bytes).map_err(wrong)?),
            Kind::Hmac(Algorithm::Sha256) => Self::Sha256(Hmac::new_from_slice(&bytes).map_err(wrong)?),
            Kind::Hmac(Algorithm::Sha512) => Self::Sha512(Box::new(Hmac::new_from_slice(&bytes).map_err(wrong)?)),
            Kind::Ed25519 | Kind::Ecdsa | Kind::RsaX509 => Self::Public(Box::new(Public::new(kind, &bytes)?)),
        })
    }

    /// The signature over the parts, one after the other; `None` where the private key is not known.
    pub(super) fn sign<P: AsRef<[u8]>>(&self, parts: &[P]) -> Option<Signature> {
        Some(match self {
            Self::Md5(mac) => finish(mac, parts),
            Self::Sha1(mac) => finish(mac, parts),
            Self::Sha256(mac) => finish(mac, parts),
            Self::Sha512(mac) => finish(mac.as_ref(), parts),
            Self::Public(public) => return public.sign(&joined(parts)),
        })
    }

    /// Whether one of the signatures is right; of an HMAC the computed one too, for explanations.
    pub(super) fn check<P: AsRef<[u8]>>(&self, parts: &[P], signatures: &[Signature]) -> (bool, Option<Signature>) {
        // Every signature is compared, so that the time does not tell which one was near.
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

    /// With the private key that belongs to it, so that it can sign too.
    pub(super) fn with_private(self, private: Option<&Secret>) -> Self {
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
    use super::super::signature::Encoding;
    use super::*;

    #[test]
    fn keys_are_decoded_or_refused_without_repeating_them() {
        let key = |form, text: &str| Key::new(Kind::Hmac(Algorithm::Sha256), form, &Secret::new(text));
        assert!(key(KeyForm::Whsec, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_ok());
        assert!(key(KeyForm::Whsec, "v1,whsec_MfKQ9r8GKYqrTwjU").is_ok());
        assert!(key(KeyForm::Base64, "c2VjcmV0cw").is_ok() && key(KeyForm::Base64, "c2VjcmV0cw==").is_ok());
        assert!(key(KeyForm::Hex, "00FFaa").is_ok());
        for (form, text) in [
            (KeyForm::Utf8, ""),
            (KeyForm::Whsec, "whsec_"),
            (KeyForm::Hex, "tell-tale"),
            (KeyForm::Base64, "tell-tale!"),
        ] {
            let error = key(form, text).expect_err(text);
            assert!(!error.contains("tell-tale"), "{error}");
        }
        assert_eq!(format!("{:?}", key(KeyForm::Utf8, "tell-tale")), "Ok(***)");
    }

    #[test]
    fn signatures_go_both_ways_in_every_encoding() {
        let key = Key::new(Kind::Hmac(Algorithm::Sha512), KeyForm::Utf8, &Secret::new("k")).expect("a key");
        let sign = |parts: &[&[u8]]| key.sign(parts).expect("an HMAC");
        let signature = sign(&[b"a", b"b"]);
        for encoding in [Encoding::Hex, Encoding::Base64, Encoding::Base64Url] {
            let text = signature.encode(encoding);
            let back = Signature::decode(&text, encoding, Some(64)).expect("decodes");
            assert!(back.matches(&signature) && back.matches(&sign(&[b"ab"])));
            let unpadded = text.trim_end_matches('=');
            assert!(Signature::decode(unpadded, encoding, Some(64)).is_some());
            assert!(Signature::decode(&text, encoding, Some(32)).is_none());
            assert!(Signature::decode(&"A".repeat(5000), encoding, Some(64)).is_none());
        }
        assert!(Signature::decode(&signature.encode(Encoding::Hex).to_uppercase(), Encoding::Hex, Some(64)).is_some());
    }
}
