//! What cli, web and bot print of an event, a delivery, a lane: plain values with one serialization each. A view
//! decides what is reported; layout (a table, an embed, a page) is left to the interface.

pub mod audit;
pub mod delivery;
pub mod event;
pub mod explanation;
pub mod lane;
pub mod mute;
mod serialize;
pub mod statistics;
#[cfg(test)]
pub(crate) mod tests;
pub mod timeline;
pub mod troubles;
