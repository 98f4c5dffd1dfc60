//! Secrets made into keys, and the HMACs keyed with them. The inner and outer state are computed once a
//! secret, so that a request costs only the hash of its own bytes.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;

use crate::secret::Secret;

/// The longest MAC (SHA-512) in bytes.
const LONGEST: usize = 64;

const PADDING_OPTIONAL: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PADDING_OPTIONAL);
const BASE64URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, PADDING_OPTIONAL);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
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
}

/// How the signature's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Hex,
    Base64,
    Base64Url,
}

/// A keyed HMAC, ready to take a request.
#[derive(Clone)]
pub(super) enum Key {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Box<Hmac<Sha512>>),
}

/// The bytes of a signature, computed or received.
#[derive(Clone, Copy)]
pub(super) struct Signature {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Algorithm {
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Sha1 => "HMAC-SHA1",
            Self::Sha256 => "HMAC-SHA256",
            Self::Sha512 => "HMAC-SHA512",
        }
    }

    /// The length of its signatures in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

impl KeyForm {
    /// # Errors
    /// Says what was expected; never repeats the secret.
    fn decode(self, secret: &Secret) -> Result<Vec<u8>, String> {
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
        };
        let bytes = bytes.ok_or_else(|| format!("does not decode: expected {expected}"))?;
        if bytes.is_empty() { Err("is empty once decoded".to_owned()) } else { Ok(bytes) }
    }
}

impl Key {
    /// # Errors
    /// When the secret is empty or does not decode, in words that do not repeat it.
    pub(super) fn new(algorithm: Algorithm, form: KeyForm, secret: &Secret) -> Result<Self, String> {
        let bytes = form.decode(secret)?;
        let wrong = |_| "cannot be used as a key".to_owned();
        Ok(match algorithm {
            Algorithm::Sha1 => Self::Sha1(Hmac::new_from_slice(&bytes).map_err(wrong)?),
            Algorithm::Sha256 => Self::Sha256(Hmac::new_from_slice(&bytes).map_err(wrong)?),
            Algorithm::Sha512 => Self::Sha512(Box::new(Hmac::new_from_slice(&bytes).map_err(wrong)?)),
        })
    }

    /// The signature over the parts, one after the other.
    pub(super) fn sign(&self, parts: &[&[u8]]) -> Signature {
        match self {
            Self::Sha1(mac) => finish(mac, parts),
            Self::Sha256(mac) => finish(mac, parts),
            Self::Sha512(mac) => finish(mac.as_ref(), parts),
        }
    }
}

fn finish<M: hmac::Mac + Clone>(mac: &M, parts: &[&[u8]]) -> Signature {
    let mut mac = mac.clone();
    for part in parts {
        mac.update(part);
    }
    let mut signature = Signature { bytes: [0; LONGEST], length: 0 };
    for (to, from) in signature.bytes.iter_mut().zip(mac.finalize().into_bytes()) {
        *to = from;
        signature.length += 1;
    }
    signature
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Signature {
    /// Reads a received signature; `None` when it does not decode to exactly `length` bytes.
    pub(super) fn decode(text: &str, encoding: Encoding, length: usize) -> Option<Self> {
        // Room for the longest encoding with padding; more can be no signature.
        let mut room = [0u8; LONGEST + 8];
        if text.len() > 2 * LONGEST {
            return None;
        }
        let written = match encoding {
            Encoding::Hex if text.len() != 2 * length => return None,
            Encoding::Hex => hex::decode_to_slice(text, room.get_mut(..length)?).ok().map(|()| length),
            Encoding::Base64 => BASE64.decode_slice(text, &mut room).ok(),
            Encoding::Base64Url => BASE64URL.decode_slice(text, &mut room).ok(),
        }?;
        if written != length {
            return None;
        }
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..length)?.copy_from_slice(room.get(..length)?);
        Some(Self { bytes, length })
    }

    pub(super) fn encode(&self, encoding: Encoding) -> String {
        match encoding {
            Encoding::Hex => hex::encode(self.bytes()),
            Encoding::Base64 => BASE64.encode(self.bytes()),
            Encoding::Base64Url => BASE64URL.encode(self.bytes()),
        }
    }

    /// Compares in constant time.
    pub(super) fn matches(&self, other: &Self) -> bool {
        self.bytes().ct_eq(other.bytes()).into()
    }

    /// The first eight hex digits: enough to tell two apart, too little to forge one.
    pub(super) fn beginning(&self) -> String {
        hex::encode(self.bytes().get(..4).unwrap_or_default())
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_or_refused_without_repeating_them() {
        let key = |form, text: &str| Key::new(Algorithm::Sha256, form, &Secret::new(text));
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
        let key = Key::new(Algorithm::Sha512, KeyForm::Utf8, &Secret::new("k")).expect("a key");
        let signature = key.sign(&[b"a", b"b"]);
        for encoding in [Encoding::Hex, Encoding::Base64, Encoding::Base64Url] {
            let text = signature.encode(encoding);
            let back = Signature::decode(&text, encoding, 64).expect("decodes");
            assert!(back.matches(&signature) && back.matches(&key.sign(&[b"ab"])));
            let unpadded = text.trim_end_matches('=');
            assert!(Signature::decode(unpadded, encoding, 64).is_some());
            assert!(Signature::decode(&text, encoding, 32).is_none());
            assert!(Signature::decode(&"A".repeat(5000), encoding, 64).is_none());
        }
        assert!(Signature::decode(&signature.encode(Encoding::Hex).to_uppercase(), Encoding::Hex, 64).is_some());
    }
}
