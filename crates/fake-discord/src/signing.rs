//! The key pair with which Discord signs the interactions that it posts. [D interactions/overview]

use ring::signature::{Ed25519KeyPair, KeyPair};

/// An Ed25519 key pair of one stand-in.
pub(crate) struct SigningKeys(Option<Ed25519KeyPair>);

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKeys")
    }
}

impl SigningKeys {
    /// A new pair. A stand-in keeps no secrets, so that chance need not be a cryptographer's.
    pub(crate) fn new() -> Self {
        let mut seed = [0; 32];
        fastrand::fill(&mut seed);
        Self(Ed25519KeyPair::from_seed_unchecked(&seed).ok())
    }

    /// The public key in hexadecimal digits, as Discord's developer pages show it.
    pub(crate) fn public(&self) -> String {
        self.0.as_ref().map(|pair| hex::encode(pair.public_key().as_ref())).unwrap_or_default()
    }

    /// The signature over timestamp and body in hexadecimal digits.
    pub(crate) fn sign(&self, timestamp: &str, body: &[u8]) -> String {
        let signed = [timestamp.as_bytes(), body].concat();
        self.0.as_ref().map(|pair| hex::encode(pair.sign(&signed).as_ref())).unwrap_or_default()
    }
}
