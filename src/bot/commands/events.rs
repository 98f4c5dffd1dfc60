//! `/events`: what came in, and what became of it.

pub(in crate::bot) mod explain;
pub(in crate::bot) mod find;
pub(in crate::bot) mod recent;
pub(in crate::bot) mod show;
pub(in crate::bot) mod search;
mod filter;
mod list;
pub(in crate::bot) mod suggest;
pub(in crate::bot) mod watch;
