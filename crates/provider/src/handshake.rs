//! `[[handshake]]` and `[reply]`: what a provider sends before its events, and what it wants as an answer. Whatever a
//! stranger could put into an answer is sent as plain text or inside JSON, short and on one line.

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
