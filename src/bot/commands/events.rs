//! `/events`: what came in, and what became of it.

pub(in crate::bot) mod explain;
pub(in crate::bot) mod find;
pub(in crate::bot) mod recent;
pub(in crate::bot) mod show;
pub(in crate::bot) mod search;
pub(in crate::bot) mod stats;
pub(in crate::bot) mod today;
mod chart;
mod filter;
mod list;
mod statistics;
pub(in crate::bot) mod suggest;
pub(in crate::bot) mod watch;
