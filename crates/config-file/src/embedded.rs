//! Files that are embedded in the binary and passed to the crates that read them.

/// One embedded text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// The file's name without its extension: `stripe`.
    pub name: &'static str,
    pub text: &'static str,
}
