//! How the numbers of a note are written.

use crate::locale::format_number;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// `1,204`
    Exact,
    /// `…`, where notes that differ in their numbers alone are one.
    Elided,
}

impl Numbers {
    pub(super) fn of(self, number: usize) -> String {
        match self {
            Self::Exact => format_number(number),
            Self::Elided => "…".to_owned(),
        }
    }
}
