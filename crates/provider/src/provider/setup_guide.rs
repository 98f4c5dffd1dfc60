//! A provider as described to users who set up a source: its signature scheme, its secret, its handshakes, and what is
//! redacted.

/// What a user needs to set up a source; every entry is a phrase without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupGuide {
    /// One for each alternative of the scheme; empty where nothing is checked.
    pub proofs: Vec<String>,
    /// What the URL carries behind a `?`, where a token is taken from there.
    pub query: Option<String>,
    /// Which secret to copy; none where nothing is checked, or with a key that is in the file.
    pub secret: Option<String>,
    /// Whether the sender brings the secret by itself, for `hookbell capture`.
    pub captured: bool,
    pub handshakes: Vec<String>,
    /// JSON pointers of what is redacted before anything is kept.
    pub redacted: Vec<String>,
    /// Formats of the body and how it is split.
    pub body: String,
}

/// How certain it is that the file's signature scheme is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofStatus {
    /// Nothing is checked.
    None,
    /// Verified with signatures of independent origin.
    Proved,
    /// Described by the sender, or consistently by several other sources.
    Documented,
    /// Taken from unreliable sources, or sources disagree.
    Unverified,
}

impl ProofStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Proved => "proved",
            Self::Documented => "documented",
            Self::Unverified => "unverified",
        }
    }

    /// The word, and what it means.
    pub fn describe(self) -> String {
        let meaning = match self {
            Self::None => return self.as_str().to_owned(),
            Self::Proved => "this file verifies signatures of independent origin",
            Self::Documented => {
                "written from documentation; there was no signature made by somebody else to compare with"
            }
            Self::Unverified => "the signature scheme is unconfirmed or disputed, so it may be wrong",
        };
        format!("{}: {meaning}", self.as_str())
    }
}
