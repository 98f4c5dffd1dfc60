//! The methods of the store, by what they are about.

mod audit;
mod backup;
mod bot;
mod capture;
mod confirmation;
mod digests;
mod events;
mod feeds;
mod health;
mod import;
mod inspection;
mod lane_commands;
mod lanes;
mod live;
mod mutes;
mod replays;
mod scoped;
mod statistics;
mod things;
mod threads;
mod watches;
