//! The commands against a real store, called the way Discord calls them: by an interaction's JSON, through the gate.

mod alerts;
mod confirm;
mod equal_times;
mod explain;
mod feeds;
mod fixture;
mod masks;
mod recent;
mod show;
mod statistics;
mod visibility;
mod who_sees_what;
