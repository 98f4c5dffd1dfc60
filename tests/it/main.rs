//! hookbell's integration tests: one binary, real HTTP, real SQLite, real serenity against the stand-in.

mod house;
mod standin;
