//! Why Discord would refuse a URL.

use serde::{Deserialize, Serialize};

use super::number::Numbers;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UrlProblem {
    /// Longer than so many characters.
    TooLong {
        limit: usize,
    },
    WhiteSpace,
    Malformed,
    /// Neither http nor https.
    Scheme,
    /// A host such as `grafana`, without a dot.
    NoDomain,
}

impl UrlProblem {
    pub(super) fn describe(self, numbers: Numbers) -> String {
        match self {
            // The number identifies the limit, so it is printed even where varying numbers are not.
            Self::TooLong { limit } if numbers == Numbers::Exact => format!("longer than {limit} characters"),
            Self::TooLong { .. } => "longer than … characters".to_owned(),
            Self::WhiteSpace => "white space in it".to_owned(),
            Self::Malformed => "not a well-formed URL".to_owned(),
            Self::Scheme => "neither http nor https".to_owned(),
            Self::NoDomain => "the host has no domain, which Discord refuses".to_owned(),
        }
    }
}
