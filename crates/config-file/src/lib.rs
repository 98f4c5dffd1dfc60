//! Reads TOML files key by key with locations, so that every mistake is reported in one run.

mod code;
mod diagnostic;
mod document;
mod embedded;
mod unmatched;

pub use self::code::Code;
pub use self::diagnostic::*;
pub use self::document::*;
pub use self::embedded::Embedded;
pub use self::unmatched::unmatched;
