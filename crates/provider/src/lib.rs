//! Webhook senders described by data: one TOML file for each provider says how its requests are verified and where
//! type, id, time and facts of its events are. No provider is named in this crate's code.
//!
//! A request ([`Request`]) is checked by a [`Verifier`], which a [`Provider`] makes for one source's secrets. Only what
//! is [`Verified`] can be read, into a [`Reading`] for each event. A [`Signer`] is the sender's side, for samples.
//!
//! Imports run down this list; each module may import those above it.

pub mod codes;
mod keyword;
mod pattern;
mod text;

/// Keys and signature algorithms: a new algorithm goes here.
mod key;
/// A request's headers, body formats and values: a new body format goes here.
mod request;
/// Answers a sender's handshake.
mod handshake;
/// Verifies requests: a new signature scheme goes here, and its writing side into `sign`.
mod verify;
/// Reads the events of a request: a new fact goes here.
mod read;
/// Makes requests as a sender would: samples and signatures.
mod sign;

mod confirm;
mod provider;
mod providers;

#[cfg(test)]
mod tests;

pub use self::confirm::ConfirmError;
pub use self::handshake::{HandshakeError, OfferedSecret, Reply};
pub use self::key::KeyError;
pub use self::provider::{ProofStatus, Provider, SetupGuide};
pub use self::providers::Providers;
pub use self::read::{ReadEvent, ReadRequest, Reading};
pub use self::request::{BodyError, MAX_EVENTS, ParseSizeError, Request, Settings, parse_size};
pub use self::sign::{Assignment, AssignmentError, NewKey, Outgoing, Sample, SampleEditor, Signer};
pub use self::verify::{Rejection, VerificationStep, Verified, Verifier, VerifierError};
