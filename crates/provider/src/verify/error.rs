//! Why a source's secrets cannot be used.

use super::trace::secret_label;
use crate::key::KeyError;

/// Why there is no verifier for these secrets and settings. The text repeats no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifierError {
    #[error("a secret is needed")]
    NoSecret,
    /// With the name that `conf` lacks.
    #[error("the scheme needs `conf.{0}` beside the secret")]
    MissingSetting(String),
    /// The secret at this position, of so many, is empty.
    #[error("{} is empty", secret_label(*.position, *.count))]
    EmptySecret { position: usize, count: usize },
    /// The secret at this position, of so many, fits no alternative of the scheme.
    #[error("{} {error}", secret_label(*.position, *.count))]
    UnusableSecret { position: usize, count: usize, error: KeyError },
}
