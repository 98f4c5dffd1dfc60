//! Verifies requests. [`scheme`] holds the signature schemes as provider files define them, [`check`] the checks
//! with one source's keys, one module for each scheme in both. The rules that no file can switch off are in the
//! [`Verifier`].

mod check;
mod error;
mod rejection;
mod scheme;
mod schemes;
mod trace;
mod verified;
mod verifier;

pub(crate) use self::check::{Ready, ReadyJws, ReadySigned, ReadyToken};
pub use self::error::VerifierError;
pub use self::rejection::Rejection;
pub(crate) use self::scheme::{ContentInput, Scheme, SignedScheme, TimeSource};
pub(crate) use self::schemes::Schemes;
pub use self::trace::VerificationStep;
pub use self::verified::Verified;
pub use self::verifier::Verifier;
