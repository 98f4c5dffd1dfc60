//! `/events`: what came in, and what became of it.

pub(in crate::bot) mod explain;
pub(in crate::bot) mod recent;
pub(in crate::bot) mod show;
mod filter;
mod suggest;
