//! A private part of a text, as the searches for each kind find it.

use std::ops::Range;

/// What is shown in place of what is masked.
pub const COVER: &str = "•••";

/// One private part of a text, and what is shown of it.
pub(super) struct MaskedRange {
    pub(super) at: Range<usize>,
    pub(super) shown: String,
}
