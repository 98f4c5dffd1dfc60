//! `[[handshake]]` and `[reply]`: requests that a provider sends before its events, and the answers that it requires.
//! A value of an unsigned request is repeated only as plain text or inside JSON, short and on one line.

mod answer;
mod error;
mod reply;
mod responder;
mod rule;

pub use self::error::HandshakeError;
pub use self::reply::Reply;
pub use self::responder::OfferedSecret;
pub(crate) use self::responder::Responder;
pub(crate) use self::rule::HandshakeRule;
