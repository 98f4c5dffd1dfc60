//! Files that a program carries in its binary, handed to the crates that read them.

/// One embedded text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// The file's name without its extension: `stripe`.
    pub name: &'static str,
    pub text: &'static str,
}
