//! The signature algorithms that a provider file can name (`kind` and `algorithm`).

use super::key_format::KeyFormat;

/// What makes the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureAlgorithm {
    Hmac(HashFunction),
    Ed25519,
    /// P-256 with SHA-256, the signature in DER.
    EcdsaP256,
    /// The same, the signature as its two numbers: as in a JWS.
    EcdsaP256Fixed,
    /// PKCS#1 v1.5, the key by itself.
    Rsa(HashFunction),
    /// PKCS#1 v1.5, the key in a pinned certificate.
    RsaX509(HashFunction),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashFunction {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl SignatureAlgorithm {
    pub(crate) const HMAC_SHA256: Self = Self::Hmac(HashFunction::Sha256);

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hmac(HashFunction::Md5) => "HMAC-MD5",
            Self::Hmac(HashFunction::Sha1) => "HMAC-SHA1",
            Self::Hmac(HashFunction::Sha256) => "HMAC-SHA256",
            Self::Hmac(HashFunction::Sha512) => "HMAC-SHA512",
            Self::Ed25519 => "Ed25519",
            Self::EcdsaP256 | Self::EcdsaP256Fixed => "ECDSA P-256",
            Self::Rsa(HashFunction::Sha1) => "RSA-SHA1",
            Self::Rsa(HashFunction::Sha512) => "RSA-SHA512",
            Self::Rsa(_) => "RSA-SHA256",
            Self::RsaX509(HashFunction::Sha1) => "RSA-SHA1 with a pinned certificate",
            Self::RsaX509(HashFunction::Sha512) => "RSA-SHA512 with a pinned certificate",
            Self::RsaX509(_) => "RSA with a pinned certificate",
        }
    }

    /// The length of its signatures in bytes, where all have the same.
    pub(crate) fn signature_length(self) -> Option<usize> {
        match self {
            Self::Hmac(HashFunction::Md5) => Some(16),
            Self::Hmac(HashFunction::Sha1) => Some(20),
            Self::Hmac(HashFunction::Sha256) => Some(32),
            Self::Hmac(HashFunction::Sha512) | Self::Ed25519 | Self::EcdsaP256Fixed => Some(64),
            Self::EcdsaP256 | Self::Rsa(_) | Self::RsaX509(_) => None,
        }
    }

    /// Whether the source's secret is a public key.
    pub(crate) fn is_public_key(self) -> bool {
        !matches!(self, Self::Hmac(_))
    }

    /// The key formats it accepts by their keywords; the first is the default.
    pub(crate) fn key_formats(self) -> &'static [(&'static str, KeyFormat)] {
        match self {
            Self::Hmac(_) => &[
                ("utf8", KeyFormat::Utf8),
                ("hex", KeyFormat::Hex),
                ("base64", KeyFormat::Base64),
                ("whsec", KeyFormat::Whsec),
            ],
            Self::Ed25519 => &[
                ("hex", KeyFormat::Hex),
                ("whpk", KeyFormat::Whpk),
                ("base64", KeyFormat::Base64),
                ("spki-base64", KeyFormat::SpkiBase64),
            ],
            Self::EcdsaP256 | Self::EcdsaP256Fixed | Self::Rsa(_) => &[("spki-base64", KeyFormat::SpkiBase64)],
            Self::RsaX509(_) => &[("x509-pem", KeyFormat::X509Pem)],
        }
    }

    /// What to copy from the sender, for people.
    pub(crate) fn describe_secret(self, format: KeyFormat) -> &'static str {
        match (self, format) {
            (Self::RsaX509(_), _) => "the sender's certificate, in PEM",
            (Self::Rsa(_), _) => "the sender's public key, in PEM",
            (Self::Ed25519, KeyFormat::Hex) => "the sender's public key, in hex",
            (Self::Ed25519, KeyFormat::Whpk) => "the sender's public key, which begins with `whpk_`",
            (Self::Ed25519 | Self::EcdsaP256 | Self::EcdsaP256Fixed, _) => "the sender's public key, in base64",
            (Self::Hmac(_), KeyFormat::Hex) => "the signing secret, in hex",
            (Self::Hmac(_), KeyFormat::Base64) => "the signing secret, in base64",
            (Self::Hmac(_), KeyFormat::Whsec) => "the signing secret, which begins with `whsec_`",
            (Self::Hmac(_), _) => "the signing secret, as the sender shows it",
        }
    }
}
