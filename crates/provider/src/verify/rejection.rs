//! Why a request is refused.

/// Why a request is refused. The text is safe to answer with: it gives no hint at the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("the signature or token is missing")]
    Missing,
    #[error("the signature cannot be read")]
    Malformed,
    #[error("the signature does not match")]
    Mismatch,
    #[error("the token cannot be read")]
    MalformedToken,
    #[error("the token does not match")]
    WrongToken,
    #[error("the timestamp is outside the tolerance")]
    Stale,
}
