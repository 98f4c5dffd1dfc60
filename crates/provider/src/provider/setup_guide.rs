//! A provider for people who set a source up: what proves its requests, which secret it takes, what it sends before its
//! events, and what is never kept.

/// What a person must know to set a source up; every entry is a phrase without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupGuide {
    /// One for each alternative of the scheme; empty where nothing is checked.
    pub proofs: Vec<String>,
    /// What the URL carries behind a `?`, where a token is taken from there.
    pub query: Option<String>,
    /// Which secret to copy; none where nothing is checked.
    pub secret: Option<String>,
    /// Whether the sender brings the secret by itself, for `hookbell capture`.
    pub captured: bool,
    pub handshakes: Vec<String>,
    /// JSON pointers of what is redacted before anything is kept.
    pub redacted: Vec<String>,
    /// Formats of the body and how it is split.
    pub body: String,
}

/// How certain it is that requests are signed as the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofStatus {
    /// Nothing is checked.
    None,
    /// Signatures that somebody else made agree.
    Proved,
    /// As the sender or several others describe it.
    Documented,
    /// From hearsay, or the sources disagree.
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
            Self::Proved => "signatures that somebody else made agree with this file",
            Self::Documented => {
                "written from documentation; there was no signature made by somebody else to compare with"
            }
            Self::Unverified => "how requests are proved is from hearsay or in dispute, so it may be wrong",
        };
        format!("{}: {meaning}", self.as_str())
    }
}
