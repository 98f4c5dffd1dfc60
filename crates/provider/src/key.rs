//! Keys and signatures: which algorithms there are, how a secret's text becomes a key, and how signatures are written.
//! A new signature algorithm goes into [`SignatureAlgorithm`] and one of the two kinds of key.

mod algorithm;
mod error;
mod key_format;
mod public_key;
mod secret_key;
mod signature;

pub(crate) use self::algorithm::{HashFunction, SignatureAlgorithm};
pub use self::error::KeyError;
pub(crate) use self::key_format::KeyFormat;
pub(crate) use self::public_key::generate_pair;
pub(crate) use self::secret_key::Key;
pub(crate) use self::signature::{BASE64, BASE64URL, Signature, SignatureEncoding};
