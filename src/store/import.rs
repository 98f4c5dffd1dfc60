//! What an import of events did.

use std::ops::Add;

/// How many events an import added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportSummary {
    pub added: usize,
    /// Of these, those whose id was another event's.
    pub renumbered: usize,
    /// Were there already.
    pub known: usize,
    /// Deliveries that were still on their way; they are not sent.
    pub muted: usize,
}

impl Add for ImportSummary {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            added: self.added + other.added,
            renumbered: self.renumbered + other.renumbered,
            known: self.known + other.known,
            muted: self.muted + other.muted,
        }
    }
}
