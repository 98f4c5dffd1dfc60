//! Secrets that nobody can guess.

use anyhow::Context;
use hookbell_model::secret::Secret;
use ring::rand::{SecureRandom, SystemRandom};

/// 256 bits, in hex.
///
/// # Errors
/// When the system gives no random numbers.
pub(super) fn random_secret() -> anyhow::Result<Secret> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).ok().context("the system gives no random numbers")?;
    Ok(Secret::new(hex::encode(bytes)))
}
