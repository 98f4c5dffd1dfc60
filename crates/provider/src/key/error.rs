//! Why a secret cannot be used as a key.

/// Why a secret cannot be used. The text follows "the secret" and never repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// With what the key's format requires.
    #[error("does not decode: expected {0}")]
    Undecodable(&'static str),
    #[error("is empty once decoded")]
    Empty,
    #[error("is not an Ed25519 public key: expected 32 bytes once decoded")]
    NotEd25519,
    #[error("is not a public key on the curve P-256 (91 bytes of SubjectPublicKeyInfo)")]
    NotP256,
    #[error("is not an RSA public key: expected PEM, `-----BEGIN PUBLIC KEY-----`")]
    NotRsa,
    /// With the algorithm that a key is needed for.
    #[error("is not a set of keys (JWKS) with a `kid` and a key for {0}")]
    NotKeySet(&'static str),
    #[error("is not a certificate: expected PEM, `-----BEGIN CERTIFICATE-----`")]
    NotPem,
    #[error("is not a readable certificate (X.509 version 3)")]
    NotX509,
    #[error("is not a login: expected `user:password`")]
    NotLogin,
    #[error("cannot be used as a key")]
    Unusable,
}
