//! `/feeds`: to say what goes where.

pub(in crate::bot) mod edit;
pub(in crate::bot) mod export;
pub(in crate::bot) mod feed_line;
pub(in crate::bot) mod list;
mod preview;
mod settings;
pub(in crate::bot) mod subscribe;
mod suggest;
pub(in crate::bot) mod template;
pub(in crate::bot) mod unsubscribe;
mod visible;
