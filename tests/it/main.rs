//! hookbell's integration tests: one binary, real HTTP, real SQLite, real serenity against the stand-in.

mod bot;
mod fit;
mod house;
mod judge;
mod render;
mod standin;
