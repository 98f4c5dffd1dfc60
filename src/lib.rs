//! hookbell: third-party webhooks in, Discord messages out, and a bot that answers for what came in.
//!
//! An event comes in through the [`intake`], the [`rules`] say where it goes, the [`store`] keeps it, the
//! [`courier`] takes it, [`render`] dresses it, [`discord`] posts it, and the [`bot`] and the [`web`] page
//! tell about it. Imports run down this list's four floors: roof, street, workshops, words; a test reads
//! `src/` and fails on one that runs up or sideways.

// Words: plain values, no IO, no clock.
pub mod delivery;
pub mod document;
pub mod event;
pub mod expression;
pub mod message;
pub mod mistake;
pub mod secret;
pub mod timestamp;

// Workshops: one trade each; they know words, never each other.
pub mod discord;
pub mod provider;
pub mod render;
pub mod store;

// Street: rooms with a door to the outside; they meet only at the store.
pub mod courier;
pub mod standin;
