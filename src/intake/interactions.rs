//! Discord's signed interactions, which come to the public listener. Whoever answers them checks the signature: here it is only
//! a path, with the listener's own limits.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use hyper::body::Bytes;

/// Where Discord sends them.
pub(super) const PATH: &str = "/discord/interactions";
/// The largest body: a message that is right-clicked comes with all that it holds.
pub(super) const MAX_BODY: usize = 1 << 20;

/// A request to `/discord/interactions`. Nothing of it is verified.
#[derive(Debug)]
pub struct InteractionRequest {
    /// In hex.
    pub signature: Option<String>,
    pub timestamp: Option<String>,
    pub body: Bytes,
}

/// The answer to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionReply {
    /// From 200 to 499.
    pub status: u16,
    /// JSON, or nothing.
    pub body: String,
}

/// Answers interactions; `None` where the config opens no such path.
pub type AnswerInteraction =
    Box<dyn Fn(InteractionRequest) -> Pin<Box<dyn Future<Output = Option<InteractionReply>> + Send>> + Send + Sync>;

/// Who answers, if anybody does.
#[derive(Default)]
pub(super) struct Interactions(pub(super) Option<AnswerInteraction>);

impl fmt::Debug for Interactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Interactions(answered)" } else { "Interactions(none)" })
    }
}
