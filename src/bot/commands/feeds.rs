//! `/feeds`: to say what goes where.

pub(in crate::bot) mod edit;
mod feed_line;
pub(in crate::bot) mod list;
mod settings;
pub(in crate::bot) mod subscribe;
mod suggest;
pub(in crate::bot) mod unsubscribe;
mod visible;
