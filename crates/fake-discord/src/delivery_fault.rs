//! What goes wrong with an interaction on its way to the bot.

use std::collections::VecDeque;
use std::time::Duration;

/// How the next interaction reaches the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryFault {
    /// Never.
    Lost,
    /// Two times, with the same id and token.
    Twice,
    /// So much too late: it is as old as that when it is sent, and Discord refuses a callback to one over 3 s.
    Late(Duration),
    /// Without these fields, each a JSON pointer: `/member`, `/member/permissions`.
    Without(Vec<String>),
    /// With this number as its type.
    OfType(i64),
    /// After the connection was cut: a bot that resumes its session receives it then.
    AfterDisconnect,
    /// And the connection is cut behind it.
    ThenDisconnect,
}

/// The faults of the next interactions, first in first out.
#[derive(Debug, Default)]
pub(crate) struct DeliveryFaults(pub(crate) VecDeque<DeliveryFault>);

impl DeliveryFault {
    /// How old the interaction is when it is sent.
    pub(crate) fn age(&self) -> Duration {
        if let Self::Late(age) = self { *age } else { Duration::ZERO }
    }
}
