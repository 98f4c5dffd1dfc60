//! Keys and signatures: which algorithms there are, how a secret's text becomes a key, and how signatures are written.
//! A new signature algorithm goes into [`SignatureAlgorithm`] and one of the two kinds of key.

mod algorithm;
mod chain;
mod der;
mod error;
mod key_format;
mod key_set;
mod public_key;
mod rsa;
mod secret_key;
mod signature;
mod token_key;

pub(crate) use self::algorithm::{HashFunction, SignatureAlgorithm};
pub(crate) use self::chain::{Chain, Mark, Root};
pub use self::error::KeyError;
pub(crate) use self::key_format::KeyFormat;
pub(crate) use self::public_key::generate_pair;
pub(crate) use self::secret_key::Key;
pub(crate) use self::signature::{BASE64, BASE64URL, Signature, SignatureEncoding};
pub(crate) use self::token_key::{TokenKey, generate_token_key};
