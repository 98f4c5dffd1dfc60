//! The stable name of a kind of problem: what programs compare, and what a user searches for.

use std::fmt;

/// A stable name in kebab case, such as `unknown-key`. The crate where a diagnostic arises defines its codes; those
/// that every reader of a TOML file needs are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// The file is not valid TOML.
    pub const SYNTAX: Self = Self("syntax");
    /// A file or a folder cannot be read.
    pub const UNREADABLE_FILE: Self = Self("unreadable-file");
    /// An unknown key.
    pub const UNKNOWN_KEY: Self = Self("unknown-key");
    /// A required key is missing.
    pub const MISSING_KEY: Self = Self("missing-key");
    /// A value of another TOML type than expected.
    pub const WRONG_TYPE: Self = Self("wrong-type");
    /// A value of the right type that is not allowed here.
    pub const INVALID_VALUE: Self = Self("invalid-value");
    /// Keys that exclude each other, or one that needs another.
    pub const CONFLICTING_KEYS: Self = Self("conflicting-keys");
    /// A name that is defined twice.
    pub const DUPLICATE_NAME: Self = Self("duplicate-name");
    /// A name of something that is not defined anywhere: a provider, a source, a destination, a template.
    pub const UNKNOWN_REFERENCE: Self = Self("unknown-reference");

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
