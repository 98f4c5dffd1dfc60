//! hookbell's integration tests: one binary, real HTTP, real SQLite, real serenity against the stand-in.

mod bad_input;
mod batches;
mod bot;
mod bridge;
mod courier;
mod crash;
mod fit;
mod house;
mod judge;
mod main_job;
mod render;
mod sink;
mod standin;
mod templates;
