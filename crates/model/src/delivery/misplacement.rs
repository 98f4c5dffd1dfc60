//! Why a message that may be valid cannot be posted where it was sent.

use serde::{Deserialize, Serialize};

/// Why a message cannot be posted where, or in the way, it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misplacement {
    /// A forum, and neither a thread nor a title for a new one was named.
    NeedsTitle,
    /// No forum, and a title for a new thread was given.
    NoForum,
    /// The thread is gone, or locked.
    ThreadGone,
    /// The forum requires a tag.
    NeedsTag,
    /// The forum does not have these tags.
    UnknownTag,
}

impl Misplacement {
    /// What the operator can do where there is no other way to send the message.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NeedsTag => {
                "the forum requires a tag with every post: give the destination `tags = { NAME = \"ID\" }` in the \
                 config, and the message `tags = [\"NAME\"]`"
            }
            Self::UnknownTag => "the forum does not have these tags: correct the ids in the destination's `tags`",
            Self::NeedsTitle | Self::NoForum | Self::ThreadGone => {
                "the webhook's channel takes it neither with a thread nor without: check the channel's type"
            }
        }
    }
}
