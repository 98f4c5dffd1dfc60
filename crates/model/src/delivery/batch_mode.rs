//! How a route lets its deliveries share a message, and overtake each other.

crate::string_enum! {
    /// Whether a delivery's message may be made one with those of others.
    BatchMode {
        /// While the lane is behind its rate limit.
        Auto = "auto",
        /// Whenever several wait.
        Always = "always",
        Never = "never",
    }
}

crate::string_enum! {
    /// The order of the deliveries in a lane.
    QueueOrder {
        /// What pings somebody or is critical goes first.
        UrgentFirst = "urgent-first",
        /// As they were accepted.
        Strict = "strict",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro derives for all word enums alike")]
impl Default for BatchMode {
    fn default() -> Self {
        Self::Auto
    }
}

#[expect(clippy::derivable_impls, reason = "the macro derives for all word enums alike")]
impl Default for QueueOrder {
    fn default() -> Self {
        Self::UrgentFirst
    }
}

impl BatchMode {
    pub(super) fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

impl QueueOrder {
    pub(super) fn is_urgent_first(&self) -> bool {
        *self == Self::UrgentFirst
    }
}
