//! Changes that wait for a confirmation: offered to one person at one place, and done once.

use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};

use super::error::Error;
use hookbell_model::audit::AuthorPlace;
use hookbell_model::timestamp::Timestamp;

/// What a button holds of a change: 128 random bits. The store keeps their hash.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfirmationToken([u8; 16]);

/// A change that was offered to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The user's id.
    pub person: String,
    /// None in a direct message.
    pub place: Option<AuthorPlace>,
    /// What is to be done, in the form of who offers it.
    pub change: String,
    pub expires: Timestamp,
}

/// What a token leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmable {
    /// Nothing, or what is somebody else's or of another place.
    Unknown,
    Expired,
    /// It was done.
    Spent,
    /// The change that may be done now.
    Open(String),
}

impl ConfirmationToken {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        let filled = SystemRandom::new().fill(&mut bytes);
        filled.map_err(|_| Error::Unavailable("the system gives no random numbers".to_owned()))?;
        Ok(Self(bytes))
    }

    /// From its text; none where it is no token's.
    pub fn read(text: &str) -> Option<Self> {
        let is_written = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = is_written.then(|| u128::from_str_radix(text, 16).ok())?;
        number.map(|number| Self(number.to_be_bytes()))
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Display for ConfirmationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for ConfirmationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfirmationToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_shown_to_nobody() {
        let token = ConfirmationToken::random().expect("random numbers");
        assert_eq!(ConfirmationToken::read(&token.to_string()), Some(token.clone()));
        assert_ne!(ConfirmationToken::random().expect("random numbers"), token);
        assert!(!format!("{token:?}").contains(&token.to_string()));
        for other in ["", "+f", &"0".repeat(31), &"0".repeat(33), &"G".repeat(32), &"+".repeat(32)] {
            assert_eq!(ConfirmationToken::read(other), None, "{other}");
        }
    }
}
