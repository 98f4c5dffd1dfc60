//! How the text of a secret becomes the bytes of a key (`key` in a provider file).

use base64::Engine as _;

use super::error::KeyError;
use super::signature::BASE64;
use hookbell_model::secret::Secret;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyFormat {
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
    /// A set of public keys in JSON (RFC 7517), each with its `kid`.
    Jwks,
    /// A root certificate in PEM, to which the chain in the header of a token leads (`x5c`).
    X5c,
}

impl KeyFormat {
    /// # Errors
    /// When the text is not in this format, or decodes to nothing.
    pub(crate) fn decode(self, secret: &Secret) -> Result<Vec<u8>, KeyError> {
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
            Self::X509Pem | Self::X5c => (Some(text.as_bytes().to_vec()), "a certificate in PEM"),
            Self::Jwks => (Some(text.as_bytes().to_vec()), "a set of keys in JSON"),
        };
        let bytes = bytes.ok_or(KeyError::Undecodable(expected))?;
        if bytes.is_empty() { Err(KeyError::Empty) } else { Ok(bytes) }
    }

    /// A public secret of this format, for samples and tests.
    pub(crate) fn test_secret(self) -> Secret {
        Secret::new(match self {
            Self::Hex => "64656d6f2d736563726574",
            Self::Base64 => "ZGVtby1zZWNyZXQ=",
            Self::Whsec => "whsec_ZGVtby1zZWNyZXQtb2YtaG9va2JlbGw=",
            _ => "demo-secret",
        })
    }
}
