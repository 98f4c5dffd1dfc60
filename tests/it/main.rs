//! hookbell's integration tests: one binary, real HTTP, real SQLite, real serenity against the stand-in.

mod fit;
mod house;
mod judge;
mod standin;
