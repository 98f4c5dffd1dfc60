//! The stable name of a kind of problem: what programs compare, and what a user searches for.

use std::fmt;

/// A stable name in kebab case, such as `unknown-key`. The crate where a diagnostic arises defines its codes; those
/// that every reader of a TOML file needs are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

/// Defines codes as constants, and `ALL` with every one of them.
#[macro_export]
macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)+) => {
        $($(#[$meta])* pub const $name: $crate::Code = $crate::Code::new($text);)+
        /// Every code that is defined here.
        pub const ALL: &[$crate::Code] = &[$($crate::Code::new($text)),+];
    };
}

impl Code {
    codes! {
        /// The file is not valid TOML.
        SYNTAX = "syntax";
        /// A file or a folder cannot be read.
        UNREADABLE_FILE = "unreadable-file";
        /// An unknown key.
        UNKNOWN_KEY = "unknown-key";
        /// A required key is missing.
        MISSING_KEY = "missing-key";
        /// A value of another TOML type than expected.
        WRONG_TYPE = "wrong-type";
        /// A value of the right type that is not allowed here.
        INVALID_VALUE = "invalid-value";
        /// Keys that exclude each other, or one that needs another.
        CONFLICTING_KEYS = "conflicting-keys";
        /// A name that is defined twice.
        DUPLICATE_NAME = "duplicate-name";
        /// A name of something that is not defined anywhere: a provider, a source, a destination, a template.
        UNKNOWN_REFERENCE = "unknown-reference";
    }

    /// A code of another crate.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
