//! hookbell: third-party webhooks in, Discord messages out, and a bot that answers for what came in.
//!
//! An event comes in through the [`intake`], the [`rules`] say where it goes, the [`store`] keeps it, the
//! [`courier`] takes it, [`render`] dresses it, [`discord`] posts it, and the [`bot`] and the [`web`] page
//! tell about it. Imports run down this list's four floors: roof, street, workshops, words; a test reads
//! `src/` and fails on one that runs up or sideways.

// Words: plain values, no IO, no clock.
pub mod timestamp;
pub mod event;
pub mod mistake;
pub mod locale;
pub mod privacy;
pub mod delivery;
pub mod money;
pub mod message;
pub mod secret;
pub mod document;
pub mod expression;

// Workshops: one trade each; they know words, never each other.
pub mod provider;
pub mod rules;
pub mod store;
pub mod render;
pub mod discord;

// Street: rooms with a door; they meet only at the store.
pub mod intake;
pub mod courier;
pub mod bot;
pub mod web;
pub mod janitor;
pub mod standin;

// Roof: knows the whole house.
pub mod config;
pub mod app;
pub mod cli;
