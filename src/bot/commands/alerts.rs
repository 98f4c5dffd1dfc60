//! `/alerts`: to act on what comes in.

pub(in crate::bot) mod ack;
pub(in crate::bot) mod assign;
pub(in crate::bot) mod audit;
pub(in crate::bot) mod mute;
pub(in crate::bot) mod muted;
pub(in crate::bot) mod note;
pub(in crate::bot) mod open;
pub(in crate::bot) mod replay;
pub(in crate::bot) mod resolve;
mod routes;
pub(in crate::bot) mod status;
pub(in crate::bot) mod test;
mod things;
pub(in crate::bot) mod unack;
