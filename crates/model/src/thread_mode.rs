//! Which messages go into a forum post of their own.

crate::string_enum! {
    /// Which messages of a destination begin a forum post. `per_event`: each with a title of its own; `per_key`: the first of
    /// each thing, and the others of the thing go into its post.
    ThreadMode { PerEvent = "per_event", PerKey = "per_key" }
}

#[expect(clippy::derivable_impls, reason = "the macro derives for all word enums alike")]
impl Default for ThreadMode {
    fn default() -> Self {
        Self::PerEvent
    }
}
