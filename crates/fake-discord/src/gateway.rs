//! The gateway: a WebSocket on which bots identify or resume, and receive interactions.

pub(crate) mod connection;
pub(crate) mod sessions;
