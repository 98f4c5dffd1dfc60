//! TOML files that people write, read key by key with locations, so that every mistake is reported in one run.

mod diagnostic;
mod document;
mod embedded;

pub use self::diagnostic::*;
pub use self::document::*;
pub use self::embedded::Embedded;
