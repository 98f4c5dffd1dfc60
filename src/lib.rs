//! hookbell: third-party webhooks in, Discord messages out, and a bot that answers questions about what came in.
//!
//! An event comes in through the [`intake`], the [`rules`] say where it goes, the [`store`] keeps it, the
//! [`courier`] takes it, [`compose`] makes the message, [`discord`] posts it, and the [`bot`] and the
//! [`web`] page report on it. Imports run down this list; a test reads the sources and fails on one that runs up or
//! sideways. The crates below `crates/` are the domain and the model: the program is built from them.

// Domain: one task each. They import each other in one direction.
pub mod codes;
pub mod rules;
pub mod store;
pub mod compose;
pub mod discord;
pub mod notify;
pub mod report;
pub mod replay;

// Services: each has a listener, a connection or a clock; they meet only at the store.
pub mod intake;
pub mod courier;
pub mod bot;
pub mod web;
pub mod scheduler;

// App: may import everything below; nothing below imports it.
pub mod embedded;
pub mod config;
pub mod app;
pub mod cli;
