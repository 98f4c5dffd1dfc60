//! Why a handshake cannot be answered.

/// In bytes; the longest text of a request that an answer repeats.
pub(super) const MAX_ECHO: usize = 256;

/// A request is a handshake that cannot be answered safely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    #[error("this handshake cannot be answered: its value is missing, or over {MAX_ECHO} bytes")]
    UnusableValue,
    #[error("the secret in this request cannot be read")]
    UnreadableSecret,
}
