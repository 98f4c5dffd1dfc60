//! The sender's side: samples, and requests signed as a provider would sign them. Used by `demo`, `send` and tests, never
//! to check a request.

mod assignment;
mod dates;
mod editor;
mod jws;
mod outgoing;
mod renew;
mod sample;
mod signed;
mod signer;
mod test_secrets;
mod token;

pub use self::assignment::{Assignment, AssignmentError, NewKey};
pub use self::editor::SampleEditor;
pub use self::outgoing::Outgoing;
pub(crate) use self::renew::renewed;
pub use self::sample::Sample;
pub use self::signer::Signer;
pub(crate) use self::test_secrets::test_secrets;
