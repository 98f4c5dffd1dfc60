//! Custom ids of buttons, menus and forms: `version:action:key`. They say what is asked for, never who may: the gate
//! decides that anew. Ids that come back are untrusted: anybody with a client of their own can send any id, and
//! buttons outlive the hookbell that posted them.

use std::fmt;
use std::str::FromStr;

/// Discord's limit of a custom id, in characters.
pub(super) const MAX_LENGTH: usize = 100;
const VERSION: &str = "1";

/// What a component asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CustomId {
    /// The name of an action of a command: lower-case letters and `-`.
    pub(super) action: String,
    /// What the action is about: ASCII without blanks, in the action's own form; may be empty. Holds no text of events.
    pub(super) key: String,
}

/// An id that no button of this hookbell has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no button of this hookbell has such an id")]
pub(super) struct UnknownCustomId;

impl CustomId {
    pub(super) fn new(action: &str, key: impl fmt::Display) -> Self {
        Self { action: action.to_owned(), key: key.to_string() }
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}:{}:{}", self.action, self.key)
    }
}

impl FromStr for CustomId {
    type Err = UnknownCustomId;

    fn from_str(id: &str) -> Result<Self, UnknownCustomId> {
        let mut parts = id.splitn(3, ':');
        let (version, action, key) = (parts.next(), parts.next(), parts.next());
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        match (version, action, key) {
            (Some(VERSION), Some(action), Some(key))
                if !action.is_empty() && is_plain(id) && id.len() <= MAX_LENGTH =>
            {
                Ok(Self::new(action, key))
            }
            _ => Err(UnknownCustomId),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_id_is_read_as_it_was_written(action in "[a-z-]{1,20}", key in "[!-9;-~:]{0,70}") {
            let id = CustomId::new(&action, &key);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn any_text_is_read_or_refused(id in "\\PC{0,120}") {
            if let Ok(read) = id.parse::<CustomId>() {
                prop_assert_eq!(read.to_string(), id);
            }
        }
    }

    #[test]
    fn ids_from_elsewhere_are_refused() {
        for id in ["", "x", "1:recent", "0:recent:", "2:recent:", "1::k", "1:recent:a b", "1:recent:é", "recent1|0||5"]
        {
            assert_eq!(id.parse::<CustomId>(), Err(UnknownCustomId), "{id}");
        }
    }
}
