//! hookbell's integration tests: one binary, real HTTP, real SQLite, real serenity against the stand-in.

mod admin;
mod bad_input;
mod backtest;
mod batches;
mod bot;
mod bounded;
mod bridge;
mod capture;
mod cli;
mod courier;
mod crash;
mod docs;
mod every_provider;
mod fit;
mod help;
mod house;
mod judge;
mod main_job;
mod page;
mod preview;
mod render;
mod secrets;
mod sink;
mod standin;
mod templates;
mod try_message;
