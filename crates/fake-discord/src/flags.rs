//! Message flags, by Discord's bits. [D resources/message "Message Flags"]

pub(crate) const SUPPRESS_EMBEDS: i64 = 1 << 2;
pub(crate) const EPHEMERAL: i64 = 1 << 6;
pub(crate) const LOADING: i64 = 1 << 7;
pub(crate) const SUPPRESS_NOTIFICATIONS: i64 = 1 << 12;
pub(crate) const COMPONENTS_V2: i64 = 1 << 15;
