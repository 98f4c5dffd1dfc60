//! A provider file's own statement about its signature scheme.

use hookbell_config_file::{Code, Diagnostics, Table};

/// The file's statement about how certain its signature scheme is.
#[derive(Debug, Clone, Copy)]
pub(super) enum FileProof {
    Proved,
    Unverified,
    Neither,
}

impl FileProof {
    pub(super) fn read(root: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let unverified = root.get("unverified", diagnostics).unwrap_or_default();
        let proved = root.get("proved", diagnostics).unwrap_or_default();
        match (unverified, proved) {
            (true, true) => {
                diagnostics.add(root.error(
                    "proved",
                    Code::CONFLICTING_KEYS,
                    "a file is either `proved` or `unverified`",
                ));
                Self::Neither
            }
            (true, false) => Self::Unverified,
            (false, true) => Self::Proved,
            (false, false) => Self::Neither,
        }
    }
}
