//! The application's public key, with which Discord signs the interactions that it sends by HTTP.

use std::str::FromStr;

use ring::signature::{ED25519, UnparsedPublicKey};

/// An Ed25519 public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// The text is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the application's public key as Discord's developer portal shows it: 64 hexadecimal digits")]
pub struct ParsePublicKeyError;

impl PublicKey {
    /// Whether Discord signed these bytes at this time; `signature` is in hex.
    pub(super) fn verifies(&self, signature: &str, timestamp: &str, body: &[u8]) -> bool {
        let Ok(signature) = hex::decode(signature) else { return false };
        let message = [timestamp.as_bytes(), body].concat();
        UnparsedPublicKey::new(&ED25519, &self.0).verify(&message, &signature).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = ParsePublicKeyError;

    fn from_str(text: &str) -> Result<Self, ParsePublicKeyError> {
        let bytes = hex::decode(text.trim()).map_err(|_| ParsePublicKeyError)?;
        bytes.try_into().map(Self).map_err(|_| ParsePublicKeyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_the_portal_shows_them() {
        let text = "e421dceefff3a9d008b7898fcc0974813201800419d72f36d51e010d6a0acb71";
        assert!(text.parse::<PublicKey>().is_ok());
        for wrong in ["", "e421", "zz", &text.replace("e4", "e"), &format!("{text}00")] {
            assert_eq!(wrong.parse::<PublicKey>(), Err(ParsePublicKeyError), "{wrong}");
        }
    }
}
